import pytest

from sms_monitor.core.errors import ConfigError
from sms_monitor.services.config import Config
from sms_monitor.services.profile import ProfileTable
from sms_monitor.services.profile_choice import choose_profile
from sms_monitor.services.reference import Reference

LOCAL = ProfileTable(environment="custom", base_url="http://127.0.0.1:5090", auth="none")
TT02 = ProfileTable(environment="tt02", auth="token", token=Reference(command=("altinn-token",)))
BOTH = Config(profiles={"tt02": TT02, "local": LOCAL})


def refused(config: Config, name: str | None, environ: dict[str, str]) -> tuple[str, str]:
    with pytest.raises(ConfigError) as caught:
        choose_profile(config, name, environ)
    return caught.value.message, caught.value.next_step


def test_the_flag_wins_over_the_variable_and_that_over_the_default():
    config = Config(profiles={"a": LOCAL, "b": LOCAL, "c": LOCAL}, default_profile="c")
    environ = {"SMS_MONITOR_PROFILE": "b"}

    assert choose_profile(config, "a", environ).name == "a"
    assert choose_profile(config, None, environ).name == "b"
    assert choose_profile(config, None, {}).name == "c"


def test_the_only_profile_needs_no_name():
    profile = choose_profile(Config(profiles={"tt02": TT02}), None, {})

    assert profile.name == "tt02"
    assert profile.base_url == "https://platform.tt02.altinn.no"
    assert profile.token == Reference(command=("altinn-token",))
    assert profile.token_origin == "token from command"


def test_there_is_no_guess_between_two():
    assert refused(BOTH, None, {}) == (
        "No profile is chosen, and there is more than one: tt02, local.",
        "Give --profile NAME, set SMS_MONITOR_PROFILE, "
        "or write default_profile in the config file.",
    )


def test_a_name_that_is_none_is_said_with_what_there_is():
    assert refused(BOTH, "tt2", {}) == (
        'There is no profile "tt2"; there are: tt02, local. Did you mean "tt02"?',
        "Choose one of those, or add it to the config file.",
    )
    assert refused(Config(), "tt02", {})[0] == (
        'There is no profile "tt02": the config file has none.'
    )


def test_without_any_profile_the_next_step_is_to_make_one():
    assert refused(Config(), None, {}) == (
        "There is no profile yet.",
        "Run `sms-monitor profile add`, which asks for what it needs, or try `sms-monitor demo`.",
    )


@pytest.mark.parametrize("name", ["tt02", "local"])
def test_a_token_in_the_environment_replaces_the_profiles_sign_in(name):
    profile = choose_profile(BOTH, name, {"SMS_MONITOR_TOKEN": "x"})

    assert profile.auth == "token"
    assert profile.token == Reference(env="SMS_MONITOR_TOKEN")
    assert profile.token_origin == "token from env"
    assert profile.base_url == BOTH.profiles[name].base_url


def test_no_sign_in_is_named_too():
    assert choose_profile(BOTH, "local", {}).token_origin == "no sign-in"


@pytest.mark.parametrize(
    ("environ", "environment", "url"),
    [
        ({"SMS_MONITOR_ENVIRONMENT": "tt02"}, "tt02", "https://platform.tt02.altinn.no"),
        ({"SMS_MONITOR_ENVIRONMENT": "prod"}, "prod", "https://platform.altinn.no"),
        ({"SMS_MONITOR_BASE_URL": "https://h/"}, "custom", "https://h"),
        (
            {"SMS_MONITOR_ENVIRONMENT": "custom", "SMS_MONITOR_BASE_URL": "http://[::1]:1"},
            "custom",
            "http://[::1]:1",
        ),
    ],
)
def test_the_environment_alone_is_enough(environ, environment, url):
    for config in (Config(), BOTH):
        profile = choose_profile(config, None, {"SMS_MONITOR_TOKEN": "x", **environ})

        assert (profile.name, profile.environment) == (environment, environment)
        assert (profile.base_url, profile.auth) == (url, "token")
        assert profile.token_origin == "token from env"


def test_a_token_without_a_place_to_send_it_is_not_guessed_about():
    assert refused(Config(), None, {"SMS_MONITOR_TOKEN": "x"}) == (
        "SMS_MONITOR_TOKEN is set, but not where to send it.",
        "Set SMS_MONITOR_ENVIRONMENT to one of prod, tt02, at22, at23, at24, yt01, "
        "or SMS_MONITOR_BASE_URL to a URL.",
    )


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        (
            {"SMS_MONITOR_ENVIRONMENT": "tt2"},
            'SMS_MONITOR_ENVIRONMENT is "tt2"; allowed: "prod", "tt02", "at22", "at23", "at24", '
            '"yt01", "custom". Did you mean "tt02"?',
        ),
        (
            {"SMS_MONITOR_BASE_URL": "http://evil.example"},
            "SMS_MONITOR_BASE_URL is plain http to evil.example; "
            "allowed: https, or http to 127.0.0.1, localhost or [::1].",
        ),
        (
            {"SMS_MONITOR_ENVIRONMENT": "custom"},
            "SMS_MONITOR_BASE_URL is not a base URL; "
            "write it as https://HOST or https://HOST:PORT.",
        ),
        (
            {"SMS_MONITOR_ENVIRONMENT": "prod", "SMS_MONITOR_BASE_URL": "https://h"},
            'SMS_MONITOR_BASE_URL is only for SMS_MONITOR_ENVIRONMENT = "custom".',
        ),
    ],
)
def test_variables_that_are_wrong_are_named(environ, message):
    assert refused(Config(), None, {"SMS_MONITOR_TOKEN": "x", **environ})[0] == message


def test_a_token_meant_for_one_environment_is_not_sent_to_another():
    environ = {"SMS_MONITOR_TOKEN": "x", "SMS_MONITOR_ENVIRONMENT": "prod"}

    assert refused(BOTH, "tt02", environ) == (
        "SMS_MONITOR_ENVIRONMENT is for another API than profile tt02 "
        "(https://platform.tt02.altinn.no).",
        "Unset SMS_MONITOR_ENVIRONMENT, or choose another profile with --profile.",
    )
    environ = {"SMS_MONITOR_TOKEN": "x", "SMS_MONITOR_BASE_URL": "https://h"}
    assert refused(BOTH, "local", environ)[0].startswith("SMS_MONITOR_BASE_URL is for another API")


def test_empty_variables_count_as_absent():
    environ = {"SMS_MONITOR_PROFILE": "", "SMS_MONITOR_TOKEN": "", "SMS_MONITOR_ENVIRONMENT": ""}

    assert choose_profile(Config(profiles={"tt02": TT02}), None, environ).token == TT02.token
