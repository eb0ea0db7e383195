"""Who an SMS was for: numbers in one written form, and what of them may be shown.

Masked: mobile numbers and national identity numbers. Not masked: organisation numbers, which
are in a public register. What is not plainly a phone number is masked whole.
"""

from __future__ import annotations

import re

from sms_monitor.core.models import Recipient

BULLET = "•"
"""Stands for one hidden character."""

# [0-9], not \d: other scripts' digits are not a number we know how to cut
_NUMBER = re.compile(r"(\+|00)?([0-9]+)")
_SEPARATORS = str.maketrans("", "", " \N{NO-BREAK SPACE}-.()/")
_RUN = re.compile(r"\+?\d(?:[ \N{NO-BREAK SPACE}()./-]?\d){4,}")
# ITU-T E.164, assigned codes of one, two and three digits: `+99999999`, where the sender forgot
# the code, must not show three digits of the number
_COUNTRY_CODE = re.compile(
    "1|7|20|27|3[0123469]|4[013456789]|5[1-8]|6[0-6]|8[1246]|9[0-58]"
    "|(?:2[1-69]|3[578]|42|5[09]|6[789]|8[0578]|9[67])[0-9]|99[2-8]"
)


def normal_number(number: str) -> str:
    """Return `number` as `+` and digits, so that one phone has one spelling.

    `0047…` and eight bare digits are Norwegian `+47…`, spaces and punctuation go. Other text
    (not a number, too short, "") comes back as it is, less the punctuation. Idempotent.
    """
    # almost every number has this form already
    if number[:1] == "+" and number.isascii() and number[1:].isdigit():
        return number
    bare = number if number.isalnum() else number.translate(_SEPARATORS)
    if len(bare) > 4 and bare.startswith("00"):
        return f"+{bare[2:]}"
    norwegian = len(bare) == 8 and bare.isascii() and bare.isdigit()
    return f"+47{bare}" if norwegian else bare


def country_code(number: str) -> str:
    """Return the country code of a number as `normal_number` writes it: `358`; "" without one."""
    code = _COUNTRY_CODE.match(number, 1) if number.startswith("+") else None
    return code[0] if code else ""


def mask_number(number: str) -> str:
    """Return `number` with its country code and last two digits legible: `+47••••••99`.

    The way it was written (`+47`, `0047`, bare) is kept. Either is shown only when at least
    four digits stay hidden; five digits or fewer, and text that is not a number, are hidden
    whole.
    """
    bare = number.translate(_SEPARATORS)
    written = _NUMBER.fullmatch(bare)
    if written is None or len(written[2]) <= 5:
        return BULLET * len(bare)
    prefix, rest = written[1] or "", written[2]
    code = _COUNTRY_CODE.match(rest)
    if prefix and code and len(rest) - code.end() >= 4:
        prefix, rest = prefix + code[0], rest[code.end() :]
    end = rest[-2:] if len(rest) > 5 else ""
    return f"{prefix}{BULLET * (len(rest) - len(end))}{end}"


def mask_numbers_in(text: str) -> str:
    """Return `text` with every run of five digits or more hidden, however it is grouped."""
    return _RUN.sub(lambda run: BULLET * len(run[0]), text)


def mask_national_identity_number(number: str) -> str:
    """Return bullets only: a fødselsnummer begins with a birthday and has no harmless part."""
    return BULLET * len(number)


def recipient_text(recipient: Recipient, *, unmasked: bool) -> str:
    """Return who the SMS was for: a number, else `- org 910026623`, `- nin •••`, `- none`.

    A row without a number is one for which no number was found or used. Masked unless
    `unmasked`.
    """
    if number := (recipient.mobile_number or "").strip():
        return number if unmasked else mask_number(number)
    if recipient.organization_number:
        return f"- org {recipient.organization_number}"
    if nin := recipient.national_identity_number:
        return f"- nin {nin if unmasked else mask_national_identity_number(nin)}"
    return "- none"
