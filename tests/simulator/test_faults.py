from collections import Counter
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from sms_monitor.simulator.faults import SHARES, Faults
from sms_monitor.simulator.messages import Answer, Sending

from .conftest import API, IDS, START, Trial

TARGET = f"{API}/orders/{IDS['ARKI-03']}/notifications/sms"


def spoil(text: str) -> Answer:
    return Faults.parse([f"{text}=1"]).apply(Answer(200, b"body"), 7, 0, START)


def test_faults_are_read_from_their_text_form():
    faults = Faults.parse(["latency=0.5", "429=0.1", "503=0.25", "token-life=20"])
    assert faults == Faults(0.5, {"429": 0.1, "503": 0.25}, 20.0)
    assert Faults.parse([]) == Faults()
    faults = Faults.parse(["clock-skew=-40", "revoke=30", "expired-key", "exchange-down"])
    assert (faults.clock_skew, faults.revoke) == (-40.0, 30.0)
    assert faults.sign_in == {"expired-key", "exchange-down"}


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["teapot=0.1"], "no fault 'teapot'; the faults are latency, 429"),
        (["latency"], "'latency' needs a number of seconds, as in latency=20"),
        (["latency=-1"], "'latency=-1' needs"),
        (["latency=inf"], "'latency=inf' needs"),
        (["429=often"], "'429=often' needs a share from 0 to 1, as in 429=0.1"),
        (["500=nan"], "'500=nan' needs a share"),
        (["drop=1.5"], "'drop=1.5' needs a share"),
        (["teapot"], "token-life, clock-skew, revoke, expired-key, wrong-kid, scope-missing"),
        (["revoke=-1"], "'revoke=-1' needs a number of seconds"),
        (["clock-skew=nan"], "'clock-skew=nan' needs a number of seconds"),
        (["wrong-kid=1"], "'wrong-kid=1' needs no number; write wrong-kid"),
        (["wrong-kid", "wrong-kid"], "wrong-kid is given twice"),
        (["drop=0.1", "drop=0.2"], "drop is given twice"),
        (["drop=0.6", "500=0.6"], "500, drop add up to more than 1"),
    ],
)
def test_a_fault_that_makes_no_sense_is_explained(texts, said):
    with pytest.raises(ValueError) as caught:
        Faults.parse(texts)
    assert said in str(caught.value)


def test_too_many_requests_comes_with_seconds_or_with_a_date():
    assert spoil("429").status == spoil("429-date").status == 429
    assert spoil("429").headers == (("Retry-After", "5"),)
    ((name, date),) = spoil("429-date").headers
    assert name == "Retry-After"
    assert parsedate_to_datetime(date) == START + timedelta(seconds=5)


def test_the_other_faults_are_what_they_are_called():
    assert spoil("500") == Answer(500)
    assert (spoil("503").status, spoil("503").content_type) == (503, "text/html")
    assert spoil("html").status == 200 and spoil("html").body.startswith(b"<!DOCTYPE html>")
    assert spoil("drop").sending is Sending.NOTHING
    assert spoil("truncate") == Answer(200, b"body", sending=Sending.CUT)


def test_latency_goes_with_every_answer():
    faults = Faults.parse(["latency=0.5", "500=1"])
    assert faults.apply(Answer(200), 7, 0, START) == Answer(500, delay=0.5)


def test_each_fault_hits_its_share_of_the_requests():
    faults = Faults.parse([f"{name}=0.1" for name in SHARES])
    hits = Counter(
        faults.apply(Answer(200, b"x"), 7, number, START) == Answer(200, b"x")
        for number in range(2000)
    )
    assert 500 < hits[True] < 700


def test_the_same_seed_has_the_same_faults():
    def run() -> list[int]:
        trial = Trial(faults=["500=0.3", "429=0.3"])
        return [trial.get(TARGET).status for _ in range(50)]

    first = run()
    assert first == run()
    assert set(first) == {200, 429, 500}


def test_tokens_are_handed_out_without_faults():
    trial = Trial(faults=["500=1"])
    assert trial.get("/simulator/token").status == 200
    assert trial.get(TARGET).status == 500
