import re
from dataclasses import astuple

import pytest

from sms_monitor.core.guidance import (
    _LATER_STEPS,
    GUIDANCE,
    UNKNOWN_FAILURE,
    UNKNOWN_STATUS,
    guidance_for,
    next_step_for,
)
from sms_monitor.core.phase import Phase
from sms_monitor.core.status import FAILED_TTL, STATUS_CLASS, is_settled
from tests.core.rows import sms

EVERY = [*GUIDANCE.items(), ("Failed_Eaten", UNKNOWN_FAILURE), ("Paused", UNKNOWN_STATUS)]


def test_every_known_status_has_guidance():
    assert set(GUIDANCE) == set(STATUS_CLASS)


@pytest.mark.parametrize("guidance", [guidance for _, guidance in EVERY])
def test_guidance_is_short_plain_sentences(guidance):
    meaning, cause, next_step, _ = astuple(guidance)
    assert (len(meaning) <= 90, len(cause) <= 200, len(next_step) <= 240) == (True, True, True)
    for text in (meaning, cause, next_step):
        assert re.fullmatch(r"[A-Z][^!]*\.", text), text
        assert "  " not in text
        assert "simply" not in text


@pytest.mark.parametrize(("status", "guidance"), EVERY)
def test_guidance_agrees_with_the_rules_on_what_is_final(status, guidance):
    assert guidance_for(status) is guidance
    assert guidance.final is is_settled(status)


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
