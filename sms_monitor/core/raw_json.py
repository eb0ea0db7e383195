"""JSON of the API as people may see it: indented, cleaned, and masked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from sms_monitor.core.models import Notification
from sms_monitor.core.privacy import (
    BULLET,
    mask_national_identity_number,
    mask_number,
    mask_numbers_in,
)
from sms_monitor.core.text import clean_lines

_MASKS: dict[str, Callable[[str], str]] = {
    "mobileNumber": mask_number,
    "nationalIdentityNumber": mask_national_identity_number,
    "emailAddress": lambda address: BULLET * len(address),
    # what a sender writes can hold anybody's number
    "body": mask_numbers_in,
}


def readable_json(body: bytes, *, unmasked: bool, indent: int | None = 2) -> str:
    """Return the JSON in `body` with nothing in it that a terminal obeys.

    In one line when `indent` is None. Personal data is masked unless `unmasked`. Raises
    ValueError when it is no JSON.
    """
    value = _readable(json.loads(body), "", unmasked)
    return json.dumps(value, indent=indent, ensure_ascii=False)


def notification_json(notification: Notification, *, unmasked: bool, indent: int | None = 2) -> str:
    """Return one SMS under the API's own names, as far as this program reads it."""
    body = msgspec.json.encode(notification)
    return readable_json(body, unmasked=unmasked, indent=indent)


def _readable(value: Any, key: str, unmasked: bool) -> Any:
    match value:
        case dict():
            return {_clean(k): _readable(v, k, unmasked) for k, v in value.items()}
        case list():
            return [_readable(v, key, unmasked) for v in value]
        case str():
            text = _clean(value)
            return text if unmasked or key not in _MASKS else _MASKS[key](text)
        case _:
            return value


def _clean(text: str) -> str:
    return clean_lines(text, 5000)
