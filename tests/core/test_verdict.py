from datetime import date, timedelta

import pytest

from sms_monitor.core.board import Board
from sms_monitor.core.decoding import decode_order_status, decode_sms_summary
from sms_monitor.core.errors import Unreachable
from sms_monitor.core.language import LANGUAGES
from sms_monitor.core.order import Order
from sms_monitor.core.phase import Phase
from sms_monitor.core.status import FAILED_TTL
from sms_monitor.core.thresholds import Thresholds
from sms_monitor.core.verdict import TROUBLE, Kind, board_verdict, by_abnormality, verdict
from sms_monitor.simulator.clock import oslo as sim_oslo
from sms_monitor.simulator.messages import Request
from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.scenario import guid
from sms_monitor.simulator.troubled_day import TROUBLED, troubled_day
from tests.core.orders import board, order
from tests.core.rows import NOW, sms

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAYS = [
    date(2026, 11, 23),
    date(2026, 3, 28), date(2026, 3, 29),  # summer time begins on the 29th
    date(2026, 10, 24), date(2026, 10, 25),  # and ends on the 25th
]  # fmt: skip


# a whole day in the simulator


class Day:
    """The orders of a troubled day, as the client would have them at any time."""

    def __init__(self, day):
        self.now = NOW
        self.simulator = Simulator(troubled_day(7, day), lambda: self.now, lambda: 0)
        self.known = {key: Order(guid(7, "order", key)) for key in TROUBLED}

    def look(self, now):
        """Ask about every order, as the poller does; an order nobody knows yet is left out."""
        self.now = now
        for key, known in self.known.items():
            path = f"/notifications/api/v1/orders/{known.order_id}"
            answer = self.simulator.respond(Request("GET", f"{path}/notifications/sms", {}))
            if answer.status == 404:
                continue
            status = self.simulator.respond(Request("GET", f"{path}/status", {}))
            summary = decode_sms_summary(answer.body)
            why_empty = None if summary.notifications else decode_order_status(status.body)
            self.known[key] = known.after_answer(summary, why_empty, now, 0.0)[0]
        return {key: known for key, known in self.known.items() if known.summary}


def expected(key, day, now):
    """What is the matter with an order of the troubled day, by the clock in Oslo."""

    def at(clock, days=0):
        return sim_oslo(day + timedelta(days=days), clock)

    requested = {"IMPORT-1": "10:00", "DRIFT-2": "11:00", "KVELD-3": "20:00", "HENG-4": "12:00",
                 "VANLIG-5": "13:00"}[key]  # fmt: skip
    # the order job is up to a minute early, and it takes some seconds to make the SMS
    if now < at(requested) - MINUTE:
        return {Kind.NOT_STARTED}
    if now < at(requested) + 10 * MINUTE and key != "KVELD-3":
        return set(Kind)  # it has just begun
    settled = {"IMPORT-1": Kind.BAD_NUMBERS, "DRIFT-2": Kind.OUTAGE, "VANLIG-5": Kind.ONE_PERSON}
    if key in settled:
        return {settled[key]}
    if key == "KVELD-3":
        if now < at("09:00", 1):
            return {Kind.WAITING}
        return {Kind.IN_PROGRESS} if now < at("09:01", 1) else {Kind.IN_PROGRESS, Kind.DELIVERED}
    if now < at("12:50"):  # half an hour after the last phone answered
        return {Kind.IN_PROGRESS, Kind.STUCK} if now >= at("12:30") else {Kind.IN_PROGRESS}
    # its validity is 48 hours long, not two days
    return {Kind.STUCK} if now < at("12:00") + 48 * HOUR else {Kind.STUCK, Kind.DEAD}


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_four_verdicts_are_right_at_every_hour_of_the_day_and_the_two_after(day):
    played = Day(day)
    # at half past: at the full hour an order has only just begun
    now, end = sim_oslo(day, "07:30"), sim_oslo(day + timedelta(days=2), "16:00")
    seen = {key: [] for key in TROUBLED}
    while now <= end:
        for key, known in played.look(now).items():
            found = verdict(known, now)
            assert found.kind in expected(key, day, now), (key, now, found)
            if seen[key][-1:] != [found.kind]:
                seen[key].append(found.kind)
            assert found.abnormal is (found.kind in (Kind.BAD_NUMBERS, Kind.OUTAGE))
        now += HOUR
    assert [seen[key][-1] for key in TROUBLED] == [
        Kind.BAD_NUMBERS, Kind.OUTAGE, Kind.DELIVERED, Kind.DEAD, Kind.ONE_PERSON,
    ]  # fmt: skip
    assert seen["HENG-4"][-2:] == [Kind.STUCK, Kind.DEAD]
    assert Kind.WAITING in seen["KVELD-3"]


@pytest.mark.parametrize("day", DAYS[1:4:2], ids=str)
def test_an_evening_order_is_not_called_stuck_in_the_night_the_clock_is_changed(day):
    played = Day(day)
    morning = sim_oslo(day + timedelta(days=1), "09:00")
    before = played.look(morning - timedelta(seconds=1))["KVELD-3"]
    assert verdict(before, morning - timedelta(seconds=1)).kind is Kind.WAITING
    night = morning - sim_oslo(day, "20:00")
    assert night != 13 * HOUR
    assert verdict(before.at(morning), morning).kind is Kind.IN_PROGRESS
    sent = played.look(morning + 10 * MINUTE)["KVELD-3"]
    assert sent.tally[Phase.CONFIRMED] > 100 and not sent.tally.faults


def test_the_board_of_the_day_names_the_outage_first():
    played = Day(DAYS[0])
    now = sim_oslo(DAYS[0], "15:00")
    orders = {known.order_id: known for known in played.look(now).values()}
    judged = by_abnormality(Board(orders), now)
    assert [found.kind for _, found in judged][:4] == [
        Kind.OUTAGE, Kind.BAD_NUMBERS, Kind.STUCK, Kind.ONE_PERSON,
    ]  # fmt: skip
    named, found = board_verdict(Board(orders), now)
    assert (named.name, found.kind, found.flagged) == ("DRIFT-2", Kind.OUTAGE, True)
    assert "100 failed with Failed within 10 minutes, from 11:00:" in found.reason.en


# the arithmetic


def many(status, count, at=NOW, apart=timedelta(0), first=0):
    """So many SMS of one status, one after the other."""
    return [
        sms(status, at + n * apart, f"+4790{first + n:06}", id=f"{status}-{first + n}")
        for n in range(count)
    ]


def test_accepted_is_not_confirmed_whatever_the_api_counts():
    known = order(*many("Accepted", 600), *many("Delivered", 400, first=600))
    tally = known.tally
    assert (tally[Phase.CONFIRMED], tally[Phase.IN_FLIGHT]) == (400, 600)
    assert tally.failure_rate == 0
    assert verdict(known, NOW).kind is Kind.IN_PROGRESS
    assert "400 of 1000 confirmed" in verdict(known, NOW).reason.en


def test_the_rate_is_of_what_is_final_not_of_all():
    known = order(*many("Failed_Expired", 6), *many("Delivered", 54), *many("Accepted", 940))
    assert known.tally.failure_rate == 0.1
    assert verdict(known, NOW).abnormal
    assert order(*many("Accepted", 3)).tally.failure_rate is None


def failing(failed, final, status="Failed_Expired", order_id="x"):
    return order(
        *many(status, failed, apart=-20 * MINUTE),
        *many("Delivered", final - failed, first=failed),
        order_id=order_id,
    )


@pytest.mark.parametrize(
    ("failed", "final", "median", "abnormal"),
    [
        (5, 100, None, True),
        (4, 10, None, False),  # too few to say anything
        (5, 101, None, False),  # less than 5 %
        (1, 3, None, False),
        (9, 100, 0.03, True),  # exactly three times what is usual
        (8, 100, 0.03, False),
        (8, 100, 0.001, True),  # a low median does not make 5 % of nothing abnormal
        (4, 100, 0.001, False),
        (100, 100, 0.5, False),  # the usual is terrible: nothing stands out
    ],
)
def test_abnormal_takes_enough_failures_and_an_unusual_rate(failed, final, median, abnormal):
    found = verdict(failing(failed, final), NOW, median_rate=median)
    assert (found.abnormal, found.flagged) == (abnormal, abnormal)


def test_three_times_the_median_is_first_and_one_of_three_is_not_flagged():
    unlucky = failing(1, 3, order_id="one-of-three")
    usual = failing(8, 200, order_id="usual")
    abnormal = failing(9, 100, order_id="three-times")
    late = order(*many("Sending", 3, NOW - 3 * HOUR), *many("Delivered", 90), order_id="late")
    watched = board(unlucky, usual, late, abnormal)
    judged = by_abnormality(watched, NOW, median_rate=0.03)
    assert judged[0][0].order_id == "three-times"
    flags = {o.order_id: found.flagged for o, found in judged}
    assert flags == {"three-times": True, "late": False, "usual": False, "one-of-three": False}
    named, found = board_verdict(watched, NOW, median_rate=0.03)
    assert named.order_id == "three-times" and found.abnormal


def test_thresholds_are_a_persons_to_set():
    known = failing(3, 100)
    assert not verdict(known, NOW).abnormal
    assert verdict(known, NOW, Thresholds(abnormal_failures=3, abnormal_percent=2)).abnormal


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        # the same cause in ten minutes, and more than half of what failed in them
        (many("Failed", 10, apart=MINUTE), Kind.OUTAGE),
        (many("Failed_Expired", 10, apart=MINUTE), Kind.OUTAGE),
        (many("Failed_Eaten", 10), Kind.OUTAGE),
        ([*many("Failed", 3), *many("Failed_Rejected", 3, first=3)], Kind.OUTAGE),
        # spread out, nobody can say
        (many("Failed", 10, apart=3 * MINUTE), Kind.MANY),
        (many("Failed_Expired", 10, apart=HOUR), Kind.MANY),
        # numbers and registers fail together too, and it is no outage
        (many("Failed_InvalidRecipient", 50), Kind.BAD_NUMBERS),
        (many("Failed_RecipientNotIdentified", 50), Kind.BAD_NUMBERS),
        ([*many("Failed_BarredReceiver", 6), *many("Failed", 5, first=6)], Kind.BAD_NUMBERS),
        # but it does not hide one that came later
        ([*many("Failed_InvalidRecipient", 50, NOW - 5 * HOUR), *many("Failed", 20, first=50)],
         Kind.OUTAGE),
        # half is not more than half
        ([*many("Failed_BarredReceiver", 5), *many("Failed", 5, first=5)], Kind.MANY),
    ],
)  # fmt: skip
def test_what_is_abnormal_is_the_numbers_or_an_outage_or_neither(rows, kind):
    now = NOW + 12 * HOUR
    known = order(*rows, *many("Delivered", 20, first=900), now=now)
    found = verdict(known, now)
    assert (found.kind, found.abnormal, found.flagged) == (kind, True, True)


def test_the_reason_says_when_it_began_and_what_it_was():
    known = order(*many("Failed", 12, NOW + MINUTE), *many("Delivered", 20, first=900))
    reason = verdict(known, NOW + HOUR).reason
    assert reason.en == (
        "12 failed with Failed within 10 minutes, from 12:01:00 Oslo time. "
        "37.5 % of what is final failed."
    )
    assert reason.nb == (
        "12 feilet med Failed i løpet av 10 minutter, fra 12:01:00 norsk tid. "
        "37,5 % av det som er endelig, feilet."
    )


def test_few_failures_are_one_person_or_single_ones_or_bad_numbers():
    calm = many("Delivered", 990, first=900)
    one = verdict(order(*many("Failed_Expired", 1), *calm), NOW)
    assert (one.kind, one.flagged) == (Kind.ONE_PERSON, False)
    assert one.reason.en == "One of 991 failed, with Failed_Expired."
    mixed = [*many("Failed_Expired", 3), *many(FAILED_TTL, 2, first=3), *many("Failed", 1, first=5)]
    few = verdict(order(*mixed, *calm), NOW)
    assert (few.kind, few.flagged) == (Kind.FEW, False)
    assert "2 of them only had no receipt" in few.reason.en
    numbers = verdict(order(*many("Failed_BarredReceiver", 7), *calm), NOW)
    assert (numbers.kind, numbers.flagged) == (Kind.BAD_NUMBERS, False)


# late


def test_an_order_is_stalled_when_nothing_moves_for_half_an_hour_of_open_window():
    known = order(*many("Sending", 40), *many("Delivered", 60, first=40), now=NOW)
    assert verdict(known, NOW + 29 * MINUTE).kind is Kind.IN_PROGRESS
    found = verdict(known, NOW + 30 * MINUTE)
    assert (found.kind, found.flagged) == (Kind.STUCK, True)
    assert "Nothing has moved for 30 m, though 40 are on their way." in found.reason.en


def test_phones_that_are_off_do_not_stall_an_order_but_missing_receipts_do():
    few = order(*many("Accepted", 40), *many("Delivered", 60, first=40), now=NOW)
    assert verdict(few, NOW + 2 * HOUR).kind is Kind.IN_PROGRESS
    most = order(*many("Accepted", 60), *many("Delivered", 40, first=60), now=NOW)
    assert verdict(most, NOW + 2 * HOUR).kind is Kind.STUCK


def test_the_night_stalls_nothing():
    evening = NOW + 4 * HOUR + 50 * MINUTE  # 16:50 in Oslo
    known = order(*many("New", 40, evening), now=evening)
    night, morning = NOW + 5 * HOUR + 30 * MINUTE, NOW + 21 * HOUR + 19 * MINUTE
    assert verdict(known.at(night), night).kind is Kind.WAITING
    assert verdict(known.at(morning), morning).kind is Kind.IN_PROGRESS
    assert verdict(known.at(morning + MINUTE), morning + MINUTE).kind is Kind.STUCK


def test_stuck_and_dead_by_what_there_is_more_of():
    dead = order(*many("New", 3, NOW - 100 * HOUR), *many("Delivered", 50), now=NOW)
    found = verdict(dead, NOW)
    assert (found.kind, found.flagged) == (Kind.DEAD, False)
    stuck = order(*many("Sending", 6, NOW - 5 * HOUR), *many("Delivered", 50), now=NOW)
    found = verdict(stuck, NOW)
    assert (found.kind, found.flagged) == (Kind.STUCK, True)  # six are more than 5 %
    some = order(*many("Sending", 2, NOW - 5 * HOUR), *many("Failed_BarredReceiver", 3),
                 *many("Delivered", 500), now=NOW)  # fmt: skip
    found = verdict(some, NOW)
    assert found.kind is Kind.BAD_NUMBERS
    assert found.reason.en.endswith("2 more are stuck or dead.")


# without rows, and the board


def test_an_order_that_was_not_read_has_the_reason_of_the_error():
    refused = Order("x").after_error(Unreachable("No connection.", "Wait."))
    found = verdict(refused, NOW)
    assert (found.kind, found.reason.en, found.flagged) == (Kind.NOT_READ, "No connection.", False)
    assert verdict(Order("x"), NOW).kind is Kind.NOT_READ


def test_several_orders_with_one_verdict_are_told_together():
    burst = [order(*many("Failed", 30), *many("Delivered", 30), order_id=key) for key in "ab"]
    named, found = board_verdict(board(*burst), NOW)
    assert named.order_id == "a"
    assert found.reason.en.startswith("2 orders: possible outage. 30 failed")


def test_a_board_on_which_all_is_well_has_no_verdict():
    assert board_verdict(board(order(*many("Delivered", 5))), NOW) is None
    assert board_verdict(Board(), NOW) is None


def test_the_board_names_single_faults_too_but_not_those_of_yesterday():
    one = order(*many("Failed_Expired", 1), *many("Delivered", 99))
    assert board_verdict(board(one), NOW)[1].kind is Kind.ONE_PERSON
    assert board_verdict(board(one), NOW + 25 * HOUR) is None


def test_every_reason_is_whole_sentences_in_both_languages():
    played = Day(DAYS[0])
    for hour in (8, 11, 12, 13, 15, 23, 33, 50):
        now = sim_oslo(DAYS[0], "00:00") + hour * HOUR
        for known in played.look(now).values():
            found = verdict(known, now)
            for language in LANGUAGES:
                said = found.reason.said(language)
                assert said.endswith(".") and (said[0].isupper() or said[0].isdigit()), said
            assert found.reason.en != found.reason.nb
            assert (found.kind in TROUBLE) or not found.flagged
