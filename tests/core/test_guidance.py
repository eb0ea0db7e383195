import re
from datetime import timedelta
from textwrap import wrap

import msgspec
import pytest

from sms_monitor.core.guidance import (
    UNKNOWN_FAILURE,
    UNKNOWN_STATUS,
    _guidance,
    _table,
    guidance_at,
    guidance_for,
)
from sms_monitor.core.language import LANGUAGES
from sms_monitor.core.phase import Phase, standing
from sms_monitor.core.status import FAILED_TTL, STATUS_CLASS
from tests.core.rows import NOW, sms

LIMITS = {"meaning": 90, "cause": 200, "next_step": 240, "say": 160}
CASES = [*STATUS_CLASS, "Failed_Eaten", "Paused"]
"""The 14 statuses of an SMS and the two unknown ones: 16 with `Failed (TTL)`."""
AGES = [
    ("New", "waiting"), ("New", "slow"), ("New", "stuck"), ("New", "dead"),
    ("Sending", "stuck"), ("Sending", "dead"), ("Accepted", "overdue"),
]  # fmt: skip


def words(guidance):
    return {name: getattr(guidance, name) for name in LIMITS}


def at(status, ago, *, now=NOW, language="en"):
    """What is said of an SMS that has been in `status` for so many hours."""
    notification = sms(status, now - timedelta(hours=ago))
    return guidance_at(notification, standing(notification, now).phase, now, language)


def test_the_table_has_every_status_and_the_two_for_those_nobody_knows():
    assert list(_table()) == [
        "New", "Sending", "Accepted", "Delivered", "Failed", FAILED_TTL,
        "Failed_BarredReceiver", "Failed_Deleted", "Failed_Expired", "Failed_InvalidRecipient",
        "Failed_Undelivered", "Failed_RecipientNotIdentified", "Failed_RecipientReserved",
        "Failed_Rejected", UNKNOWN_FAILURE, UNKNOWN_STATUS,
    ]  # fmt: skip
    assert set(_table()) == {*STATUS_CLASS, UNKNOWN_FAILURE, UNKNOWN_STATUS}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", CASES)
def test_every_case_has_short_whole_sentences_at_every_age(status, language):
    for hours in (0, 0.2, 0.5, 3, 9, 20, 49, 75, 24 * 40):
        for now in (NOW, NOW + timedelta(hours=10)):  # the send window open, and closed
            for name, text in words(at(status, hours, now=now, language=language)).items():
                assert 10 < len(text) <= LIMITS[name], (name, len(text), text)
                assert re.fullmatch(r"[A-ZÆØÅÉ][^!]*[.?]", text), text
                assert "  " not in text


@pytest.mark.parametrize("status", CASES)
def test_the_two_languages_say_it_in_their_own_words(status):
    english, norwegian = words(guidance_for(status)), words(guidance_for(status, "nb"))
    for name in LIMITS:
        assert english[name] != norwegian[name]
        assert not re.search(r"\b(the|and|not|is|of)\b", norwegian[name]), norwegian[name]
    assert not re.search("[æøåÆØÅ]", "".join(english.values()))
    # no text came through a wrong encoding, and none is written without its letters
    assert re.search("[æøåÆØÅ]", "".join(norwegian.values()))
    assert not re.search("Ã|�", "".join(norwegian.values()))


def test_no_two_statuses_share_their_meaning():
    for language in LANGUAGES:
        meanings = [guidance_for(status, language).meaning for status in CASES]
        assert len(set(meanings)) == len(CASES)


@pytest.mark.parametrize(("status", "age"), AGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_age_changes_the_words_in_both_languages(status, age, language):
    entry = _table()[status]
    changed = getattr(getattr(entry, age), language)
    general = getattr(entry, language)
    assert changed.next_step and changed.say
    assert all(
        a != b for a, b in zip(words(changed).values(), words(general).values(), strict=True)
    )


def test_only_the_ages_that_exist_have_words_of_their_own():
    ages = ("waiting", "slow", "stuck", "overdue", "dead")
    assert {
        (status, age)
        for status, entry in _table().items()
        for age in ages
        if getattr(entry, age) is not None
    } == set(AGES)


@pytest.mark.parametrize(
    ("status", "hours", "said"),
    [
        ("New", 0.1, "Wait 15 minutes"),
        ("New", 0.5, "It is late. Report"),
        ("New", 2.9, "Report the order id"),
        ("New", 75, "It will never be sent"),
        ("Sending", 0.1, "Do not order again within 2 hours"),
        ("Sending", 1.9, "Do not order again within 2 hours"),
        ("Sending", 2, "Report the order id"),
        ("Sending", 49, "It will never change"),
        ("Accepted", 0, "turn the phone on"),
        ("Accepted", 20, "turn the phone on"),
        ("Accepted", 48.1, "Ask the person whether it came"),
        ("Delivered", 900, "look in other message threads"),
        ("Failed", 900, "new order once"),
        (FAILED_TTL, 900, "Ask the person whether it came"),
    ],
)
def test_what_to_do_goes_by_the_age(status, hours, said):
    assert said in at(status, hours).next_step


def test_an_evening_sms_is_told_to_wait_for_the_morning():
    evening = NOW + timedelta(hours=8)
    assert at("New", 0, now=evening).next_step.startswith("Wait until 09:00")
    assert "fra klokka 09" in at("New", 0, now=evening, language="nb").say


def test_nobody_is_told_to_wait_for_an_sms_that_is_late_or_dead():
    for status in ("New", "Sending"):
        for hours in (3, 60):
            for language in LANGUAGES:
                step = at(status, hours, language=language).next_step.lower()
                assert "wait" not in step and not re.search(r"\bvent\b", step)
                assert "altinn" in step
    for hours, wanted in ((3, ("Do not order again", "Ikke bestill på nytt")),
                          (60, ("new order", "bestiller avsenderen på nytt"))):  # fmt: skip
        assert wanted[0] in at("Sending", hours).next_step
        assert wanted[1] in at("Sending", hours, language="nb").next_step


def test_what_may_have_arrived_is_never_called_not_received():
    for language, words_for_it in (("en", "may have arrived"), ("nb", "kan ha kommet")):
        for guidance in (
            at(FAILED_TTL, 1, language=language),
            at("Accepted", 50, language=language),
        ):
            assert words_for_it in guidance.meaning
            assert guidance.say.endswith("?")
    assert "not delivered yet" in guidance_for("Accepted").meaning
    assert "ikke levert ennå" in guidance_for("Accepted", "nb").meaning


@pytest.mark.parametrize(
    "status", ["", "failed", "Delivered ", "[/red]", "unknown failure", "x" * 100]
)
def test_a_status_nobody_knows_is_not_called_final(status):
    assert guidance_for(status) is guidance_for("Paused")
    assert "not final" in guidance_for(status).cause


def test_a_failure_nobody_knows_is_a_failure():
    assert guidance_for("Failed_Eaten").meaning.startswith("The SMS failed")


def test_a_key_that_is_misspelt_in_the_table_is_not_passed_over():
    from sms_monitor.core.guidance import _Entry

    both = {"en": {"meaning": "x"}, "nb": {"meaning": "x"}}
    assert msgspec.convert(both, _Entry).stuck is None
    for wrong in ({**both, "stuk": both}, {"en": {"meening": "x"}, "nb": {}}, {"en": {}}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, _Entry)


def test_phases_that_say_nothing_of_age_keep_the_words_of_the_status():
    for status in CASES:
        for phase in (Phase.FAILED, Phase.CONFIRMED, Phase.UNKNOWN):
            notification = sms(status)
            expected = guidance_for(notification.status)
            assert guidance_at(notification, phase, NOW) is expected


def test_on_80_columns_there_is_room_for_what_to_say_below_what_to_do():
    # the detail has seven lines of 66 cells there, the first of them for the status
    for name, entry in _table().items():
        for age in (None, *(age for status, age in AGES if status == name)):
            for language in LANGUAGES:
                words = _guidance(name, age, language)
                lines = [*wrap(words.meaning, 66), *wrap(words.next_step, 66)]
                assert len(lines) <= 5, (name, age, language)
        assert entry.en.say
