"""The log file: what somebody can look up later, with no secret and no number in it.

The program's own lines and the warnings of the libraries go through one handler, which masks
each line whole. Trouble with the disk is no trouble of the monitor: a line that cannot be written
is dropped.
"""

from __future__ import annotations

import getpass
import logging
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from sms_monitor import __version__
from sms_monitor.core.privacy import mask_numbers_in
from sms_monitor.core.text import clean
from sms_monitor.services.command import hide_tokens
from sms_monitor.services.files import make_directory

if TYPE_CHECKING:
    from sms_monitor.services.config import LogLevel
    from sms_monitor.services.wire import Request

MAX_BYTES = 1_000_000
"""Of one file; then it is set aside as `sms-monitor.log.1`."""
OLDER = 2
"""Files kept beside the one that is written."""
AUDIT = 25
"""Between INFO and WARNING: what a person did that somebody may ask about."""
NAME = "sms_monitor"
"""Of the program's own logger."""

_HARMLESS = re.compile(
    r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
    r"|\b127\.0\.0\.1(?::\d{1,5})?\b"
    r"|\b20[2-4]\d-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])\b"
)
"""An id, this machine, and the date in the name of a file: they would look like numbers."""
_LINE = 2000


class Log:
    """What the monitor writes down; this one writes nothing, as in the demo."""

    def audit(self, what: str) -> None:
        """Write down that the person did `what`: unmasked, exported, took a picture."""

    def profile(self, name: str) -> None:
        """Write down with which profile the API is asked from now on."""

    def request(self, request: Request) -> None:
        """Write down a request: at DEBUG, but as a warning when there is other trouble."""

    def trouble(self, sentence: str) -> None:
        """Write down what went wrong."""

    def crash(self, report: str) -> None:
        """Write down the end by a fault of our own, line by line."""


class LogFile(Log):
    """Writes to the logger of the program, which `open_log` leads to the file."""

    def __init__(self) -> None:
        self._logger = logging.getLogger(NAME)
        self._refused: dict[tuple[str, str], int | None] = {}
        """Status of the last request to a host and path, when that was trouble."""

    def audit(self, what: str) -> None:
        """Write down who did `what`."""
        self._logger.log(AUDIT, "%s: %s", _who(), what)

    def profile(self, name: str) -> None:
        """Write down which profile is used."""
        self._logger.info("profile %s", name)

    def request(self, request: Request) -> None:
        """Write down a request and how it was answered."""
        target = request.host, request.path
        level = logging.DEBUG
        if not request.is_trouble:
            self._refused.pop(target, None)
        elif self._refused.get(target, 200) != request.status:
            # said once: what is polled for a day would rotate away what was audited
            self._refused[target] = request.status
            level = logging.WARNING
        self._logger.log(level, "%s", request)

    def trouble(self, sentence: str) -> None:
        """Write down what went wrong."""
        self._logger.warning("%s", sentence)

    def crash(self, report: str) -> None:
        """Write down a crash."""
        for line in report.splitlines():
            if line.strip():
                self._logger.error("%s", line)


@contextmanager
def open_log(path: Path, level: LogLevel) -> Iterator[LogFile]:
    """Write to `path` until the end of the block, which the log says began and ended.

    Warnings of the libraries go there too, instead of over the screen. Nothing is raised when
    it cannot be written.
    """
    logging.addLevelName(AUDIT, "AUDIT")
    handler = _Handler(path)
    handler.setFormatter(_Redacting())
    ours, root = logging.getLogger(NAME), logging.getLogger()
    before = ours.level
    ours.setLevel(level.upper())
    # the root's own level is left alone: it is WARNING, unless somebody wants to see more
    handler.addFilter(lambda r: r.levelno >= logging.WARNING or r.name == NAME)
    root.addHandler(handler)
    try:
        ours.info("sms-monitor %s begins", __version__)
        yield LogFile()
    finally:
        ours.info("sms-monitor ends")
        root.removeHandler(handler)
        ours.setLevel(before)
        handler.close()


def redacted(text: str) -> str:
    """Return `text` as one clean line without tokens and numbers; ids are kept."""
    kept: list[str] = []
    place = 0
    line = clean(text, _LINE)
    for found in _HARMLESS.finditer(line):
        kept += [_masked(line[place : found.start()]), found[0]]
        place = found.end()
    return "".join([*kept, _masked(line[place:])])


def _masked(text: str) -> str:
    return mask_numbers_in(hide_tokens(text))


class _Redacting(logging.Formatter):
    """`2026-11-23 08:00:05Z WARNING what happened`, in UTC as the API's own times."""

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(record.created))
        said = record.getMessage()
        if record.exc_info:
            # the traceback's own lines, and no locals
            said = f"{said} {self.formatException(record.exc_info)}"
        name = "" if record.name == NAME else f"{clean(record.name, 60)}: "
        lines = (redacted(line) for line in said.splitlines() if line.strip())
        return "\n".join(f"{at} {record.levelname} {name}{line}" for line in lines)


class _Handler(RotatingFileHandler):
    """Opens the file for each line, so that two monitors can share it and rotate it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            maxBytes=MAX_BYTES,
            backupCount=OLDER,
            encoding="utf-8",
            errors="replace",
            delay=True,
        )

    def _open(self) -> TextIOWrapper:
        make_directory(Path(self.baseFilename).parent)
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return open(descriptor, "a", encoding="utf-8", errors="replace")  # noqa: PTH123

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        if self.stream is not None:
            # what is left in the buffer of a full disk would be tried again
            with suppress(OSError):
                self.stream.close()
            self.stream = None

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Drop the line: logging's own way is to print over the screen."""


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"
