"""Calling somebody who looks elsewhere: the terminal's bell, and a notification on the desktop.

OSC 9 is iTerm2's ("Post a notification", iterm2.com/documentation-escape-codes.html), OSC 777
rxvt-unicode's; others have taken over one or both. A terminal cannot be asked which it knows, and
shows nothing for the other.
"""

from __future__ import annotations

from sms_monitor.core.alerts import Notify
from sms_monitor.core.privacy import mask_numbers_in
from sms_monitor.core.text import clean
from sms_monitor.ui.multiplexer import Between, passed_on

BELL = "\x07"
_LONGEST = 120
"""Characters of a notification."""


def attention_sequence(text: str, through: Between, *, bell: bool, notify: Notify) -> str:
    """Return what calls somebody, when it is written to the terminal; "" for nothing.

    `text` is shown on a desktop that others may see: its numbers are masked.
    """
    # ";" ends a parameter, and what begins with a number is another order to some terminals
    shown = clean(mask_numbers_in(text), _LONGEST).replace(";", ",")
    match notify:
        case "osc9":
            notification = passed_on(f"\x1b]9;sms-monitor: {shown}\x07", through)
        case "osc777":
            notification = passed_on(f"\x1b]777;notify;sms-monitor;{shown}\x07", through)
        case "off":
            notification = ""
    # tmux and screen have a bell of their own to ring
    return f"{BELL if bell else ''}{notification}"
