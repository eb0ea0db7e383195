from __future__ import annotations

import asyncio
import contextlib
import copy
import logging
import os
import pickle
import pty
import select
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from sms_monitor.core.errors import SignInError
from sms_monitor.services import command as command_module
from sms_monitor.services.command import run_command
from sms_monitor.services.credentials import Secret, read_secret, take_secret
from sms_monitor.services.reference import Reference
from tests import LIMIT

CANARY = "canary-7f3a"


async def read(**reference) -> str:
    return (await read_secret(Reference.model_validate(reference), {})).reveal()


async def refusal(**reference) -> SignInError:
    with pytest.raises(SignInError) as caught:
        await read(**reference)
    return caught.value


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_secret_shows_only_dots():
    secret = Secret(CANARY)
    shown = f"{secret} {secret!r} {secret!s} {secret:>40} {[secret]} %s" % secret
    assert CANARY not in shown
    assert not hasattr(secret, "__dict__")
    assert secret.reveal() == CANARY


@pytest.mark.parametrize("copied", [pickle.dumps, copy.deepcopy])
def test_a_secret_is_not_copied(copied):
    with pytest.raises(TypeError, match="not pickled"):
        copied(Secret(CANARY))


def test_a_taken_variable_is_gone():
    environ = {"SMS_MONITOR_TOKEN": CANARY, "EMPTY": ""}
    secret = take_secret(environ, "SMS_MONITOR_TOKEN")
    assert secret is not None and secret.reveal() == CANARY
    assert environ == {"EMPTY": ""}
    assert take_secret(environ, "SMS_MONITOR_TOKEN") is None
    assert take_secret(environ, "EMPTY") is None


async def test_a_variable_is_read_each_time(monkeypatch):
    monkeypatch.setenv("MY_TOKEN", "one\n")
    assert await read(env="MY_TOKEN") == "one"
    monkeypatch.setenv("MY_TOKEN", "two")
    assert await read(env="MY_TOKEN") == "two"


async def test_a_variable_taken_earlier_is_still_found():
    reference = Reference(env="SMS_MONITOR_TOKEN")
    secret = await read_secret(reference, {"SMS_MONITOR_TOKEN": Secret(CANARY)})
    assert secret.reveal() == CANARY


async def test_a_variable_that_is_not_set_is_named(monkeypatch):
    monkeypatch.delenv("MY_TOKEN", raising=False)
    assert "variable MY_TOKEN is empty or not set" in (await refusal(env="MY_TOKEN")).message


async def test_a_file_of_ours_is_read(tmp_path):
    path = tmp_path / "token"
    path.write_bytes(b"\xef\xbb\xbfabc\r\n")
    path.chmod(0o600)
    assert await read(file=str(path)) == "abc"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o777])
async def test_a_file_others_can_open_is_refused_with_the_cure(tmp_path, mode):
    path = tmp_path / "token"
    path.write_text(CANARY)
    path.chmod(mode)
    link = tmp_path / "link"
    link.symlink_to(path)
    error = await refusal(file=str(link))
    assert f"mode {mode:04o}" in error.message
    assert error.next_step == f"Run: chmod 600 {link}"
    assert CANARY not in error.message


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
async def test_a_file_only_we_can_open_is_fine(tmp_path, mode):
    path = tmp_path / "token"
    path.write_text("abc")
    path.chmod(mode)
    assert await read(file=str(path)) == "abc"


async def test_a_file_of_someone_else_is_not_judged(tmp_path, monkeypatch):
    path = tmp_path / "token"
    path.write_text("abc")
    path.chmod(0o644)
    monkeypatch.setattr(os, "getuid", lambda: path.stat().st_uid + 1)
    assert await read(file=str(path)) == "abc"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_a_mount_of_root_is_read_by_another_user():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "token"
        path.write_text("abc")
        path.chmod(0o644)
        pid = os.fork()
        if pid == 0:
            with contextlib.suppress(BaseException):
                os.setuid(65534)
                secret = asyncio.run(read_secret(Reference(file=path), {}))
                os._exit(0 if secret.reveal() == "abc" and os.getuid() else 1)
            os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


async def test_a_pipe_can_be_a_file():
    out, into = os.pipe()
    os.write(into, b"from a pipe\n")
    os.close(into)
    try:
        assert await read(file=f"/dev/fd/{out}") == "from a pipe"
    finally:
        os.close(out)


async def test_a_file_that_cannot_be_used_is_named(tmp_path):
    missing = await refusal(file=str(tmp_path / "no"))
    assert (
        missing.message == f"The file {tmp_path / 'no'} cannot be read: No such file or directory."
    )
    assert "Is a directory" in (await refusal(file=str(tmp_path))).message
    path = tmp_path / "token"
    path.touch(mode=0o600)
    assert "is empty" in (await refusal(file=str(path))).message
    path.write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in (await refusal(file=str(path))).message
    path.write_bytes(b"x" * (64 * 1024 + 1))
    assert "larger than 64 KiB" in (await refusal(file=str(path))).message


async def test_what_a_command_prints_is_the_secret():
    assert await read(command=python("print('abc')")) == "abc"


async def test_no_shell_reads_the_command(tmp_path):
    marker = tmp_path / "made"
    assert await read(command=["echo", f"$HOME; touch {marker}"]) == f"$HOME; touch {marker}"
    assert not marker.exists()


async def test_a_command_gets_no_stdin_and_none_of_our_variables(monkeypatch):
    monkeypatch.setenv("SMS_MONITOR_TOKEN", CANARY)
    monkeypatch.setenv("OTHER", "kept")
    code = "import os, sys; print([k for k in os.environ if 'SMS_MONITOR' in k], end='')"
    code += "; print(os.environ['OTHER'], repr(sys.stdin.read()))"
    assert await read(command=python(code)) == "[]kept ''"


async def test_a_command_that_is_not_there_says_where_it_was_looked_for(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    error = await refusal(command=["altinn-token"])
    assert error.message == 'The command "altinn-token" was not found (PATH=/nowhere).'


async def test_a_program_that_cannot_start_is_an_error(tmp_path):
    path = tmp_path / "broken"
    path.write_bytes(b"\x7fELF nonsense")
    path.chmod(0o700)
    error = await refusal(command=[str(path)])
    assert "could not be started: Exec format error." in error.message


async def test_a_failing_command_shows_its_last_words_clean_and_short(caplog):
    caplog.set_level(logging.DEBUG)
    code = (
        "import sys; print('out-secret'); e = sys.stderr.write; e('first-secret\\n');"
        "e('\\x1b]0;x\\x07 no session eyJhbGciOi.eyJpc3M.c2ln ' + 'y ' * 1500 + '\\n'); sys.exit(3)"
    )
    error = await refusal(command=python(code))
    assert f'The command "{sys.executable}" ended with exit code 3: ' in error.message
    assert "no session (a token) y y" in error.message
    assert "secret" not in error.message
    assert error.message.isprintable()
    assert len(error.message) < 300
    assert "secret" not in caplog.text


async def test_the_end_of_a_long_token_is_not_shown_either():
    error = await refusal(command=python("raise SystemExit('eyJ' + 'canary' * 2000)"))
    assert error.message.endswith("ended with exit code 1: (a token).")


async def test_a_command_that_fails_silently_says_so():
    error = await refusal(command=python("raise SystemExit(9)"))
    assert error.message.endswith("ended with exit code 9: it did not say why.")


async def test_a_flood_is_stopped():
    # it has no time to be too slow
    error = await refusal(command=python("print('x' * 10_000_000); import time; time.sleep(600)"))
    assert "printed more than 64 KiB and was stopped" in error.message


async def test_a_flood_on_stderr_is_read_and_dropped():
    code = "import sys; sys.stderr.write('x' * 10_000_000); print('abc')"
    assert await read(command=python(code)) == "abc"


@pytest.fixture
def child(tmp_path):
    """The pid of a `sleep` that a command starts: a script, and a task that reads the pid."""
    fifo = tmp_path / "pid"
    os.mkfifo(fifo)
    return f"sleep 60 & echo $! > {fifo}; ", lambda: asyncio.to_thread(fifo.read_text)


async def ends(pid: str) -> bool:
    """Wait until a process that is not our own child has ended."""
    try:
        descriptor = os.pidfd_open(int(pid))
    except ProcessLookupError:
        return True
    readable, _, _ = await asyncio.to_thread(select.select, [descriptor], [], [], LIMIT)
    os.close(descriptor)
    return bool(readable)


async def test_a_command_that_hangs_is_killed_with_its_children(child, monkeypatch):
    script, read_pid = child
    running = asyncio.create_task(run_command(["sh", "-c", script + "wait"], 100))
    pid = await read_pid()
    loop = asyncio.get_running_loop()
    really = loop.time
    monkeypatch.setattr(loop, "time", lambda: really() + command_module.LIMIT)
    with pytest.raises(SignInError) as caught:
        await running
    assert caught.value.message == 'The command "sh" did not end within 30 s and was stopped.'
    assert await ends(pid)


async def test_a_cancelled_command_is_killed_with_its_children(child):
    script, read_pid = child
    running = asyncio.create_task(run_command(["sh", "-c", script + "wait"], 100))
    pid = await read_pid()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await ends(pid)


async def test_a_command_cancelled_while_it_starts_is_killed_with_its_children(tmp_path):
    fifo = tmp_path / "pid"
    os.mkfifo(fifo)
    script = f"sleep 60 & echo $! > {fifo}; wait"
    running = asyncio.create_task(run_command(["sh", "-c", script], 100))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    pid = fifo.read_text()  # holds up the loop, so the start is not finished when we cancel
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await ends(pid)


async def test_a_child_left_behind_does_not_keep_us_waiting(monkeypatch, child):
    monkeypatch.setattr(command_module, "GRACE", 0.1)
    script, read_pid = child
    pid, output = await asyncio.gather(
        read_pid(), run_command(["sh", "-c", script + "echo abc"], 100)
    )
    assert output == b"abc\n"
    os.kill(int(pid), signal.SIGKILL)


def test_a_command_cannot_write_on_our_terminal():
    """A pty is the controlling terminal of a child of ours, which runs the command."""
    code = (
        "import asyncio; from sms_monitor.services.command import run_command\n"
        "print(asyncio.run(run_command("
        "['sh', '-c', '(echo SCRIBBLE > /dev/tty) 2>/dev/null; echo done'], 100)))"
    )
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", code])
    seen = b""
    try:
        while chunk := os.read(terminal, 4096):
            seen += chunk
    except OSError:
        pass  # Linux says EIO when the other side is closed
    finally:
        os.close(terminal)
    assert os.waitpid(pid, 0)[1] == 0
    assert b"done" in seen
    assert b"SCRIBBLE" not in seen


@pytest.fixture
def a_keyring(tmp_path, monkeypatch):
    """Install a `keyring` of our own for this process and its children."""

    def install(code: str) -> None:
        package = tmp_path / "installed" / "keyring"
        package.mkdir(parents=True)
        (package / "__main__.py").write_text(code)
        (package / "__init__.py").write_text(
            f"import os\nassert os.getpid() != {os.getpid()}, 'never in this process'"
        )
        monkeypatch.syspath_prepend(str(package.parent))
        monkeypatch.setenv("PYTHONPATH", str(package.parent))

    return install


async def test_a_keyring_is_asked_in_a_child_process(a_keyring):
    a_keyring("import sys; print(*sys.argv[1:])")
    assert await read(keyring="https://a/b/me") == "get https://a/b me"
    assert "keyring" not in sys.modules


async def test_a_keyring_that_waits_for_somebody_is_stopped(a_keyring, monkeypatch):
    monkeypatch.setattr("sms_monitor.services.credentials.KEYRING_LIMIT", 0.5)
    a_keyring("import time; time.sleep(60)")
    error = await refusal(keyring="altinn/me")
    assert error.message.startswith('The keyring gives nothing for "altinn/me". ')
    assert "did not end within 0.5 s" in error.message
    assert "use file, command or env there" in error.next_step


async def test_a_keyring_of_the_current_directory_is_not_run(a_keyring, tmp_path, monkeypatch):
    a_keyring("print('installed')")
    (tmp_path / "keyring.py").write_text("print('hostile')")
    monkeypatch.chdir(tmp_path)
    assert await read(keyring="altinn/me") == "installed"


async def test_a_keyring_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    error = await refusal(keyring="altinn/me")
    assert "installed without" in error.message
    assert error.next_step.startswith("Install sms-monitor[keyring]")


async def test_what_is_not_text_comes_as_base64_only_where_it_may(tmp_path):
    path = tmp_path / "key.p12"
    path.write_bytes(b"0\x82\xff\xfe")
    path.chmod(0o600)
    reference = Reference(file=path)
    assert (await read_secret(reference, {}, binary=True)).reveal() == "MIL//g=="
    with pytest.raises(SignInError, match="not UTF-8 text"):
        await read_secret(reference, {})
