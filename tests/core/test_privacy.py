import random
import re

import pytest

from sms_monitor.core.models import Recipient
from sms_monitor.core.privacy import (
    mask_national_identity_number,
    mask_number,
    normal_number,
    recipient_text,
)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+4799999999", "+47••••••99"),
        ("004799999912", "0047••••••12"),
        ("+47 999 99 934", "+47••••••34"),
        ("99999956", "••••••56"),
        ("+3584012345619", "+358••••••••19"),
        ("+34612345622", "+34•••••••22"),
        ("+12025550156", "+1••••••••56"),
        ("+9715012345678", "+971••••••••78"),
        # a sender who forgot the country code: no three digits of the number
        ("+99999999", "+••••••99"),
        ("+4712345", "+47•••••"),
        ("+47123456", "+47••••56"),
        ("+358123", "+••••23"),
        ("12345", "•••••"),
        ("+4712", "••" + "•••"),
        ("1", "•"),
        ("", ""),
        ("+", "•"),
        ("00", "••"),
        ("+47999x9999", "•" * 11),
        ("++4799999999", "•" * 12),
        ("٩٩٩٩٩٩٩٩", "•" * 8),
        ("²³", "••"),
    ],
)
def test_a_number_shows_its_country_and_last_two_digits_at_most(number, masked):
    assert mask_number(number) == masked


def test_no_text_at_all_shows_more_than_a_country_code_and_two_digits():
    rng = random.Random(7)
    for _ in range(20_000):
        text = "".join(rng.choices("0123456789+ -()x\u0661\ufffd", k=rng.randrange(0, 20)))
        shown = mask_number(text)
        digits = re.sub(r"^(\+|00)", "", re.sub(r"[ ().-]", "", shown))
        visible = sum(c != "•" for c in digits)
        assert visible <= 5, (text, shown)
        if visible:
            assert digits.count("•") >= 4, (text, shown)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("+4799999999", "+4799999999"),
        ("004799999999", "+4799999999"),
        ("99999999", "+4799999999"),
        ("+47 999 99 999", "+4799999999"),
        ("(0047) 999-99-999", "+4799999999"),
        ("00358401234519", "+358401234519"),
        ("12345", "12345"),
        ("00", "00"),
        ("", ""),
        ("hello", "hello"),
        ("+", "+"),
    ],
)
def test_one_phone_has_one_spelling(written, normal):
    assert normal_number(written) == normal
    assert normal_number(normal) == normal


@pytest.mark.parametrize(
    ("recipient", "masked", "unmasked"),
    [
        (Recipient("+4799999999"), "+47••••••99", "+4799999999"),
        (Recipient("+4799999999", "910026623"), "+47••••••99", "+4799999999"),
        (Recipient("", "910026623"), "- org 910026623", "- org 910026623"),
        (Recipient(" ", None, "12038012345"), "- nin •••••••••••", "- nin 12038012345"),
        (Recipient(None, "", ""), "- none", "- none"),
        (Recipient(), "- none", "- none"),
    ],
)
def test_a_row_without_a_number_says_who_it_was_for(recipient, masked, unmasked):
    assert recipient_text(recipient, unmasked=False) == masked
    assert recipient_text(recipient, unmasked=True) == unmasked


def test_a_national_identity_number_has_no_harmless_part():
    assert mask_national_identity_number("12038012345") == "•••••••••••"
