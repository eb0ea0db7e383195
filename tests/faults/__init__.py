"""Whatever goes wrong on the way to the API: nothing is lost, and nothing old is shown as fresh.

`python -m tests.bench faults` plays a thousand schedules and prints what was tried; plain pytest
plays some of the same ones.
"""
