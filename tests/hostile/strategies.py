"""What hostile input is made of."""

from __future__ import annotations

import copy
import json
import unicodedata

from hypothesis import strategies as st

BANNED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of characters that a terminal obeys or hides."""

PIECES = (
    *("\x1b]52;c;Q0FO\x07", "\x1b]0;owned\x07", "\x1b[2J", "\x9b31m", "\x1bP1$r\x1b\\", "\x1b"),
    *("\x00", "\x08\x7f", "\r\n", "\t", "\x85\u2028\u2029", "\x0e\x0f"),
    *("\u202eevil\u202c", "\u2066x\u2069", "\u200b\u200d\ufeff", "\u00ad", "\U000e0041"),
    *(
        "e\u0301",
        "a" + "\u0300" * 12,
        "\u0301",
        "日本語",
        "\uff21",
        "👩\u200d👩\u200d👧",
        "🇳🇴",
        "☎\ufe0f",
    ),
    *("[/]", "[b]", "[/red]", "[@click=app.quit]x[/]", "\\[", "[", "$text-error", "%s{}{0}"),
    *("=1+1", "|", "`", "<b>", "&amp;", "'; DROP", "\ud800", "\ue000", "\U0010ffff", "İ", "ß"),
    *("(TTL)", "Failed", "Failed_", "Delivered", "New", "+4799112233", "01039012480", ""),
)
"""Text that means something to a terminal, to markup, to a spreadsheet or to us."""

texts = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=20),
    st.sampled_from(PIECES).map(lambda piece: piece * 400),
)

times = st.one_of(
    st.datetimes().map(lambda at: at.isoformat()),
    st.sampled_from(
        [
            *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999+00:00", "2026-02-30T00:00:00Z"),
            *("2026-07-01T09:00:04.12234Z", "2026-07-01T24:00:00Z", "1970-01-01T00:00:00-23:59"),
            *("2026-07-01", "now", "2016-12-31T23:59:60Z", "9000-02-29T00:00:00Z"),
            "0001-01-01T00:00:00+14:00",
        ]
    ),
)

numbers = st.one_of(
    st.integers(),
    st.sampled_from([0, -1, 2**31, 2**63, 2**64, 10**400]),
    st.floats(allow_nan=False),
)

values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts, times),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)
"""Any JSON."""


def bytes_of(value: object) -> bytes:
    return json.dumps(value).encode()


def _paths(value, here=()):
    """The way to every value in some JSON, the whole of it too."""
    yield here
    inside = enumerate(value) if isinstance(value, list) else ()
    for key, one in value.items() if isinstance(value, dict) else inside:
        yield from _paths(one, (*here, key))


@st.composite
def near(draw, valid: object):
    """A valid body in which one to three values are gone, doubled, or something else."""
    body = copy.deepcopy(valid)
    for _ in range(draw(st.integers(1, 3))):
        paths = [path for path in _paths(body) if path]
        if not paths:
            break
        *way, last = draw(st.sampled_from(paths))
        home = body
        for key in way:
            home = home[key]
        what = draw(st.sampled_from(["text", "text", "time", "number", "any", "gone", "more"]))
        if what == "gone":
            del home[last]
        elif what == "more" and isinstance(home, list):
            home.insert(draw(st.integers(0, len(home))), copy.deepcopy(home[last]))
        elif what == "more":
            home[draw(texts)] = draw(values)
        else:
            home[last] = draw({"text": texts, "time": times, "number": numbers}.get(what, values))
    return body


@st.composite
def spoiled(draw, valid: bytes):
    """A body that broke on the way: cut, with bytes lost, doubled or changed."""
    body = bytearray(valid)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body)))
        length = draw(st.integers(0, 30))
        body[at : at + length] = draw(st.binary(max_size=12))
    return bytes(body)


def strings_in(value):
    """Every string in a decoded value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from strings_in(one)
    else:
        for name in getattr(value, "__struct_fields__", ()):
            yield from strings_in(getattr(value, name))


def is_clean(text: str, but: str = "") -> bool:
    """Whether a terminal neither obeys nor hides anything of `text`; `but` is let through."""
    return not any(unicodedata.category(c) in BANNED for c in text if c not in but)
