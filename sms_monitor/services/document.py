"""A JSON file of the program's own: versioned, checked, shared by running programs.

Every change reads the file anew under its lock, so two programs lose nothing of each other's.
What a newer program wrote into it and this one does not know is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sms_monitor.core.errors import StorageError
from sms_monitor.services.files import locked, set_aside, storage_error, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

VERSION = 1


class Document(BaseModel):
    """The whole of a file, and the default for one that is missing."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    version: int = Field(default=VERSION, ge=1)


D = TypeVar("D", bound=Document)


class DocumentFile(Generic[D]):
    """A `Document` on disk.

    A file that makes no sense is set aside under another name, `report` is called with a
    sentence that names it, and the default takes its place. One that a newer program wrote in
    a shape of its own is left alone: `StorageError`.
    """

    def __init__(
        self,
        path: Path,
        kind: type[D],
        now: Callable[[], datetime],
        report: Callable[[str], None],
    ) -> None:
        self._path = path
        self._kind = kind
        self._now = now
        self._report = report

    def read(self) -> D:
        """Return what is in the file. Makes no file, directory or lock where there is none."""
        document = self._parse()
        if document is not None:
            return document
        with locked(self._path):
            return self._parse() or self._set_aside()

    def change(self, edit: Callable[[D], D], timeout: float = 5.0) -> None:
        """Replace the document by what `edit` makes of it; nothing is written when it is equal.

        Waits at most `timeout` seconds for other programs. Raises `StorageError`.
        """
        with locked(self._path, timeout):
            before = self._parse() or self._set_aside()
            after = edit(before)
            if after != before:
                write_atomically(self._path, after.model_dump_json(indent=1) + "\n")

    def _parse(self) -> D | None:
        """Return the document, None when the file makes no sense."""
        try:
            data = self._path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        except FileNotFoundError:
            return self._kind()
        except OSError as error:
            raise storage_error(self._path, "read", error) from error
        try:
            return self._kind.model_validate_json(data)
        except ValidationError as error:
            if not _is_newer(data):
                return None
            raise StorageError(
                f"{self._path} was written by a newer sms-monitor.",
                "Update sms-monitor, or move the file away.",
            ) from error

    def _set_aside(self) -> D:
        aside = set_aside(self._path, self._now())
        self._report(
            f"{self._path} could not be understood, so it was kept as {aside.name} "
            "and a new one begun."
        )
        return self._kind()


class _Version(BaseModel):
    version: int = 0


def _is_newer(data: bytes) -> bool:
    try:
        return _Version.model_validate_json(data).version > VERSION
    except ValidationError:
        return False
