"""The demo of one day, worked out once for all tests: nothing that is asked changes it."""

from __future__ import annotations

from datetime import date
from functools import cache

from sms_monitor.simulator.demo import WATCHED, demo, demo_order_ids, demo_start
from sms_monitor.simulator.scenario import Scenario

SEED = 7
START = demo_start(date(2026, 11, 23))
IDS = dict(zip(WATCHED, demo_order_ids(SEED), strict=True))
"""The ids of the watched orders, by the key of each."""


@cache
def one_demo() -> Scenario:
    return demo(SEED, START)
