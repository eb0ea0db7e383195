import random
import unicodedata

import pytest

from sms_monitor.core.text import REPLACEMENT, clean

BANNED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Påminnelse – Ærlig «ref» 日本 👍", "Påminnelse – Ærlig «ref» 日本 👍"),
        ("", ""),
        ("\x1b[31mred\x1b[0m", f"{REPLACEMENT}[31mred{REPLACEMENT}[0m"),
        ("\x1b]52;c;aGk=\x07", f"{REPLACEMENT}]52;c;aGk={REPLACEMENT}"),
        ("\x9b31m \x9d52;c;aGk=\x9c", f"{REPLACEMENT}31m {REPLACEMENT}52;c;aGk={REPLACEMENT}"),
        ("a\x00b\x7fc\x08d", f"a{REPLACEMENT}b{REPLACEMENT}c{REPLACEMENT}d"),
        ("two\r\nlines\tand\x85one", "two  lines and one"),
        ("a\u2028b\u2029c\u00a0d\u3000e", "a b c d e"),
        ("\u202egnp.exe\u202c", f"{REPLACEMENT}gnp.exe{REPLACEMENT}"),
        ("\u2066a\u2069 \u200fb\u200dc\ufeffd", "\ufffda\ufffd \ufffdb\ufffdc\ufffdd"),
        ("tag \U000e0041", f"tag {REPLACEMENT}"),
        ("\ue000 \U000f0000 \u0378", "\ufffd \ufffd \ufffd"),
        ("\ud800 \udfff", "\ufffd \ufffd"),
    ],
)
def test_what_a_terminal_obeys_or_hides_is_replaced(raw, cleaned):
    assert clean(raw) == cleaned


@pytest.mark.parametrize(
    ("length", "limit", "cleaned"),
    [
        (999, 1000, "x" * 999),
        (1000, 1000, "x" * 1000),
        (1001, 1000, "x" * 999 + "…"),
        (10_000, 1000, "x" * 999 + "…"),
        (11, 10, "xxxxxxxxx…"),
    ],
)
def test_a_long_text_is_cut_and_the_cut_is_marked(length, limit, cleaned):
    assert clean("x" * length, limit) == cleaned


def test_a_long_hostile_text_is_cut_and_cleaned():
    assert clean("\x1b" * 10_000) == REPLACEMENT * 999 + "…"


def test_cleaning_twice_changes_nothing_and_leaves_no_banned_character():
    rng = random.Random(20_000)
    kinds = [
        lambda: chr(rng.randrange(0x20)),
        lambda: chr(rng.randrange(0x80)),
        lambda: chr(rng.randrange(0x7F, 0x100)),
        lambda: chr(rng.randrange(0x2000, 0x2070)),
        lambda: chr(rng.randrange(0xD800, 0xE000)),
        lambda: chr(rng.randrange(0x110000)),
    ]
    for _ in range(20_000):
        raw = "".join(rng.choice(kinds)() for _ in range(rng.randrange(30)))
        limit = rng.randrange(1, 40)
        once = clean(raw, limit)
        assert clean(once, limit) == once
        assert len(once) == min(len(raw), limit)
        assert not [c for c in once if unicodedata.category(c) in BANNED], ascii(raw)


def test_no_character_of_unicode_gets_through_that_should_not():
    for code in range(0x110000):
        cleaned = clean(chr(code))
        assert len(cleaned) == 1
        assert unicodedata.category(cleaned) not in BANNED, hex(code)
        assert cleaned == " " or not cleaned.isspace(), hex(code)
