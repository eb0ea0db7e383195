import re
from dataclasses import astuple

import pytest

from sms_monitor.core.guidance import (
    _LATER_STEPS,
    GUIDANCE,
    UNKNOWN_FAILURE,
    UNKNOWN_STATUS,
    guidance_at,
    guidance_for,
    next_step_for,
)
from sms_monitor.core.phase import Phase
from sms_monitor.core.status import FAILED_TTL, STATUS_CLASS
from tests.core.rows import sms

DEAD = [guidance_at(status, Phase.DEAD) for status in ("New", "Sending")]
EVERY = [*GUIDANCE.items(), ("Failed_Eaten", UNKNOWN_FAILURE), ("Paused", UNKNOWN_STATUS)]


def test_every_known_status_has_guidance():
    assert set(GUIDANCE) == set(STATUS_CLASS)


@pytest.mark.parametrize("guidance", [*(guidance for _, guidance in EVERY), *DEAD])
def test_guidance_is_short_plain_sentences(guidance):
    meaning, cause, next_step = astuple(guidance)
    assert (len(meaning) <= 90, len(cause) <= 200, len(next_step) <= 240) == (True, True, True)
    for text in (meaning, cause, next_step):
        assert re.fullmatch(r"[A-Z][^!]*\.", text), text
        assert "  " not in text
        assert "simply" not in text


@pytest.mark.parametrize(("status", "guidance"), EVERY)
def test_every_status_has_its_own_guidance(status, guidance):
    assert guidance_for(status) is guidance


@pytest.mark.parametrize("status", ["New", "Sending"])
def test_what_is_dead_is_not_said_to_be_on_its_way(status):
    dead, alive = guidance_at(status, Phase.DEAD), guidance_at(status, Phase.STUCK)
    assert alive is guidance_for(status)
    assert dead.meaning != alive.meaning and "validity" in dead.cause
    assert not re.search(r"wait|not picked up for sending yet", dead.meaning + dead.next_step)
    assert dead.next_step == next_step_for(sms(status), Phase.DEAD)


def test_only_what_is_dead_has_other_words_than_its_status():
    for status, guidance in EVERY:
        for phase in Phase:
            if not (phase is Phase.DEAD and status in ("New", "Sending")):
                assert guidance_at(status, phase) is guidance


@pytest.mark.parametrize("status", ["", "failed", "Delivered ", "[/red]", "x" * 100])
def test_a_status_nobody_knows_is_not_called_final(status):
    assert guidance_for(status) is UNKNOWN_STATUS


def test_accepted_is_never_called_delivered_and_ttl_is_never_called_not_received():
    assert "not delivered yet" in guidance_for("Accepted").meaning
    assert "may have arrived" in guidance_for(FAILED_TTL).meaning


@pytest.mark.parametrize("status", ["New", "Sending"])
def test_nobody_is_told_to_wait_for_a_dead_or_stuck_sms(status):
    for phase in (Phase.DEAD, Phase.STUCK):
        step = next_step_for(sms(status), phase)
        assert "wait" not in step.lower()
        assert "Altinn" in step
        assert len(step) <= 240
    assert "new order" in next_step_for(sms(status), Phase.DEAD)
    # an order that can still be sent must not be placed twice
    assert "Do not order again" in next_step_for(sms(status), Phase.STUCK)


def test_other_phases_keep_the_advice_of_the_status():
    for status, guidance in GUIDANCE.items():
        for phase in Phase:
            if (phase, status) not in _LATER_STEPS:
                assert next_step_for(sms(status), phase) == guidance.next_step
