"""OSC 52 byte for byte, and what stands between us and the terminal."""

import base64
import re

import pytest

from sms_monitor.ui.clipboard import (
    LIMIT,
    copy_sequence,
    copyable,
    encoded_size,
)
from sms_monitor.ui.multiplexer import Between, between

PLAIN = "\x1b]52;c;S09NLTExOA==\x07"


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, Between.NOTHING),
        ({"TERM": "xterm-256color"}, Between.NOTHING),
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, Between.TMUX),
        ({"TERM": "xterm-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, Between.TMUX),
        ({"TERM": "tmux-256color"}, Between.TMUX),
        ({"TERM": "screen.xterm-256color"}, Between.SCREEN),
        ({"TERM": "screen"}, Between.SCREEN),
        ({"TERM": "xterm", "STY": "1234.pts-0.host"}, Between.SCREEN),
        ({"TERM": "xterm", "TMUX": "", "STY": ""}, Between.NOTHING),
    ],
)
def test_the_environment_says_what_is_in_between(environ, found):
    assert between(environ) is found


def test_a_terminal_gets_the_sequence_and_tmux_both_ways():
    assert copy_sequence("KOM-118", Between.NOTHING) == PLAIN
    assert copy_sequence("KOM-118", Between.TMUX) == f"{PLAIN}\x1bPtmux;\x1b{PLAIN}\x1b\\"
    assert copy_sequence("KOM-118", Between.SCREEN) == f"\x1bP{PLAIN}\x1b\\"


@pytest.mark.parametrize("length", [0, 180, 181, 182, 1000, 56_000])
def test_screen_gets_strings_no_longer_than_it_takes(length):
    sequence = copy_sequence("æ" * length, Between.SCREEN)
    strings = re.findall(r"\x1bP(.*?)\x1b\\", sequence, re.DOTALL)
    assert "".join(f"\x1bP{one}\x1b\\" for one in strings) == sequence
    assert all(len(one) + 4 <= 256 for one in strings)
    assert "".join(strings) == copy_sequence("æ" * length, Between.NOTHING)


@pytest.mark.parametrize("text", ["", "a", "ab", "abc", "æ", "日本" * 100])
def test_the_size_is_that_of_the_sequence(text):
    assert encoded_size(text) == len(base64.b64encode(text.encode()))


def test_the_limit_is_in_encoded_bytes():
    # base64 goes by fours
    assert encoded_size("x" * (LIMIT // 4 * 3)) == LIMIT - LIMIT % 4
    assert encoded_size("x" * (LIMIT // 4 * 3 + 1)) > LIMIT


@pytest.mark.parametrize(
    "text", ["\x1b]52;c;QUJD\x07", "a\rb", "a\tb", "\u202eabc", "\x9b2J", "\x00", "a\u2028b"]
)
def test_what_is_copied_holds_nothing_that_is_obeyed_when_it_is_pasted(text):
    pasted = copyable(f"one\n{text}\n{'x' * 5000}")
    assert pasted.startswith("one\n") and pasted.endswith(f"\n{'x' * 5000}")
    assert pasted.count("\n") == 2
    assert all(c.isprintable() or c == "\n" for c in pasted)
