"""What is understood, what is refused, and what gets loaded for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sms_monitor import __version__
from sms_monitor.cli import main
from sms_monitor.cli.parser import COMMANDS, parse

ORDER = "f1a1cc30-197f-4f34-8304-006ce4945fd1"


def loaded_by(code: str, environ: dict[str, str]) -> set[str]:
    """The modules in memory after `code`."""
    end = "import sys; print(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{end}"],
        capture_output=True,
        encoding="utf-8",
        env=environ,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["status", "--help"], ["orders", "--help"]]
)
def test_help_loads_no_library_that_is_slow_to_load(empty_home, arguments):
    code = (
        "from contextlib import suppress\nfrom sms_monitor.cli import main\n"
        f"with suppress(SystemExit): main({arguments})"
    )
    slow = {"asyncio", "dataclasses", "difflib", "httpx", "msgspec", "pydantic", "typing"}
    assert not loaded_by(code, empty_home.environ) & {*slow, "textual"}


@pytest.mark.parametrize("arguments", [["status"], ["demo"], [], ["orders", "list"]])
def test_without_a_screen_nothing_that_draws_is_loaded(home, arguments):
    home.watch("ARKI-03")
    code = f"from sms_monitor.cli import main\nmain({arguments})"
    loaded = loaded_by(code, home.environ)
    assert "httpx" in loaded
    assert not loaded & {"textual", "rich"}


def test_help_lists_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert all(f"  {name} " in out for name in COMMANDS)


def test_the_version_is_told(empty_home):
    assert empty_home.run("--version").stdout == f"sms-monitor {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["staus"], 'did you mean "status"?'),
        (["order", "list"], 'did you mean "orders"?'),
        (["orders", "ad", "x"], 'Did you mean "add"?'),
        (["config"], "path, init, check"),
        (["status", "--jsno"], "--jsno"),
        (["status", "--rows"], "--rows goes with --json"),
        (["status", "--json", "--unmask"], "--unmask goes with --rows"),
        (["orders", "remove"], "ORDER"),
        (["demo", "--speed", "-1"], "'-1' is not a number from 0 and up"),
        (["demo", "--speed", "nan"], "'nan' is not a number from 0 and up"),
        (["simulate", "--port", "65536"], "0 to 65535"),
        (["simulate", "--orders", "0"], "1 to 1000000"),
        (["simulate", "--start", "noon"], "2026-11-23T08:50"),
        (["--bogus"], "--bogus"),
        (["orders", "add", "-", "--token-file", "-"], "the token or the orders, not both"),
        (["--token-file", "-", "orders", "add", "x", "-"], "the token or the orders, not both"),
        (["find", "-", "--token-file", "-"], "not both"),
        (["demo", "--token-file", "x"], "--token-file"),
        (["config", "show", "--token-file", "x"], "--token-file"),
        (["status", "--token-file"], "--token-file"),
    ],
)
def test_a_usage_error_ends_with_4_and_says_what_is_wrong(capsys, arguments, said):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    captured = capsys.readouterr()
    assert ended.value.code == 4
    assert said in captured.err
    assert captured.err.startswith("usage: sms-monitor")
    assert not captured.out


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("orders add",)])
def test_every_command_takes_a_profile_before_and_after_it(name):
    needed = ["x"] if name.endswith(("remove", "export", "find", "wait")) else []
    needed = ["bash"] if name == "completion" else needed
    for arguments in (["--profile", "p", *name.split()], [*name.split(), "--profile=p"]):
        options = parse([*arguments, *needed])
        assert f"{options.command} {options.action}".strip() == name
        assert options.profile == "p"
    for arguments in (["--config", "status", *name.split()], [*name.split(), "--config=status"]):
        options = parse([*arguments, *needed])
        assert f"{options.command} {options.action}".strip() == name
        assert options.config == "status"


def test_stdout_is_no_second_use_of_stdin():
    options = parse(["export", ORDER, "--output", "-", "--token-file", "-"])
    assert (options.output, options.token_file) == ("-", "-")


@pytest.mark.parametrize("arguments", [["--token", "canary"], ["status", "--token=canary", "x"]])
def test_a_token_among_the_arguments_is_refused_and_not_repeated(capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    told = capsys.readouterr().err
    assert ended.value.code == 4
    assert "--token-file -" in told and "canary" not in told


@pytest.mark.parametrize("order", [ORDER, f"https://x.no/orders/{ORDER}", "KOM-118", "[a]"])
def test_what_is_no_command_is_an_order(order):
    options = parse(["--profile", "status", order])
    assert (options.command, options.orders, options.profile) == ("monitor", [order], "status")


def test_after_two_dashes_a_command_is_an_order():
    assert parse(["--", "status"]).orders == ["status"]


def test_options_may_stand_between_orders():
    options = parse(["status", "a", "--json", "b"])
    assert (options.orders, options.json) == (["a", "b"], True)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-23T08:50", "2026-11-23T07:50:00+00:00"),
        ("2026-06-23T08:50", "2026-06-23T06:50:00+00:00"),
        ("2026-11-23T08:50Z", "2026-11-23T08:50:00+00:00"),
    ],
)
def test_a_start_without_a_zone_is_in_oslo(text, utc):
    assert parse(["simulate", "--start", text]).start.isoformat() == utc
