import random
from datetime import UTC, datetime, timedelta

import pytest

from sms_monitor.core.durations import age, minutes_of, oslo_time
from sms_monitor.core.notes import standing_note
from sms_monitor.core.phase import Phase, standing
from sms_monitor.core.send_window import OSLO
from sms_monitor.core.status import FAILED_TTL, STATUS_CLASS
from tests.core.rows import NOW, sms


def oslo(text):
    """A moment on the clock in Oslo, e.g. `2026-06-22 12:00`, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO).astimezone(UTC)


def note(status, at, now):
    notification = sms(status, oslo(at))
    phase = standing(notification, oslo(now)).phase
    return phase, standing_note(notification, phase, oslo(now))


@pytest.mark.parametrize(
    ("status", "at", "now", "phase", "text"),
    [
        # New: only open hours count
        ("New", "2026-06-22 05:50", "2026-06-22 05:50", "waiting",
         "Waits for 09:00 (in 3 h 10 m): SMS are handed over 09:00-17:00 Oslo time."),
        ("New", "2026-06-22 16:30", "2026-06-22 17:00", "waiting",
         "Waits for 09:00 (in 16 h): SMS are handed over 09:00-17:00 Oslo time."),
        ("New", "2026-06-22 20:00", "2026-06-23 09:14", "in_flight",
         "14 m in New, on time; at most 47 h left."),
        ("New", "2026-06-22 16:50", "2026-06-23 09:05", "in_flight",
         "15 m in New, slow: normally minutes; at most 31 h left."),
        ("New", "2026-06-22 16:50", "2026-06-23 10:50", "stuck",
         "2 h in New; normal: minutes; at most 30 h left."),
        ("New", "2026-06-20 11:20", "2026-06-22 12:00", "dead",
         "Past its validity since 11:20:00: will never be sent. Place a new order."),
        ("New", "2026-06-19 20:00", "2026-06-23 12:00", "dead",
         "Past its validity since Mon 09:00: will never be sent. Place a new order."),
        # Sending: every hour counts
        ("Sending", "2026-06-22 12:00", "2026-06-22 12:00", "in_flight",
         "under 1 m in Sending, on time; at most 2 d left."),
        ("Sending", "2026-06-22 12:00", "2026-06-22 12:10", "in_flight",
         "10 m in Sending, slow: normally seconds; at most 47 h left."),
        ("Sending", "2026-06-22 09:46", "2026-06-22 12:00", "stuck",
         "2 h 14 m in Sending; normal: seconds; at most 45 h left."),
        ("Sending", "2026-06-20 11:20", "2026-06-23 12:00", "dead",
         "Past its validity since Mon 11:20: will never change. It may or may not have been sent."),
        # Accepted
        ("Accepted", "2026-06-22 11:31", "2026-06-22 12:00", "in_flight",
         "29 m in Accepted, on time; at most 47 h left."),
        ("Accepted", "2026-06-22 11:30", "2026-06-22 12:00", "in_flight",
         "30 m in Accepted, slow: normally seconds to minutes; at most 47 h left."),
        ("Accepted", "2026-06-22 02:00", "2026-06-22 12:00", "stuck",
         "10 h in Accepted; normal: seconds to minutes; at most 45 h left."),
        ("Accepted", "2026-06-20 12:00", "2026-06-22 12:10", "stuck",
         "2 d in Accepted; normal: seconds to minutes; "
         "validity over, Failed (TTL) comes next."),
        # what time no longer changes
        ("Delivered", "2026-06-22 11:19", "2026-06-22 12:00", "confirmed",
         "Receipt recorded 11:19:00 Oslo time."),
        (FAILED_TTL, "2026-06-22 09:05", "2026-06-24 12:00", "failed",
         "Given up Mon 09:05 Oslo time without a receipt: it may have arrived."),
        ("Failed_Expired", "2026-06-12 09:05", "2026-06-24 12:00", "failed",
         "Failed 2026-06-12 Oslo time."),
        ("Paused", "2026-06-22 11:00", "2026-06-22 12:00", "unknown",
         "1 h in Paused; what is normal is not known."),
    ],
)  # fmt: skip
def test_a_note_says_how_an_sms_stands(status, at, now, phase, text):
    assert note(status, at, now) == (Phase(phase), text)


@pytest.mark.parametrize(
    ("evening", "wait"),
    [
        ("2026-06-21 20:00", "13 h"),
        ("2026-03-28 20:00", "12 h"),  # the night summer time begins is an hour short
        ("2026-10-24 20:00", "14 h"),  # and the night it ends an hour long
    ],
)
def test_a_wait_is_counted_in_real_hours_across_summer_time(evening, wait):
    assert f"(in {wait})" in note("New", evening, evening)[1]


@pytest.mark.parametrize("day", ["2026-06-22", "2026-03-29", "2026-10-25", "2026-01-01"])
@pytest.mark.parametrize("status", [*STATUS_CLASS, "Paused", "Failed_Eaten"])
def test_every_status_has_one_calm_sentence_at_every_hour_and_age(day, status):
    midnight = oslo(f"{day} 00:00")
    for half_hour in range(50):
        now = midnight + half_hour * timedelta(minutes=30)
        for hours in (-1, 0, 0.2, 1, 3, 9, 16, 47, 48, 60, 73, 24 * 400):
            notification = sms(status, now - timedelta(hours=hours))
            phase = standing(notification, now).phase
            text = standing_note(notification, phase, now)
            norwegian = standing_note(notification, phase, now, "nb")
            assert norwegian.endswith(".") and len(norwegian) <= 110, norwegian
            assert norwegian != text and " h " not in norwegian
            assert text.endswith(".") and len(text) <= 110, text
            waits = status == "New" and not 9 <= now.astimezone(OSLO).hour < 17
            assert text.startswith("Waits for 09:00") is (waits and phase is Phase.WAITING)
            assert text.startswith("Past its validity") is (phase is Phase.DEAD)


def test_a_note_changes_at_most_once_a_minute():
    for status in ("New", "Sending", "Accepted"):
        notification = sms(status, NOW)
        texts = [
            standing_note(notification, Phase.IN_FLIGHT, NOW + timedelta(seconds=s))
            for s in range(600)
        ]
        changed = [s for s in range(1, 600) if texts[s] != texts[s - 1]]
        # what is past changes on the minute, what is left a second after it
        assert all(second % 60 in (0, 1) for second in changed), (status, changed)


def test_the_same_is_said_in_norwegian():
    def said(status, at, now):
        notification = sms(status, oslo(at))
        phase = standing(notification, oslo(now)).phase
        return standing_note(notification, phase, oslo(now), "nb")

    assert [
        said("New", "2026-06-22 05:50", "2026-06-22 05:50"),
        said("Sending", "2026-06-22 09:46", "2026-06-22 12:00"),
        said("New", "2026-06-19 20:00", "2026-06-23 12:00"),
        said("Accepted", "2026-06-22 11:30", "2026-06-22 12:00"),
        said("Delivered", "2026-06-22 11:30", "2026-06-22 12:00"),
        said(FAILED_TTL, "2026-06-20 11:30", "2026-06-22 12:00"),
    ] == [
        "Venter til kl. 09 (om 3 t 10 min): SMS sendes kl. 09–17 norsk tid.",
        "2 t 14 min i Sending; normalt: sekunder; høyst 45 t igjen.",
        "Gyldigheten gikk ut man. 09:00: blir aldri sendt. Bestill på nytt.",
        "30 min i Accepted, tregt: normalt sekunder til minutter; høyst 47 t igjen.",
        "Bekreftet 11:30:00 norsk tid.",
        "Oppgitt lør. 11:30 norsk tid uten leveringsrapport: den kan ha kommet fram.",
    ]


def test_what_is_told_of_an_sms_changes_only_with_its_minutes():
    """A table works a row out anew only then."""
    chance = random.Random(3)
    changes = 0
    for _ in range(150):
        status = chance.choice(("New", "Sending", "Accepted", "Delivered"))
        since = NOW - timedelta(seconds=chance.randrange(60 * 3600))
        since += timedelta(microseconds=chance.choice((0, 0, 1, 500_000)))
        notification = sms(status, since)
        # around the ends of minutes, of the row and of the clock
        ends = [since + timedelta(minutes=chance.randrange(60 * 60)) for _ in range(3)]
        ends += [NOW.replace(second=0, microsecond=0), oslo("2026-06-23 00:00")]
        for end in ends:
            told_before = None
            for apart in (-60_000_000, -1_000_000, -1, 0, 1, 1_000_000, 59_000_000):
                now = end + timedelta(microseconds=apart)
                if now < since:
                    continue
                phase = standing(notification, now).phase
                told = (
                    age(now - since),
                    oslo_time(since, now),
                    standing_note(notification, phase, now),
                )
                minutes = minutes_of(since, now), phase
                if told_before is not None and told_before[1] != told:
                    changes += 1
                    assert told_before[0] != minutes, (status, since, now)
                told_before = minutes, told
    assert changes > 100
