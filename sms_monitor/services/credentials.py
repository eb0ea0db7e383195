"""Secrets, and the four places a profile may say they are: `env`, `file`, `command`, `keyring`."""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import BinaryIO, NoReturn

import msgspec

from sms_monitor.core.errors import SignInError
from sms_monitor.services.command import Run, run_command
from sms_monitor.services.reference import Reference

MAX_SECRET = 64 * 1024
"""Bytes a secret may have, from a file or a command."""
KEYRING_LIMIT = 5.0
"""Seconds: a locked keyring waits for ever for somebody to answer a dialog."""


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


def to_secret(_: type, value: object) -> Secret:
    """Be msgspec's `dec_hook` for fields that are secrets: no local of ours ever holds them."""
    if not isinstance(value, str):
        raise msgspec.ValidationError("a secret is not a text")
    return Secret(value)


async def read_secret(
    reference: Reference,
    taken: Mapping[str, Secret],
    *,
    binary: bool = False,
    run: Run = run_command,
) -> Secret:
    """Read what `reference` points at, each time anew; white space around it is dropped.

    `taken` holds variables that `take_secret` moved out of the environment, by name. With
    `binary`, what is not text, such as PKCS#12, comes as base64. `run` is what runs a command.

    Raises:
        SignInError: There is nothing there, it may not be used, or it is not text.
    """
    if reference.command is not None:
        secret = _text_of(await run(reference.command, MAX_SECRET), binary)
        origin = f'The command "{reference.command[0]}"'
    elif reference.file is not None:
        # a pipe or a network drive may take its time
        secret = await asyncio.to_thread(_read_file, reference.file, binary)
        origin = f"The file {reference.file}"
    elif reference.keyring is not None:
        secret = await _read_keyring(reference.keyring)
        origin = f'The keyring\'s entry "{reference.keyring}"'
    else:
        name = reference.env or ""
        held = taken.get(name) or Secret(os.environ.get(name, ""))
        secret = Secret(held.reveal().strip())
        origin = f"The environment variable {name}"
    return _checked(secret, origin)


def read_stream(stream: BinaryIO, origin: str) -> Secret:
    """Return the secret in `stream`, which is read to its end; `origin` names it in sentences.

    Raises:
        SignInError: There is nothing in it, or what is no secret.
    """
    secret = _text_of(stream.read(MAX_SECRET), binary=False)
    if stream.read(1):
        raise SignInError(
            f"{origin} gives more than 64 KiB, so it is not a key or a token.",
            "Give the token alone.",
        )
    return _checked(secret, origin)


def _checked(secret: Secret | None, origin: str) -> Secret:
    if secret is None:
        raise SignInError(
            f"{origin} gives something that is not UTF-8 text.",
            "Give the secret as plain text.",
        )
    if not secret.reveal():
        raise SignInError(
            f"{origin} is empty or not set, so there is nothing to sign in with.",
            "Fill it in, or say where else the secret is.",
        )
    return secret


def _text_of(raw: bytes, binary: bool) -> Secret | None:
    """Return `raw` as text, None when it is none; never raises, so no traceback shows `raw`."""
    try:
        return Secret(raw.decode("utf-8-sig").strip())
    except UnicodeDecodeError:
        return Secret(base64.b64encode(raw).decode()) if binary else None


async def _read_keyring(entry: str) -> Secret | None:
    """Ask the keyring in a child process: one that hangs can be killed there."""
    if importlib.util.find_spec("keyring") is None:
        raise SignInError(
            "The profile names the keyring, which this sms-monitor was installed without.",
            "Install sms-monitor[keyring], or use file, command or env instead.",
        )
    service, _, user = entry.rpartition("/")
    # -P: a keyring.py in the current directory is not the one that is meant
    command = (sys.executable, "-P", "-m", "keyring", "get", service, user)
    try:
        return _text_of(await run_command(command, MAX_SECRET, KEYRING_LIMIT), binary=False)
    except SignInError as error:
        raise SignInError(
            f'The keyring gives nothing for "{entry}". {error.message}',
            "Unlock it, or add the entry with `keyring set`. A machine without a desktop has no "
            "keyring: use file, command or env there.",
        ) from error


def _read_file(path: Path, binary: bool) -> Secret | None:
    try:
        with path.open("rb") as file:
            _refuse_if_too_open(path, os.fstat(file.fileno()))
            secret = _text_of(file.read(MAX_SECRET), binary)
            is_whole = not file.read(1)
    except OSError as error:
        raise SignInError(
            f"The file {path} cannot be read: {error.strerror or error}.",
            "Correct the path, or give yourself the right to read the file.",
        ) from error
    if not is_whole:
        raise SignInError(
            f"The file {path} is larger than 64 KiB, so it is not a key or a token.",
            "Correct the path.",
        )
    return secret


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
