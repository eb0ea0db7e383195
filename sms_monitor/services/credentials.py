"""Secrets, and the three places a profile may say they are: `env`, `file`, `command`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import NoReturn

from sms_monitor.core.errors import SignInError
from sms_monitor.services.command import run_command
from sms_monitor.services.profile import Reference

MAX_SECRET = 64 * 1024
"""Bytes a secret may have, from a file or a command."""


class Secret:
    """A text that shows itself only when asked by name.

    Tracebacks, logs and the debugger of a terminal app print locals; all they get is dots.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text. Use it in an expression; never bind it to a name."""
        return self._text

    def __repr__(self) -> str:
        """Return dots."""
        return "Secret(•••)"

    def __format__(self, spec: str) -> str:
        """Return dots, whatever is asked for."""
        return repr(self)

    def __reduce__(self) -> NoReturn:
        """Refuse: a copy on disk or in another process is not ours to make."""
        raise TypeError("a secret is not pickled")


def take_secret(environ: MutableMapping[str, str], name: str) -> Secret | None:
    """Move a variable out of `environ`, so that no child inherits it; None when unset or empty.

    The original stays in `/proc/self/environ`, which the same user can read.
    """
    text = environ.pop(name, "")
    return Secret(text) if text else None


async def read_secret(reference: Reference, taken: Mapping[str, Secret]) -> Secret:
    """Read what `reference` points at, each time anew; white space around it is dropped.

    `taken` holds variables that `take_secret` moved out of the environment, by name.

    Raises:
        SignInError: There is nothing there, it may not be used, or it is not text.
    """
    if reference.command is not None:
        raw = await run_command(reference.command, MAX_SECRET)
        origin = f'The command "{reference.command[0]}"'
    elif reference.file is not None:
        # a pipe or a network drive may take its time
        raw = await asyncio.to_thread(_read_file, reference.file)
        origin = f"The file {reference.file}"
    else:
        name = reference.env or ""
        held = taken.get(name) or Secret(os.environ.get(name, ""))
        raw = held.reveal().encode()
        origin = f"The environment variable {name}"
    return _secret_of(raw, origin)


def _secret_of(raw: bytes, origin: str) -> Secret:
    try:
        secret = Secret(raw.decode("utf-8-sig").strip())
    except UnicodeDecodeError:
        # not chained: the error holds the bytes
        raise SignInError(
            f"{origin} gives something that is not UTF-8 text.",
            "Give the secret as plain text.",
        ) from None
    if not secret.reveal():
        raise SignInError(
            f"{origin} is empty or not set, so there is nothing to sign in with.",
            "Fill it in, or change the reference in the profile.",
        )
    return secret


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            _refuse_if_too_open(path, os.fstat(file.fileno()))
            raw = file.read(MAX_SECRET + 1)
    except OSError as error:
        raise SignInError(
            f"The file {path} cannot be read: {error.strerror or error}.",
            "Correct the path in the profile, or give yourself the right to read the file.",
        ) from error
    if len(raw) > MAX_SECRET:
        raise SignInError(
            f"The file {path} is larger than 64 KiB, so it is not a key or a token.",
            "Correct the path in the profile.",
        )
    return raw


def _refuse_if_too_open(path: Path, status: os.stat_result) -> None:
    """Apply the rule of ssh (OpenSSH `sshkey_perm_ok`): judge our own files only.

    Mounts of Kubernetes and systemd are root's and readable by others on purpose. Windows has
    no such modes.
    """
    if not hasattr(os, "getuid") or status.st_uid != os.getuid() or not status.st_mode & 0o077:
        return
    next_step = f"Run: chmod 600 {path}"
    if str(path).startswith("/mnt/"):
        next_step += ". On a Windows drive that does nothing: move it to your Linux home first"
    raise SignInError(
        f"The file {path} can be read or written by others (mode {status.st_mode & 0o777:04o}).",
        next_step,
    )
