"""The demo is believable, and something happens in it all the time."""

import itertools
import json
from collections import Counter
from datetime import date, timedelta

import pytest

from sms_monitor.simulator.clock import oslo
from sms_monitor.simulator.demo import WATCHED, demo, demo_order_ids, demo_start
from sms_monitor.simulator.generated import generated, generated_order_ids

from .conftest import API, IDS, SEED, START, Trial

DAYS = [date(2026, 11, 23), date(2026, 7, 1), date(2026, 3, 29), date(2026, 10, 25)]


def counts(trial: Trial, key: str) -> Counter[str]:
    body = json.loads(trial.get(f"{API}/orders/{IDS[key]}/notifications/sms").body)
    return Counter(row["sendStatus"]["status"] for row in body["notifications"])


def processing(trial: Trial, key: str) -> str:
    body = json.loads(trial.get(f"{API}/orders/{IDS[key]}/status").body)
    return str(body["processingStatus"]["status"])


def test_the_watched_orders_at_the_start():
    trial = Trial()
    tax = counts(trial, "KOM-118")
    assert tax.total() == 1000
    assert tax["Delivered"] == 944 and tax["Accepted"] == 41 and tax["Sending"] == 3
    failed = {status: n for status, n in tax.items() if status.startswith("Failed")}
    assert sum(failed.values()) == 12 and len(failed) == 8
    collection = counts(trial, "INNK-77")
    assert collection.total() == 200
    assert collection["Delivered"] == 196 and collection["Failed"] == 2
    assert counts(trial, "VARS-09") == {"Delivered": 120, "Sending": 6}
    assert counts(trial, "MORG-02") == {"New": 320}
    assert counts(trial, "KOM-117") == {"Delivered": 999, "Failed_BarredReceiver": 1}
    assert counts(trial, "FRIST-05") == {"Delivered": 59, "New": 1}
    assert counts(trial, "ARKI-03") == {"Delivered": 150}
    reminder = counts(trial, "PURR-31")
    assert reminder.total() == 500
    assert reminder["Sending"] > 200 and reminder["Accepted"] > 20 and reminder["Delivered"] > 50


def test_orders_without_sms_say_why():
    trial = Trial()
    for key, status in (
        ("TIME-12", "Registered"),
        ("KALD-12", "Cancelled"),
        ("EPOST-4", "Completed"),
    ):
        assert counts(trial, key) == {}
        assert processing(trial, key) == status
    assert trial.get(f"{API}/orders/{IDS['UNKNOWN']}/notifications/sms").status == 404


def test_the_email_order_counts_its_email():
    trial = Trial()
    body = json.loads(trial.get(f"{API}/orders/{IDS['EPOST-4']}/status").body)
    summary = body["notificationsStatusSummary"]
    assert summary["email"]["generated"] == 84 and "sms" not in summary


def test_three_sms_of_the_tax_notice_have_been_sending_for_over_two_hours():
    rows = demo(SEED, START).order(IDS["KOM-118"]).sms_at(START)
    stuck = [change for _, change in rows if change.status == "Sending"]
    assert all(START - change.at > timedelta(hours=2) for change in stuck)


def test_two_of_the_collection_letters_ran_out_of_time():
    body = Trial().get(f"{API}/orders/{IDS['INNK-77']}/notifications/sms").body.decode()
    assert body.count("(TTL)") == 2 and "Failed_TTL" not in body


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("seed", [7, 11])
def test_something_changes_every_three_minutes_of_the_first_four_hours(day, seed):
    start = demo_start(day)
    scenario = demo(seed, start)
    moments = [start]
    for order_id in demo_order_ids(seed):
        order = scenario.order(order_id)
        moments += order.moments if order else ()
    end = start + timedelta(hours=4)
    seen = [*sorted(moment for moment in moments if start <= moment <= end), end]
    gaps = [later - sooner for sooner, later in itertools.pairwise(seen)]
    assert max(gaps) < timedelta(minutes=3)


def test_much_has_changed_after_200_simulated_seconds():
    trial = Trial()
    before = {key: counts(trial, key) for key in ("KOM-118", "PURR-31", "TIME-12")}
    trial.at = START + timedelta(seconds=200)
    for key, count in before.items():
        assert counts(trial, key) != count
    assert before["KOM-118"]["Accepted"] - counts(trial, "KOM-118")["Accepted"] > 8


@pytest.mark.parametrize("seed", range(5))
def test_one_sms_goes_back_and_one_fails_late_within_three_minutes(seed):
    order = demo(seed, START).order(demo_order_ids(seed)[WATCHED.index("TIME-12")])
    end = START + timedelta(minutes=3)
    lives = [[c.status for c in sms.changes if START <= c.at <= end] for sms in order.sms]
    assert ["New", "Sending", "New", "Sending"] in [life[:4] for life in lives]
    assert ["Delivered", "Failed_Undelivered"] in [life[-2:] for life in lives]


def test_the_api_succeeded_goes_down_when_an_accepted_sms_fails():
    trial = Trial()
    seen = []
    for seconds in range(0, 600, 5):
        trial.at = START + timedelta(seconds=seconds)
        body = json.loads(trial.get(f"{API}/orders/{IDS['KOM-118']}/notifications/sms").body)
        seen.append(body["succeeded"])
    assert seen[0] == 985 and seen[-1] == 982


def test_the_morning_order_waits_for_nine():
    trial = Trial()
    trial.at = oslo(date(2026, 11, 23), "08:59:59")
    assert counts(trial, "MORG-02") == {"New": 320}
    trial.at = oslo(date(2026, 11, 23), "09:00:03")
    assert counts(trial, "MORG-02")["New"] == 0


def test_the_number_that_is_barred_now_was_barred_before():
    scenario = demo(SEED, START)
    barred = [
        {
            sms.recipient["mobileNumber"]
            for sms, change in scenario.order(IDS[key]).sms_at(START)
            if change.status == "Failed_BarredReceiver"
        }
        for key in ("KOM-118", "INNK-77", "KOM-117")
    ]
    assert len(set.intersection(*barred)) == 1


def test_a_generated_set_has_the_size_asked_for():
    scenario = generated(3, START, 11, 600)
    orders = [scenario.order(order_id) for order_id in generated_order_ids(3, 11)]
    assert [len(order.sms_at(START)) for order in orders] == [600] * 11
    assert [order.plan.reference is None for order in orders] == [False] * 9 + [True, False]
    assert all(order.moments[-1] > START for order in orders)


@pytest.mark.parametrize("rows", [0, 1, 2, 49])
def test_a_generated_order_can_be_small(rows):
    order = generated(3, START, 7, rows).order(generated_order_ids(3, 7)[6])
    assert len(order.sms) == rows
