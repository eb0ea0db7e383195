"""Finding order ids in what people type and paste.

An order id is a GUID. Everywhere else in the program it is a `str` in canonical form: lower
case, with dashes, without braces.
"""

from __future__ import annotations

import re
from collections import Counter

from sms_monitor.core.text import clean

_DASHED = r"(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])"
# a dash beside 32 hex digits makes it something else, such as the trace id of a traceparent
_PLAIN = r"(?<![0-9a-z-])[0-9a-f]{32}(?![0-9a-z-])"
_FLAGS = re.ASCII | re.IGNORECASE
_GUID = re.compile(f"{_DASHED}|{_PLAIN}", _FLAGS)
# in an address or a curl command the id after "orders/" is the order, other ids are not
_IN_ADDRESS = re.compile(rf"(?<=orders/)(?:{_DASHED}|{_PLAIN})", _FLAGS)

_ALTINN_HOST = re.compile(
    r"https?://(?:[^\s/@]*@)?(?:[a-z0-9-]+\.)*?(?:(?P<test>tt02)\.)?altinn\.no(?![a-z0-9.-])"
    r"|https?://(?:[^\s/@]*@)?(?:[a-z0-9-]+\.)*(?P<cloud>(?:at|yt)[0-9]{2})\.altinn\.cloud"
    r"(?![a-z0-9.-])",
    _FLAGS,
)


def parse_order_id(text: str) -> str | None:
    """Return the canonical id of the order `text` names, None when it holds no GUID.

    Taken are a GUID in any case, with or without braces, 32 hex digits, and any address or
    line that holds one. Of several the one after `orders/` wins, then the first.
    """
    return next(iter(_ids_in(text)), None)


def parse_order_ids(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids in pasted lines, each once and in order, and the lines that hold none.

    Blank lines are in neither. A line of nothing but ids and separators gives all of them, any
    other line gives one. The rejected lines are cleaned and bounded: fit to show.
    """
    ids: dict[str, None] = {}
    rejected: list[str] = []
    for line in text.splitlines():
        found = _ids_in(line)
        ids.update(dict.fromkeys(found))
        if not found and line.strip():
            rejected.append(clean(line.strip(), 80))
    return tuple(ids), tuple(rejected)


def environment_doubts(text: str, environment: str) -> tuple[str, ...]:
    """Return a sentence for each other Altinn environment that URLs in pasted lines are from.

    `environment` is the profile's: "tt02", "prod" … Of one that is not Altinn's own, such as
    "custom", nothing is known, and so nothing is said.
    """
    if not re.fullmatch("prod|tt02|(?:at|yt)[0-9]{2}", environment):
        return ()
    found = Counter(
        (host["test"] or host["cloud"] or "prod").lower()
        for line in text.splitlines()
        if _ids_in(line)
        for host in _ALTINN_HOST.finditer(line)
    )
    found.pop(environment, None)
    return tuple(
        f"{'This URL is' if count == 1 else f'{count} URLs are'} from {other}, "
        f"the profile is {environment}."
        for other, count in found.items()
    )


def _ids_in(line: str) -> list[str]:
    found = _IN_ADDRESS.findall(line)
    if not found:
        found = _GUID.findall(line)
        if any(c.isalnum() for c in _GUID.sub("", line)):
            found = found[:1]
    return [_canonical(guid) for guid in found]


def _canonical(guid: str) -> str:
    digits = guid.replace("-", "").lower()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
