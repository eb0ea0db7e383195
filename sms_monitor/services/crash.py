"""What is told of a fault of our own."""

from __future__ import annotations

import traceback

from sms_monitor.core.privacy import mask_numbers_in
from sms_monitor.core.text import clean
from sms_monitor.services.command import hide_tokens


def crash_report(error: BaseException) -> str:
    """Return where `error` came from, without locals: a token or a phone number may be in them.

    Runs of digits in the message are hidden, as they may be somebody's number.
    """
    lines = traceback.format_tb(error.__traceback__)
    message = hide_tokens(mask_numbers_in(clean(str(error), 300)))
    return (
        "sms-monitor has ended because of a fault of its own. Your watch list and settings are "
        "saved.\nPlease report the lines below.\n\n"
        f"{''.join(lines)}{type(error).__name__}: {message}\n"
    )
