"""A real program is run for each alert: what it gets, and what happens when it is no good."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from sms_monitor.services.hook import KEPT, Hook

SEEN = """\
import json, os, sys
with open(sys.argv[1], "a") as seen:
    told = {"stdin": sys.stdin.read(), "leader": os.getsid(0) == os.getpid(),
            "ours": [k for k in os.environ if k.startswith("SMS_MONITOR_")]}
    seen.write(json.dumps(told) + "\\n")
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    path = tmp_path / "config.toml"
    path.touch(mode=0o600)
    return path


def python(config: Path, program: str, *arguments: str, limit: float = 60.0) -> Hook:
    script = config.parent / "notify-team.py"
    script.write_text(program)
    return Hook([sys.executable, str(script), *arguments], config, limit)


async def trouble_with(hook: Hook, alert: bytes = b"{}") -> str:
    """Run one alert that goes wrong; return what is told of it."""
    assert hook.send(alert) == ""
    told: asyncio.Queue[str] = asyncio.Queue()
    serving = asyncio.create_task(hook.serve(told.put_nowait))
    try:
        return await asyncio.wait_for(told.get(), 60)
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def until(true) -> None:
    for _ in range(6000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come true")


async def test_it_gets_each_alert_on_stdin_one_after_the_other(config, monkeypatch):
    monkeypatch.setenv("SMS_MONITOR_TOKEN", "canary")
    seen = config.parent / "seen"
    hook = python(config, SEEN, str(seen))
    alerts = [json.dumps({"n": n}).encode() for n in range(3)]
    told: list[str] = []
    serving = asyncio.create_task(hook.serve(told.append))
    assert [hook.send(alert) for alert in alerts] == ["", "", ""]
    await until(lambda: seen.exists() and len(seen.read_text().splitlines()) == 3)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    runs = [json.loads(line) for line in seen.read_text().splitlines()]
    assert [run["stdin"].encode() for run in runs] == alerts
    assert all(run["leader"] and not run["ours"] for run in runs)
    assert told == []


async def test_the_last_line_of_a_failure_is_told_clean_and_masked(config):
    program = (
        "import sys; sys.exit('first\\n\\x1b]0;x\\x07 no +4799112233 eyJhbGciOi.eyJzdWIi.c2ln')"
    )
    told = await trouble_with(python(config, program))
    assert told.startswith(f'The hook "{Path(sys.executable).name}" ended with exit code 1: ')
    assert "first" not in told and "\x1b" not in told
    assert "99112233" not in told and "eyJ" not in told


async def test_one_that_hangs_is_stopped_with_what_it_started(config):
    pid = config.parent / "pid"
    program = (
        "import pathlib, subprocess, sys\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        "pathlib.Path(sys.argv[1]).write_text(str(child.pid))\n"
        "child.wait()\n"
    )
    hook = python(config, program, str(pid), limit=3.0)
    assert "did not end within 3 s and was stopped" in await trouble_with(hook)
    child = int(pid.read_text())
    await until(lambda: not _runs(child))


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
async def test_one_that_floods_is_no_harm(config, stream):
    program = f"import sys\nfor _ in range(300): sys.{stream}.write('x' * 65536)\nsys.exit(3)"
    assert "ended with exit code 3" in await trouble_with(python(config, program))


async def test_one_that_reads_nothing_is_no_harm(config):
    hook = python(config, "import sys; sys.exit(4)")
    assert "ended with exit code 4" in await trouble_with(hook, b"x" * 1_000_000)


async def test_one_that_is_not_there_is_told(config):
    told = await trouble_with(Hook(["no-such-program-7"], config))
    assert told.startswith('The hook "no-such-program-7" was not found (PATH=')


async def test_it_does_not_run_from_a_config_that_others_can_write(config):
    seen = config.parent / "seen"
    hook = python(config, SEEN, str(seen))
    config.chmod(0o666)
    told = await trouble_with(hook)
    assert "others can write to" in told and "chmod go-w" in told
    assert not seen.exists()


async def test_alerts_beyond_the_queue_are_dropped_and_that_is_told(config):
    hook = python(config, SEEN)
    assert [hook.send(b"{}") for _ in range(KEPT)] == [""] * KEPT
    assert "too slow" in hook.send(b"{}")


async def test_the_end_of_the_monitor_ends_it(config):
    pid = config.parent / "pid"
    program = (
        "import os, pathlib, sys, time\n"
        "pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))\ntime.sleep(600)"
    )
    hook = python(config, program, str(pid))
    hook.send(b"{}")
    serving = asyncio.create_task(hook.serve(print))
    await until(lambda: pid.exists() and pid.read_text())
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert not _runs(int(pid.read_text()))
    assert os.getpid() != int(pid.read_text())
