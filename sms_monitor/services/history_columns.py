"""How the history file has times and ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Return `at` as the file has it."""
    return (at - _1970) // _MICROSECOND


def moment(at: int) -> datetime:
    """Return what the file has as a time, UTC."""
    return _1970 + at * _MICROSECOND


def notification_key(notification_id: str) -> bytes | str:
    """Return a GUID as its 16 bytes, any other id as it is."""
    bare = notification_id.replace("-", "")
    try:
        key = bytes.fromhex(bare)
    except ValueError:
        return notification_id
    return (
        key if len(bare) == 32 and notification_id_of(key) == notification_id else notification_id
    )


def notification_id_of(key: bytes | str) -> str:
    """Undo `notification_key`."""
    if isinstance(key, str):
        return key
    text = key.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
