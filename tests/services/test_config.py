import os
from dataclasses import fields
from pathlib import Path

import pytest

from sms_monitor.core.errors import ConfigError
from sms_monitor.core.thresholds import Thresholds
from sms_monitor.services.config import Config, check_commands_allowed, load_config
from sms_monitor.services.reference import Reference
from sms_monitor.services.threshold_table import RANGES, ThresholdTable

LOCAL = '[profiles.local]\nenvironment = "custom"\nbase_url = "{}"\nauth = "none"\n'
REFERENCES = (
    'give a secret by reference: { env = "NAME" }, { file = "PATH" }, '
    '{ command = ["PROGRAM", "ARGUMENT"] } or { keyring = "SERVICE/USER" }.'
)
AUTHS = 'allowed: "none", "token", "maskinporten", "platform-token".'
ONE_OF_FOUR = "must have exactly one of env, file, command and keyring."
KNOWN = (
    "environment, base_url, auth, token, client_id, key, kid, key_password, key_expires, use_ttd, "
    "resource, consumer_org, maskinporten_issuer, maskinporten_token_endpoint, ca_bundle, "
    "interactive, confirm."
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def refused(path: Path, text: str | bytes) -> list[str]:
    """Return the lines of the error that loading `text` raises."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert caught.value.next_step == f"Correct {path}, then run `sms-monitor config check`."
    return caught.value.message.split("\n")


def test_a_missing_file_is_a_config_without_profiles(path):
    assert load_config(path) == Config()
    assert Config().profiles == {}
    assert Config().interval == 15
    assert Config().language is None
    assert Config().ascii is None
    assert Config().thresholds.thresholds == Thresholds()


def test_a_whole_file_is_read(path):
    path.write_text("""
config_version = 1
default_profile = "tt02"
interval = 30
theme = "nord"
language = "nb"
ascii = true
[thresholds]
abnormal_failures = 8
stalled_minutes = 45
[profiles.tt02]
environment = "tt02"
auth = "token"
token = { command = "altinn-token --env 'tt 02'" }
ca_bundle = "ca.pem"
[profiles.local]
environment = "custom"
base_url = "HTTP://LocalHost:5090/"
auth = "none"
""")

    config = load_config(path)

    assert (config.default_profile, config.interval, config.theme) == ("tt02", 30, "nord")
    assert config.language == "nb"
    assert config.ascii is True
    assert config.thresholds.thresholds == Thresholds(abnormal_failures=8, stalled_minutes=45)
    tt02, local = config.profiles["tt02"], config.profiles["local"]
    assert tt02.base_url == "https://platform.tt02.altinn.no"
    assert tt02.token == Reference(command=("altinn-token", "--env", "tt 02"))
    assert tt02.ca_bundle == path.parent / "ca.pem"
    assert (local.base_url, local.auth, local.token) == ("http://localhost:5090", "none", None)


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ("prod", "https://platform.altinn.no"),
        ("tt02", "https://platform.tt02.altinn.no"),
        ("at22", "https://platform.at22.altinn.cloud"),
        ("at23", "https://platform.at23.altinn.cloud"),
        ("at24", "https://platform.at24.altinn.cloud"),
        ("yt01", "https://platform.yt01.altinn.cloud"),
    ],
)
def test_each_altinn_environment_has_its_url(path, environment, url):
    path.write_text(
        f'[profiles.x]\nenvironment = "{environment}"\nauth = "token"\ntoken = {{ env = "T" }}\n'
    )

    assert load_config(path).profiles["x"].base_url == url


def test_a_byte_order_mark_and_windows_line_ends_are_read(path):
    text = "\ufeff" + LOCAL.format("http://127.0.0.1:5090").replace("\n", "\r\n")
    path.write_bytes(text.encode())

    assert list(load_config(path).profiles) == ["local"]


def test_every_problem_is_listed_with_its_line_in_the_order_of_the_file(path):
    text = """\
config_version = 2
default_profile = "tt"
intervall = 3
interval = 1
theme = 4

[profiles.tt02]
auth = "tokn"
token = "eyJhbGciOiJSUzI1NiJ9"
environment = "tt2"
# a comment with = and [brackets]
[profiles.prod]
environment = "prod"
description = \"\"\"
[profiles.fake]
auth = 1
\"\"\"
"token" = { env = "A",
  file = "b" }
[profiles.local]
environment = "custom"
auth = "token"
ca_bundle = [
  1,
]
token.evn = "A"
[profiles.'my own']
environment = "prod"
auth = "none"
""".replace("\n  file", " file")

    assert refused(path, text) == [
        "config.toml line 1: config_version is 2; allowed: 1.",
        'config.toml line 2: default_profile is "tt"; allowed: "tt02", "prod", "local", "my own".'
        ' Did you mean "tt02"?',
        'config.toml line 3: intervall is not a known key. Did you mean "interval"?',
        "config.toml line 4: interval is 1; allowed: 2 to 3600 seconds.",
        "config.toml line 5: theme must be a text in quotes.",
        'config.toml line 8: profiles.tt02.auth is "tokn"; ' + AUTHS + ' Did you mean "token"?',
        "config.toml line 9: profiles.tt02.token must not hold the secret itself; " + REFERENCES,
        'config.toml line 10: profiles.tt02.environment is "tt2"; allowed: "prod", "tt02", "at22",'
        ' "at23", "at24", "yt01", "custom". Did you mean "tt02"?',
        "config.toml line 12: profiles.prod.auth is missing; " + AUTHS,
        "config.toml line 14: profiles.prod.description is not a known key. Known here: " + KNOWN,
        "config.toml line 18: profiles.prod.token " + ONE_OF_FOUR,
        'config.toml line 19: profiles.local.base_url is missing; environment = "custom" needs it.',
        "config.toml line 22: profiles.local.ca_bundle must be a text in quotes.",
        'config.toml line 25: profiles.local.token.evn is not a known key. Did you mean "env"?',
        'config.toml line 26: profiles."my own" is not a name for a profile;'
        " use at most 40 letters, digits, - and _.",
        'config.toml line 28: profiles."my own".auth is "none",'
        ' which is only for 127.0.0.1, localhost and [::1]; use "maskinporten" or "token".',
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = 1\nb = \n", "config.toml line 2: is not TOML: Invalid value at column 5."),
        (
            "a = 1\na = 2\n",
            "config.toml line 2: is not TOML: Cannot overwrite a value at column 6.",
        ),
        (
            "\n\na = '''x\n",
            "config.toml line 3: is not TOML: Expected \"'''\", but the file ends.",
        ),
        (b"a = 1\nb = '\xff'\n", "config.toml line 2: is not UTF-8 text."),
        ("a = 1\n".encode("utf-16"), "config.toml line 1: is not UTF-8 text."),
        ("profiles = 1", "config.toml line 1: profiles must be a table."),
        ("[profiles]\nx = 1", "config.toml line 2: profiles.x must be a table."),
        ("interval = '15'", "config.toml line 1: interval must be a number."),
        ("interval = true", "config.toml line 1: interval must be a number."),
        ("interval = nan", "config.toml line 1: interval is nan; allowed: 2 to 3600 seconds."),
        ("language = 'no'", 'config.toml line 1: language is "no"; allowed: "en", "nb".'),
        (
            "[thresholds]\noutage_minutes = 0",
            "config.toml line 2: thresholds.outage_minutes is 0; allowed: 1 to 1440 minutes.",
        ),
        (
            "[thresholds]\n\nabnormal_failures = 2.5",
            "config.toml line 3: thresholds.abnormal_failures must be a whole number.",
        ),
        (
            "thresholds = { abnormal_percent = '5' }",
            "config.toml line 1: thresholds.abnormal_percent must be a number.",
        ),
        (
            "[thresholds]\nabnormal_failure = 5",
            "config.toml line 2: thresholds.abnormal_failure is not a known key."
            ' Did you mean "abnormal_failures"?',
        ),
        ("thresholds = 5", "config.toml line 1: thresholds must be a table."),
        ("max_body_mb = 0", "config.toml line 1: max_body_mb is 0; allowed: 1 to 4000 MB."),
        ("history_days = -1", "config.toml line 1: history_days is -1; allowed: 0 to 3650 days."),
        ("interval = 3601", "config.toml line 1: interval is 3601; allowed: 2 to 3600 seconds."),
        (
            "default_profile = 'x'",
            "config.toml line 1: default_profile names a profile, but there is none.",
        ),
        (
            "'a\\u001b[2J' = 1",
            'config.toml line 1: "a\\u001b[2J" is not a known key.'
            " Known here: config_version, default_profile, interval, requests_per_minute,"
            " theme, clipboard, language, log_level, ascii, thresholds,"
            " history_days, max_body_mb, keys, alerts, profiles.",
        ),
    ],
)
def test_one_problem_reads_so(path, text, problem):
    assert refused(path, text) == [problem]


def test_a_directory_in_its_place_is_said(path):
    path.mkdir()

    with pytest.raises(ConfigError, match=r"config\.toml cannot be read: Is a directory\."):
        load_config(path)


@pytest.mark.parametrize(
    "url",
    [
        "https://altinn.example",
        "https://altinn.example:8443/prefix",
        "https://127.0.0.1",
        "https://[2001:db8::1]:8443",
        "http://127.0.0.1:5090",
        "http://localhost",
        "http://[::1]:5090",
    ],
)
def test_https_anywhere_and_http_on_this_machine_are_taken(path, url):
    text = LOCAL.format(url).replace('"none"', '"token"') + 'token = { env = "T" }\n'
    path.write_text(text)

    assert load_config(path).profiles["local"].base_url == url


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://altinn.example", "is plain http to altinn.example; allowed: "),
        ("http://127.0.0.1.evil", "is plain http to 127.0.0.1.evil; allowed: "),
        ("http://localhost.evil", "is plain http to localhost.evil; allowed: "),
        ("http://0x7f.1", "is plain http to 0x7f.1; allowed: "),
        ("http://127.1", "is plain http to 127.1; allowed: "),
        ("http://2130706433", "is plain http to 2130706433; allowed: "),
        ("http://[::ffff:127.0.0.1]", "is plain http to [::ffff:127.0.0.1]; allowed: "),
        ("https://ann:hunter2@altinn.example", "holds a user name or password; remove the part"),
        ("http://127.0.0.1@evil.example", "holds a user name or password; remove the part"),
        ("http://127.0.0.1:5090@evil.example/", "holds a user name or password; remove the part"),
        ("https://h:65536", "has port 65536; allowed: 1 to 65535"),
        ("https://[:::1]", "holds an IPv6 address that is not one"),
        ("ftp://127.0.0.1", "is not a base URL; write it as https://HOST or https://HOST:PORT"),
        ("//127.0.0.1", "is not a base URL"),
        ("127.0.0.1:5090", "is not a base URL"),
        ("https://", "is not a base URL"),
        ("https://a b", "is not a base URL"),
        ("https://good.example\\\\@evil", "holds a user name"),
        ("https://evil.example\\\\.good", "is not a base URL"),
        ("https://h/?x=1", "is not a base URL"),
        ("https://h/#f", "is not a base URL"),
        ("https://h/../x", "is not a base URL"),
        ("https://h\\n", "is not a base URL"),
        ("http://127.0.0.1\\u0000.evil", "is not a base URL"),
        ("http://１27.0.0.1", "is not a base URL"),
    ],
)
def test_any_other_url_is_refused(path, url, why):
    (problem,) = refused(path, LOCAL.format(url))

    assert problem.startswith(f"config.toml line 3: profiles.local.base_url {why}")
    assert "hunter2" not in problem


def test_no_sign_in_is_for_this_machine_only(path):
    (problem,) = refused(path, LOCAL.format("https://altinn.example"))

    assert problem == (
        'config.toml line 4: profiles.local.auth is "none", which is only for '
        '127.0.0.1, localhost and [::1]; use "maskinporten" or "token".'
    )


def test_a_base_url_beside_an_altinn_environment_is_refused(path):
    text = LOCAL.format("http://127.0.0.1").replace("custom", "prod").replace("none", "token")

    assert refused(path, text + "token = { env = 'T' }") == [
        'config.toml line 3: profiles.local.base_url is only for environment = "custom"; '
        "prod is at https://platform.altinn.no."
    ]


@pytest.mark.parametrize(
    ("token", "problem"),
    [
        ('"hunter2"', "token must not hold the secret itself; " + REFERENCES),
        ('{ value = "hunter2" }', "token must not hold the secret itself; " + REFERENCES),
        ("{}", "token " + ONE_OF_FOUR),
        ('{ env = "A", file = "b" }', "token " + ONE_OF_FOUR),
        ('{ evn = "A" }', 'token.evn is not a known key. Did you mean "env"?'),
        ('{ env = "not a name" }', "token.env must be the name of an environment variable."),
        ("{ env = 1 }", "token.env must be a text in quotes."),
        ('{ file = "" }', "token.file must name a file."),
        ('{ file = "~nobody-here/x" }', "token.file begins with the ~ of no known user."),
        ("{ command = [] }", "token.command must begin with the name of a program."),
        ('{ command = "" }', "token.command must begin with the name of a program."),
        ('{ command = "pass \'x" }', "token.command has a quote that is not closed."),
        ('{ command = ["a", 1] }', "token.command.1 must be a text in quotes."),
        (
            "{ command = 1 }",
            "token.command must be a list of texts in quotes, or one text.",
        ),
    ],
)
def test_a_reference_that_is_none_is_refused_and_never_quoted(path, token, problem):
    text = f'[profiles.p]\nenvironment = "prod"\nauth = "token"\ntoken = {token}\n'

    lines = refused(path, text)

    assert lines == [f"config.toml line 4: profiles.p.{problem}"]
    assert "hunter2" not in lines[0]


def test_a_token_goes_with_its_auth(path):
    without = '[profiles.p]\nenvironment = "prod"\nauth = "token"\n'

    assert refused(path, without) == [
        'config.toml line 1: profiles.p.token is missing; auth = "token" needs it: ' + REFERENCES
    ]
    assert refused(path, LOCAL.format("http://[::1]") + "token = { env = 'T' }\n") == [
        'config.toml line 5: profiles.local.token is never sent with auth = "none"; remove one.'
    ]


def test_a_long_text_in_the_wrong_place_is_not_repeated(path):
    secret = "eyJhbGciOiJSUzI1NiIsImtpZCI6Inh5eiJ9.e30.c2lnbmF0dXJl"
    (problem,) = refused(path, f'[profiles.p]\nenvironment = "prod"\nauth = "{secret}"\n')

    expected = "profiles.p.auth is something else; " + AUTHS
    assert problem == f"config.toml line 3: {expected}"


def test_nothing_of_a_wrong_file_is_in_the_traceback(path):
    path.write_text('[profiles.p]\nenvironment = "prod"\nauth = "token"\ntoken = "hunter2"\n')

    with pytest.raises(ConfigError) as caught:
        load_config(path)

    assert "hunter2" not in repr(caught.value)
    assert "hunter2" not in str(caught.value.__context__)


def test_file_references_are_relative_to_the_config_file(path, monkeypatch):
    monkeypatch.chdir("/")
    text = '[profiles.{0}]\nenvironment = "prod"\nauth = "token"\ntoken = {{ file = "{1}" }}\n'
    path.write_text(
        text.format("a", "t.txt") + text.format("b", "/abs/t") + text.format("c", "~/t")
    )

    profiles = load_config(path).profiles

    files = [profiles[name].token.file for name in "abc"]
    assert files == [path.parent / "t.txt", Path("/abs/t"), Path.home() / "t"]


def test_commands_run_from_a_file_only_we_can_write(path):
    path.write_text("")
    path.chmod(0o644)
    path.parent.chmod(0o755)

    check_commands_allowed(path)


@pytest.mark.parametrize("mode", [0o666, 0o620, 0o602])
def test_no_command_runs_from_a_file_others_can_write(path, mode):
    path.write_text("")
    path.chmod(mode)

    with pytest.raises(ConfigError) as caught:
        check_commands_allowed(path)

    assert caught.value.message == (
        f"No command of {path} was run: others can write to {path} (mode {mode:04o})."
    )
    assert caught.value.next_step == f"Look through it, then run: chmod go-w {path}"


def test_no_command_runs_from_a_directory_others_can_write(path):
    path.write_text("")
    path.parent.chmod(0o777)

    with pytest.raises(ConfigError) as caught:
        check_commands_allowed(path)

    assert f"others can write to {path.parent} (mode 0777)" in caught.value.message


def test_a_link_is_judged_by_both_its_directories(tmp_path):
    ours, open_to_all = tmp_path / "ours", tmp_path / "open"
    for directory in (ours, open_to_all):
        directory.mkdir()
        (directory / "real.toml").write_text("")
    open_to_all.chmod(0o777)
    (ours / "config.toml").symlink_to(open_to_all / "real.toml")
    (open_to_all / "config.toml").symlink_to(ours / "real.toml")

    for directory in (ours, open_to_all):
        with pytest.raises(ConfigError, match=f"others can write to {open_to_all} "):
            check_commands_allowed(directory / "config.toml")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_no_command_runs_from_another_users_file(path):
    path.write_text("")
    os.chown(path, 12345, 12345)

    with pytest.raises(ConfigError, match=f"{path} belongs to another user"):
        check_commands_allowed(path)


def test_the_current_directory_is_never_searched(tmp_path, monkeypatch):
    (tmp_path / "config.toml").write_text("this is not TOML")
    monkeypatch.chdir(tmp_path)

    assert load_config(tmp_path / "elsewhere" / "config.toml") == Config()


def test_every_threshold_can_be_set_and_has_a_range():
    names = [field.name for field in fields(Thresholds)]
    assert names == list(ThresholdTable.model_fields) == list(RANGES)
    for name, (least, most, _) in RANGES.items():
        assert least <= getattr(Thresholds(), name) <= most
