"""Measurements: what the program costs against a floor or a peer measured in the same run.

`python -m tests.bench` runs them all; each is a module with `measure(scale)`. CPU seconds rather
than wall time, medians over interleaved rounds: the machine may have much else to do, and the
ratios hold where the numbers do not.
"""
