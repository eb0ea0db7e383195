"""JSON Web Tokens as text: put together and taken apart; nothing here judges a signature."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PART = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Jwt:
    """A token taken apart. `signed` is the text its signature is over."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


def take_apart(text: str) -> Jwt:
    """The token in `text`. Raises ValueError for what is none: line breaks, padding, no JSON."""
    parts = text.split(".")
    if len(parts) != 3 or not all(map(_PART.fullmatch, parts)):
        raise ValueError("not three parts of base64url")
    header, claims, signature = parts
    signed = f"{header}.{claims}".encode()
    return Jwt(_object(header), _object(claims), signed, from_base64(signature))


def unsigned(header: Mapping[str, object], claims: Mapping[str, object]) -> str:
    """The first two parts, joined by a dot."""
    texts = (json.dumps(part, separators=(",", ":")).encode() for part in (header, claims))
    return ".".join(map(to_base64, texts))


def to_base64(data: bytes) -> str:
    """As base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """The bytes of base64url without padding. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(from_base64(text))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - one error for all malformed tokens
    return found
