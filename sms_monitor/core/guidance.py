"""What a status means, why, what to do next and what to tell the caller, in two languages.

The words stand in `guidance.toml` beside this file, where those who answer the phone can read
and correct them. It is part of the program: read once, when the first words are asked for.
"""

from __future__ import annotations

import functools
from datetime import datetime
from importlib.resources import files
from typing import Literal

import msgspec

from sms_monitor.core.language import Language
from sms_monitor.core.models import Notification
from sms_monitor.core.notes import is_slow
from sms_monitor.core.phase import Phase, valid_until
from sms_monitor.core.status import STATUS_CLASS, is_failed

UNKNOWN_FAILURE = "unknown failure"
"""What the table calls a status that begins with `Failed` and that it does not have."""
UNKNOWN_STATUS = "unknown status"
"""What the table calls any other status that it does not have."""

Age = Literal["waiting", "slow", "stuck", "overdue", "dead"]
"""What age can change about the words of a status; the table's head says when."""


class Guidance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Plain sentences; "" only where `_Entry` gives what an age does not change."""

    meaning: str = ""
    """At most 90 characters."""
    cause: str = ""
    """At most 200 characters."""
    next_step: str = ""
    """At most 240 characters."""
    say: str = ""
    """For the person who calls. At most 160 characters."""


class _Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    en: Guidance
    nb: Guidance


class _Entry(_Said, frozen=True, forbid_unknown_fields=True):
    waiting: _Said | None = None
    slow: _Said | None = None
    stuck: _Said | None = None
    overdue: _Said | None = None
    dead: _Said | None = None


def guidance_for(status: str, language: Language = "en") -> Guidance:
    """Return what is true of a status as shown, at any age; also of one nobody knows here."""
    return _guidance(_name(status), None, language)


def guidance_at(
    notification: Notification, phase: Phase, now: datetime, language: Language = "en"
) -> Guidance:
    """Return what is true of this SMS at `now` (UTC), where it is in `phase`."""
    return _guidance(_name(notification.status), _age(notification, phase, now), language)


def _name(status: str) -> str:
    if status in STATUS_CLASS:
        return status
    return UNKNOWN_FAILURE if is_failed(status) else UNKNOWN_STATUS


def _age(notification: Notification, phase: Phase, now: datetime) -> Age | None:
    match phase:
        case Phase.DEAD:
            return "dead"
        case Phase.WAITING:
            return "waiting"
        case Phase.STUCK:
            # what is New or Sending and past its validity is dead
            return "overdue" if now >= valid_until(notification.last_update) else "stuck"
        case Phase.IN_FLIGHT if is_slow(notification, now):
            return "slow"
    return None


@functools.cache
def _guidance(name: str, age: Age | None, language: Language) -> Guidance:
    entry = _table()[name]
    general: Guidance = getattr(entry, language)
    changed: _Said | None = getattr(entry, age) if age else None
    if changed is None:
        return general
    words: Guidance = getattr(changed, language)
    return Guidance(
        meaning=words.meaning or general.meaning,
        cause=words.cause or general.cause,
        next_step=words.next_step or general.next_step,
        say=words.say or general.say,
    )


@functools.cache
def _table() -> dict[str, _Entry]:
    import tomllib  # not for the first paint

    text = files("sms_monitor.core").joinpath("guidance.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, _Entry])
