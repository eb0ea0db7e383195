"""JSON for the screen: nothing obeyed, nobody named."""

import json
from pathlib import Path

import pytest

from sms_monitor.core.raw_json import readable_json

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.mark.parametrize("name", ["order-get", "sms-03-all-14-results"])
def test_masked_it_names_nobody_and_keeps_its_shape(name):
    body = (FIXTURES / f"{name}.json").read_bytes()
    masked = readable_json(body, unmasked=False)
    assert json.loads(masked).keys() == json.loads(body).keys()
    for number in ("99999999", "01017012345"):
        assert number not in masked
    assert json.loads(readable_json(body, unmasked=True)) == json.loads(body)


def test_the_message_may_hold_a_number():
    body = b'{"smsTemplate": {"body": "Ring 99 11 22 33\\nHilsen NAV"}}'
    assert "11 22" not in readable_json(body, unmasked=False)
    assert "99 11 22 33\\nHilsen NAV" in readable_json(body, unmasked=True)


def test_a_reference_is_as_it_is_everywhere_else():
    body = b'{"sendersReference": "Sak 2023-10000"}'
    assert "Sak 2023-10000" in readable_json(body, unmasked=False)


def test_what_a_terminal_obeys_is_gone_from_keys_too():
    body = json.dumps({"\x1b[2Jk": "\x1b]52;c;x\x07\u202e"}).encode()
    text = readable_json(body, unmasked=True)
    assert text.replace("\n", "").isprintable()


def test_what_is_no_json_is_said():
    with pytest.raises(ValueError):
        readable_json(b"<html>", unmasked=False)
