"""The program that is run for each alert, on the same leash as one that hands out a token."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from sms_monitor.core.errors import ConfigError
from sms_monitor.core.privacy import mask_numbers_in
from sms_monitor.core.text import clean
from sms_monitor.services.command import last_line, run_leashed
from sms_monitor.services.config import check_commands_allowed

LIMIT = 10.0
"""Seconds a run may take."""
KEPT = 20
"""Alerts that wait for the run before them; what comes on top is dropped."""


class Hook:
    """Runs one command after the other, in the order of the alerts."""

    def __init__(self, command: Sequence[str], config_file: Path, limit: float = LIMIT) -> None:
        """`command` is a program and its arguments, as it stands in `config_file`."""
        self._command = tuple(command)
        self._config_file = config_file
        self._limit = limit
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(KEPT)

    def send(self, alert: bytes) -> str:
        """Run the command for an alert, in its turn; return why not, "" when it will be."""
        try:
            self._waiting.put_nowait(alert)
        except asyncio.QueueFull:
            return f"The hook {self._name} is too slow: {KEPT} alerts wait, so this one was dropped"
        return ""

    async def serve(self, tell: Callable[[str], None]) -> None:
        """Run what is sent until cancelled; `tell` gets a sentence when a run went wrong."""
        while True:
            alert = await self._waiting.get()
            trouble = await self._run(alert)
            if trouble:
                tell(trouble)

    @property
    def _name(self) -> str:
        return f'"{clean(Path(self._command[0]).name, 60)}"'

    async def _run(self, alert: bytes) -> str:
        try:
            # at each run: it may have been opened to others since the start
            await asyncio.to_thread(check_commands_allowed, self._config_file)
        except ConfigError as error:
            return f"{error.message} {error.next_step}"
        program = shutil.which(self._command[0])
        if program is None:
            return f"The hook {self._name} was not found (PATH={os.environ.get('PATH', '')})"
        arguments = (program, *self._command[1:])
        try:
            output, status = await run_leashed(arguments, 0, self._limit, stdin=alert)
        except TimeoutError:
            return f"The hook {self._name} did not end within {self._limit:g} s and was stopped"
        except OSError as error:
            return f"The hook {self._name} could not be started: {error.strerror or error}"
        if status == 0:
            return ""
        why = mask_numbers_in(last_line(output.stderr)) or "it did not say why"
        return f"The hook {self._name} ended with exit code {status}: {why}"
