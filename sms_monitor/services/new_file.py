"""Writing a file that somebody asked for, at a place somebody typed."""

from __future__ import annotations

import os
from pathlib import Path

from sms_monitor.core.errors import StorageError
from sms_monitor.services.files import write_atomically


class FileExists(StorageError):
    """There is something at the place already; it was left alone."""


def typed_path(text: str) -> Path:
    """Return the place that `text` names: `~` is the home directory, else from where we are.

    Raises:
        StorageError: It names no file, or one in a directory that is not there.
    """
    if not text.strip():
        raise StorageError("There is no file name.", "Type one, such as sms.csv.")
    path = Path(os.path.abspath(os.path.expanduser(text.strip())))  # noqa: PTH100, PTH111 - of pathlib's, one raises for a user that is not there and the other follows links
    if path.is_dir():
        raise StorageError(f"{path} is a directory.", "Add the name of a file.")
    if not path.parent.is_dir():
        raise StorageError(f"There is no directory {path.parent}.", "Choose one that is there.")
    return path


def write_new(path: Path, text: str, *, replace: bool = False) -> None:
    """Write `text` in UTF-8 to `path`, mode 0600, whole or not at all.

    Raises:
        FileExists: There is such a file, and it is not to be replaced.
        StorageError: It cannot be written.
    """
    if not replace and os.path.lexists(path):
        raise FileExists(f"{path} is there already.", "Choose another name, or remove it.")
    write_atomically(path, text)
