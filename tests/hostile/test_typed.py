"""Whatever is typed is understood, or answered with a sentence that can be shown."""

from __future__ import annotations

import re
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sms_monitor.core.moments import parse_moment, written_moment
from sms_monitor.core.order_id import environment_doubts, parse_order_ids
from sms_monitor.core.person import parse_person
from sms_monitor.core.quiet_hours import parse_quiet_hours
from sms_monitor.core.row_filter import parse_filter
from sms_monitor.core.text import cell_width, clean, clean_lines
from sms_monitor.ui.command_arguments import Known
from sms_monitor.ui.command_typed import candidates, parse_command
from sms_monitor.ui.commands import COMMANDS
from sms_monitor.ui.keymap import key_problems, keys_in_force
from tests.core.rows import NOW, row

from .strategies import is_clean, texts

ROWS = [
    row("Failed_BarredReceiver", NOW - timedelta(hours=5), "0047 99 11 22 33", description="İß"),
    row("Odd_\ufffd", NOW, "", nin="01039012480"),
]
KNOWN = Known(
    orders={"KOM-118": "1", "[b]x[/b]": "2", "": "3"},
    profiles=["work"],
    themes=["nord", "textual-dark"],
    statuses=["Failed_Expired", "stuck", ""],
)

filters = st.one_of(
    texts,
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *(
                        "re:",
                        "st:",
                        "cl:",
                        "ph:",
                        "since:",
                        "!",
                        '"',
                        "age>",
                        "age<",
                        "age>999999d",
                    ),
                    *("since:9999-12-31", "since:0001-01-01", "since:99999d", "since:MonFri"),
                    *("re:[[", "re:(", "re:(?i)", "re:a{9}", "re:(a*)*", "re:\\1", "st:,", "ph:-"),
                    *("+47 99 11", "00", "()", "..", "12345678901"),
                ]
            ),
            texts,
        ),
        max_size=4,
    ).map(" ".join),
)


@given(filters)
def test_a_filter_hides_rows_or_says_what_it_lacks(text):
    found = parse_filter(text)
    assert found.text == text
    for one in ROWS:
        for now in (NOW, NOW + timedelta(days=3000)):
            assert found.matches(one, now) in (True, False)
    assert found.error is None or len(found.error) < 3000


lines = st.one_of(
    texts,
    st.tuples(st.sampled_from([one.name for one in COMMANDS]), texts).map(" ".join),
    st.tuples(
        st.sampled_from(["sort age", "bell quiet", "replay", "since", "interval"]), texts
    ).map(" ".join),
)


@given(lines)
def test_a_command_is_run_or_answered_and_is_completed_to_commands(line):
    said = ""
    try:
        call = parse_command(line, KNOWN)
    except ValueError as error:
        said = str(error)
    else:
        assert re.fullmatch(r"(app\.)?[a-z_]+(\(.*\))?", call.action)
    assert is_clean(said) and len(said) < 600
    for one in candidates(line, KNOWN)[:20]:
        assert one.line.endswith((one.word, f"{one.word} "))


@given(texts)
def test_a_person_an_id_or_a_time_is_found_or_not(text):
    person = parse_person(text)
    assert person is None or person.keys
    ids, rejected = parse_order_ids(text)
    assert all(re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one) for one in ids)
    assert all(is_clean(one) and len(one) <= 80 for one in rejected)
    environment_doubts(text, "tt02")


@given(
    st.one_of(
        texts,
        st.from_regex(r"[0-9]{1,5}[smhd]", fullmatch=True),
        st.from_regex(
            r"(Mon|sun)?[0-9]{1,2}:?[0-9]{0,2}(:[0-9]{2})?([+-]14:00|Z)?", fullmatch=True
        ),
        st.datetimes().map(lambda at: at.isoformat()),
        st.from_regex(r"[0-9]{1,2}(:[0-9]{2})? ?- ?[0-9]{1,2}(:[0-9]{2})?", fullmatch=True),
    )
)
def test_a_time_is_read_or_refused(text):
    for parse in (lambda t: parse_moment(t, NOW), parse_quiet_hours):
        try:
            value = parse(text)
        except ValueError as error:
            assert str(error).startswith(("needs", "must be", "begins", "has a time"))  # noqa: PT017 - no error is right as well
            continue
        assert str(value)
        if parse is not parse_quiet_hours and value <= NOW:
            written = written_moment(value, NOW)
            assert abs(parse_moment(written, NOW) - value) < timedelta(minutes=1)


# TOML has no half of a surrogate pair
in_toml = texts.map(lambda text: text.encode("utf-8", "replace").decode())


@given(st.dictionaries(st.one_of(in_toml, st.sampled_from(["faults", "help", "quit"])), in_toml))
def test_keys_of_a_config_are_taken_or_explained(wanted):
    problems = key_problems(wanted)
    assert all(is_clean(sentence) for _, sentence in problems)
    if not problems:
        assert keys_in_force(wanted).keys


@given(texts, st.integers(1, 300))
def test_cleaning_twice_is_cleaning_once_and_a_width_is_never_less_than_nothing(text, limit):
    once = clean(text, limit)
    assert is_clean(once) and len(once) <= limit and clean(once, limit) == once
    assert 0 <= cell_width(once) <= 2 * len(once)
    assert is_clean(clean_lines(text, limit), but="\n")
