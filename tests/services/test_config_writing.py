import re

import pytest

from sms_monitor.core.errors import ConfigError
from sms_monitor.services.config import load_config
from sms_monitor.services.config_writing import EXAMPLE_CONFIG, append_profile, init_config
from sms_monitor.services.files import locked

BLOCK = 'environment = "custom"\nbase_url = "http://127.0.0.1:5090"\nauth = "none"\n'


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "config.toml"


def test_the_first_config_loads_and_is_private(path):
    init_config(path)

    config = load_config(path)
    assert config.default_profile == "tt02"
    assert list(config.profiles) == ["tt02"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_everything_the_first_config_shows_in_comments_loads_too(path):
    init_config(path)
    text = re.sub(r"^# (?=[\[a-z_]+\]? ?=|\[)", "", EXAMPLE_CONFIG, flags=re.M)
    # the only lines that go with another profile than the one above them
    text = text.replace("maskinporten_", "# maskinporten_")
    head = text.partition("[profiles.own-client]")[0]
    first, *others = re.findall(r"^token = .*$", head, flags=re.M)
    bodies = [text.replace("\n".join([first, *others]), one) for one in (first, *others)]
    assert len(bodies) == 4

    for body in bodies:
        path.write_text(body)
        config = load_config(path)
        assert list(config.profiles) == ["tt02", "own-client", "prod", "app", "local"]
        assert (config.interval, config.theme) == (15, "nord")


def test_a_config_that_is_there_is_left_as_it_is(path):
    path.parent.mkdir()
    path.write_text("mine")

    with pytest.raises(ConfigError) as caught:
        init_config(path)

    assert caught.value.message == f"{path} exists already and was left as it is."
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# mine\r\nconfig_version = 1\r\n",
        "\ufeff# mine\ninterval=20 # no end of line",
        EXAMPLE_CONFIG,
        '[profiles.b]\nenvironment="tt02"\nauth="token"\n[profiles.b.token]\nenv="T"\n',
    ],
)
def test_a_profile_is_appended_and_the_rest_kept_byte_for_byte(path, before):
    path.parent.mkdir()
    path.write_bytes(before.encode())

    append_profile(path, "local", BLOCK)

    after = path.read_bytes().decode()
    assert after.startswith(before)
    assert "[profiles.local]" in after[len(before) :]
    assert ("\r\n" in after) == ("\r\n" in before)
    assert after.count("\r\n") in (0, after.count("\n"))
    assert load_config(path).profiles["local"].base_url == "http://127.0.0.1:5090"


def test_a_profile_can_be_appended_to_no_file(path):
    append_profile(path, "local", BLOCK)

    assert path.read_text() == f"config_version = 1\n\n[profiles.local]\n{BLOCK}"


@pytest.mark.parametrize(
    ("name", "block", "message"),
    [
        ("one", BLOCK, r'has a profile "one" already'),
        ("two", 'environment = "tt2"\nauth = "none"', r'two.environment is "tt2"; allowed'),
        ("two", "environment = ", "is not TOML"),
        ("two", BLOCK + f"[profiles.three]\n{BLOCK}", 'lines for profile "two" hold another table'),
        ("two]\n[x", BLOCK, "x is not a known key"),
        ("a b", BLOCK, "is not TOML"),
    ],
)
def test_a_profile_that_would_spoil_the_file_is_not_written(path, name, block, message):
    append_profile(path, "one", BLOCK)
    before = path.read_bytes()

    with pytest.raises(ConfigError, match=message):
        append_profile(path, name, block)

    assert path.read_bytes() == before


def test_nothing_is_appended_to_a_file_that_is_wrong(path):
    path.parent.mkdir()
    path.write_text("intervall = 1")

    with pytest.raises(ConfigError, match="intervall is not a known key"):
        append_profile(path, "local", BLOCK)

    assert path.read_text() == "intervall = 1"


def test_the_lock_is_let_go_after_a_refusal(path):
    init_config(path)
    with pytest.raises(ConfigError):
        init_config(path)

    with locked(path, timeout=0):
        pass
