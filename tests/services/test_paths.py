from pathlib import Path

import platformdirs

from sms_monitor.services.paths import find_paths


def test_home_puts_everything_under_one_directory():
    paths = find_paths({"SMS_MONITOR_HOME": "/x"})

    assert paths.config_file == Path("/x/config/config.toml")
    assert paths.orders_file == Path("/x/config/orders.json")
    assert paths.state_file == Path("/x/state/state.json")
    assert paths.history_file == Path("/x/state/history.sqlite3")
    assert paths.log_file == Path("/x/state/sms-monitor.log")


def test_another_config_file_moves_nothing_else():
    paths = find_paths({"SMS_MONITOR_HOME": "/x", "SMS_MONITOR_CONFIG": "/y/mine.toml"})

    assert paths.config_file == Path("/y/mine.toml")
    assert paths.orders_file == Path("/x/config/orders.json")


def test_the_option_wins_over_the_variable():
    paths = find_paths({"SMS_MONITOR_HOME": "/x", "SMS_MONITOR_CONFIG": "/y/a"}, "~/b.toml")

    assert paths.config_file == Path.home() / "b.toml"
    assert paths.orders_file == Path("/x/config/orders.json")


def test_without_a_home_the_platforms_directories_are_used():
    for environ in ({}, {"SMS_MONITOR_HOME": "", "SMS_MONITOR_CONFIG": ""}):
        paths = find_paths(environ)

        assert paths.config_file.parent == platformdirs.user_config_path("sms-monitor")
        assert paths.state_file.parent == platformdirs.user_state_path("sms-monitor")


def test_a_tilde_is_the_users_home():
    environ = {"SMS_MONITOR_HOME": "~/sms", "SMS_MONITOR_CONFIG": "~/c.toml"}

    paths = find_paths(environ)

    assert paths.state_file == Path.home() / "sms/state/state.json"
    assert paths.config_file == Path.home() / "c.toml"


def test_finding_paths_makes_nothing(tmp_path):
    find_paths({"SMS_MONITOR_HOME": str(tmp_path / "new")})

    assert list(tmp_path.iterdir()) == []
