"""The log file: what is in it, what is never in it, and a disk that does not play along."""

import getpass
import logging
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from sms_monitor.services import log as log_module
from sms_monitor.services.log import Log, open_log, redacted
from sms_monitor.services.wire import Request

ORDER = "f1a1cc30-4305-8021-8304-006ce4945fd1"
REQUEST = Request(
    "GET", "127.0.0.1:5090", f"/notifications/api/v1/orders/{ORDER}", 200, 0.0123, 48213
)
REFUSED = Request("POST", "maskinporten.no", "/token", 403, 0.5, 77, "Run auth check.")
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl"
CANARIES = ("+4790817263", "908 17 263", "01039012480", "010390 12480", TOKEN)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "sms-monitor.log"


def lines(path: Path) -> list[str]:
    """What was written, without the times."""
    return [line[21:] for line in path.read_text("utf-8").splitlines()]


def test_a_session_is_written_down(path):
    with open_log(path, "info") as log:
        log.profile("tt02 (tt02)")
        log.audit("personal data shown")
        log.request(REQUEST)
        log.request(REFUSED)
        log.trouble("The disk is full.")
    begins, *rest, ends = lines(path)
    assert begins.startswith("INFO sms-monitor ") and ends == "INFO sms-monitor ends"
    assert rest == [
        "INFO profile tt02 (tt02)",
        f"AUDIT {getpass.getuser()}: personal data shown",
        "WARNING POST sign-in at maskinporten.no: 403 in 500 ms, 77 bytes",
        "WARNING The disk is full.",
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_at_debug_it_has_every_request(path):
    with open_log(path, "debug") as log:
        log.request(REQUEST)
    assert lines(path)[1] == (
        f"DEBUG GET /notifications/api/v1/orders/{ORDER}: 200 in 12 ms, 48,213 bytes"
    )


def test_trouble_that_goes_on_is_a_warning_once(path):
    gone, down = replace(REQUEST, status=404), replace(REQUEST, status=None)
    with open_log(path, "info") as log:
        for request in (gone, gone, gone, down, down, gone, REQUEST, gone):
            log.request(request)
    said = [line.split(": ")[1].split(" in ")[0] for line in lines(path)[1:-1]]
    assert said == ["404", "no answer", "404", "404"]


def test_no_number_and_no_token_is_written_at_any_level(path):
    with open_log(path, "debug") as log:
        for canary in CANARIES:
            log.audit(f"exported {canary}")
            log.trouble(f"no {canary}\n\x1b]0;title\x07")
            log.crash(f"File x.py, line 12\n\nKeyError: {canary}")
            log.profile(canary)
            logging.getLogger("sms_monitor.x").warning("lib %s", canary)
            try:
                int(canary + "x")
            except ValueError:
                logging.getLogger("asyncio").exception("Task failed: %s", canary)
    text = path.read_text("utf-8")
    assert "asyncio: Task failed" in text and "line 12" in text and "ValueError" in text
    digits = "".join(c for c in text.replace(" ", "") if c.isdigit())
    assert not any(canary in text for canary in CANARIES)
    assert "90817263" not in digits and "01039012480" not in digits
    assert all(piece not in text for piece in TOKEN.split("."))
    assert "\x1b" not in text and "\x07" not in text
    assert all(line[:2] == "20" for line in text.splitlines())


def test_an_id_and_this_machine_are_legible():
    assert redacted(f"{ORDER} at 127.0.0.1:5090") == f"{ORDER} at 127.0.0.1:5090"
    assert redacted("99.11.22.33") == "•" * 11
    written = "sms-KOM-118-2026-11-24.csv"
    assert redacted(written) == written
    assert redacted("ref 2026-11-24-99112233") == "ref 2026-11-24-••••••••"


def test_what_libraries_say_below_a_warning_is_not_written(path):
    with open_log(path, "debug"):
        logging.getLogger("httpcore").info("headers")
        logging.getLogger("markdown_it").debug("x")
    assert len(lines(path)) == 2


def test_after_a_megabyte_it_is_set_aside_and_two_are_kept(path, monkeypatch):
    monkeypatch.setattr(log_module, "MAX_BYTES", 2000)
    with open_log(path, "info") as log:
        for n in range(100):
            log.trouble(f"sentence {n}: " + "word " * 20)
    kept = sorted(file.name for file in path.parent.iterdir())
    assert kept == ["sms-monitor.log", "sms-monitor.log.1", "sms-monitor.log.2"]
    assert all(file.stat().st_size <= 2000 for file in path.parent.iterdir())
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in path.parent.iterdir())
    assert "sentence 99" in path.read_text()


def test_two_monitors_share_it_also_when_one_rotates(path, monkeypatch):
    monkeypatch.setattr(log_module, "MAX_BYTES", 2000)
    with open_log(path, "info") as log, open_log(path, "info"):
        for _ in range(30):
            log.trouble("word " * 20)
    assert path.read_text().splitlines()[-1].endswith("sms-monitor ends")


@pytest.mark.skipif(os.getuid() == 0, reason="root writes anywhere")
def test_a_directory_that_cannot_be_written_is_no_trouble(path, capfd):
    path.parent.mkdir()
    path.parent.chmod(0o500)
    with open_log(path, "debug") as log:
        log.audit("x")
    assert not path.exists() and capfd.readouterr() == ("", "")


def test_a_file_in_the_place_of_the_directory_is_no_trouble(path, capfd):
    path.parent.write_text("")
    with open_log(path, "debug") as log:
        log.audit("x")
        log.crash("y")
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is full")
def test_a_full_disk_is_no_trouble(path, capfd):
    path.parent.mkdir()
    path.symlink_to("/dev/full")
    with open_log(path, "debug") as log:
        for _ in range(3):
            log.trouble("x" * 9000)
    assert capfd.readouterr() == ("", "")


def test_the_demo_writes_nothing(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    log = Log()
    log.audit("x")
    log.request(REFUSED)
    log.trouble("x")
    log.crash("x")
    log.profile("demo")
    assert list(tmp_path.iterdir()) == [] and capfd.readouterr() == ("", "")
