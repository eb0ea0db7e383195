"""`[alerts]` in the config file, and what is said of a wrong one."""

from datetime import time

import pytest

from sms_monitor.core.alerts import Alerting, AlertRules
from sms_monitor.core.errors import ConfigError
from sms_monitor.core.quiet_hours import QuietHours
from sms_monitor.services.alert_table import AlertTable
from sms_monitor.services.config import load_config, parse_config
from sms_monitor.services.config_writing import EXAMPLE_CONFIG


def test_without_the_table_all_is_default():
    assert AlertTable().alerting == Alerting()
    assert (AlertTable().bell, AlertTable().notify, AlertTable().hook) == (True, "off", ())


def test_a_whole_table_is_read(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("""
log_level = "debug"
[alerts]
failed = 5
late = 0
rate_percent = 2.5
rate_of = 100
final = true
bell = false
notify = "osc777"
quiet = "22-07"
hook = ["notify-team", "--json"]
""")
    config = load_config(path)
    assert config.log_level == "debug"
    assert config.alerts.alerting.rules == AlertRules(5, 0, 2.5, 100, True)
    assert config.alerts.quiet == QuietHours(time(22), time(7))
    assert config.alerts.hook == ("notify-team", "--json")
    assert (config.alerts.bell, config.alerts.notify) == (False, "osc777")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("failed = -1", "alerts.failed is -1; allowed: 0 to 1000000 SMS."),
        ("failed = 1.5", "alerts.failed must be a whole number."),
        ("rate_percent = 101", "alerts.rate_percent is 101; allowed: 0 to 100 percent."),
        ('bell = "on"', "alerts.bell must be true or false."),
        (
            'notify = "osc99"',
            'alerts.notify is "osc99"; allowed: "off", "osc9", "osc777". Did you mean "osc9"?',
        ),
        ('quiet = "25-07"', "alerts.quiet has a time that no clock shows."),
        ("quiet = 22", "alerts.quiet must be a text in quotes."),
        ("hook = 7", "alerts.hook must be a list of texts in quotes, or one text."),
        ('hook = [""]', "alerts.hook must begin with the name of a program."),
        ("failled = 1", 'alerts.failled is not a known key. Did you mean "failed"?'),
    ],
)
def test_what_is_wrong_is_told_with_its_key_and_line(tmp_path, line, said):
    path = tmp_path / "config.toml"
    path.write_text(f"interval = 30\n[alerts]\nrate_of = 20\n{line}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert caught.value.message == f"config.toml line 4: {said}"


def test_the_lines_of_the_example_are_the_defaults(tmp_path):
    lines = EXAMPLE_CONFIG[EXAMPLE_CONFIG.index("# [alerts]") :].split("\n\n")[0].splitlines()
    text = "\n".join(line.removeprefix("# ") for line in lines)
    written = parse_config(text, tmp_path / "config.toml").alerts
    assert set(written.model_fields_set) == set(AlertTable.model_fields)
    assert written.model_copy(update={"quiet": None, "hook": ()}) == AlertTable()
