"""The tests drive the real thing, in rooms that are those of the program."""

LIMIT = 60.0
"""Seconds after which what was waited for is a failure; the machine may have much else to do."""
