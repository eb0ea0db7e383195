from __future__ import annotations

from datetime import timedelta

import pytest

from sms_monitor.core.errors import SignInError
from sms_monitor.services.credentials import Secret
from sms_monitor.services.tokens import SCOPE, access_note, check_token, parse_token
from tests.services.sign_in_parts import NOW, TT02, jwt


@pytest.mark.parametrize(
    "raw",
    ["abc.def", ' "abc.def" ', '{"token": "abc.def"}', '{"token": "abc.def", "other": 1}'],
)
def test_a_token_is_found_in_what_a_command_prints(raw):
    token = parse_token(Secret(raw))
    assert token.secret.reveal() == "abc.def"
    assert not token.is_jwt
    assert token.life(NOW) is None


def test_a_command_can_say_when_its_token_ends():
    token = parse_token(Secret('{"token": "abc", "expires_at": "2026-11-23T09:10:00+01:00"}'))
    assert token.life(NOW) == 600


@pytest.mark.parametrize(
    "raw",
    [
        "Bearer abc",
        "two\nlines",
        "snø",
        "",
        '""',
        '{"tokn": "abc"}',
        '{"token": 5}',
        '{"token": "abc"',
        '{"token": "abc", "expires_at": "soon"}',
        '{"token": "abc", "expires_at": "2026-11-23T09:10:00"}',
    ],
)
def test_what_is_no_token_is_refused_and_not_repeated(raw):
    with pytest.raises(SignInError) as caught:
        parse_token(Secret(raw))
    assert "abc" not in caught.value.message
    assert caught.value.__cause__ is None


def test_the_life_of_a_token_is_what_is_left_of_it():
    assert parse_token(Secret(jwt())).life(NOW) == 1800
    assert parse_token(Secret(jwt(at=-600))).life(NOW) == 1200


def test_a_late_clock_does_not_make_a_token_live_longer():
    assert parse_token(Secret(jwt())).life(NOW - timedelta(hours=5)) == 1800


@pytest.mark.parametrize(
    "text", ["a.b.c", "eyJ.W10.x", "a.b", "a.b.c.d", "eyJ.bm90IGpzb24.x", "eyJ.//.x"]
)
def test_what_only_looks_like_a_jwt_says_nothing(text):
    token = parse_token(Secret(text))
    assert not token.is_jwt
    check_token(token, TT02, NOW)


@pytest.mark.parametrize("claims", [{"exp": "x"}, {"exp": -1}, {"exp": 1e300}, {"exp": None}])
def test_an_end_that_is_no_time_is_no_end(claims):
    assert parse_token(Secret(jwt(**claims))).life(NOW) is None


def test_a_token_of_this_environment_passes():
    check_token(parse_token(Secret(jwt())), TT02, NOW)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (jwt("platform.altinn.no"), "is from platform.altinn.no, not from platform.tt02.altinn.no"),
        (jwt("platform.tt02.altinn.no.evil.example"), "not from platform.tt02.altinn.no"),
        (jwt(iss="\x1b[2J"), "is from no host it names"),
        (jwt(iss=5), "is from no host it names"),
        (jwt(iss="http://[::1"), "is from no host it names"),
        (jwt("test.maskinporten.no"), "is from Maskinporten"),
        (jwt(at=-1800), "ran out at 2026-11-23 08:00:00 UTC"),
    ],
)
def test_a_token_that_must_not_be_sent_is_refused(text, words):
    with pytest.raises(SignInError) as caught:
        check_token(parse_token(Secret(text)), TT02, NOW)
    assert words in caught.value.message
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"scope": f"other {SCOPE}", "urn:altinn:org": "ttd"}, None),
        ({"scope": "other", "urn:altinn:org": "ttd"}, f"lacks the scope {SCOPE}"),
        ({"urn:altinn:org": "ttd"}, f"lacks the scope {SCOPE}"),
        ({"scope": SCOPE}, "names no organisation that is a service owner in Altinn, so"),
        ({"scope": SCOPE, "urn:altinn:orgNumber": "991825827"}, "in Altinn (991825827), so"),
        ({"iss": "ttd", "urn:altinn:app": "a"}, None),
    ],
)
def test_a_403_is_predicted_from_the_claims(claims, words):
    note = access_note(parse_token(Secret(jwt(**claims))))
    assert note is None if words is None else words in (note or "")


def test_without_iat_the_life_counts_from_nbf():
    token = parse_token(Secret(jwt(iat=None, nbf=NOW.timestamp())))
    assert token.life(NOW - timedelta(hours=5)) == 1800
