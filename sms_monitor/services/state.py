"""Where the user was: `state.json`, saved on every change and found again at the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, field_validator

from sms_monitor.core.errors import StorageError
from sms_monitor.core.text import clean
from sms_monitor.services.document import Document, DocumentFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


class ViewState(BaseModel):
    """What the monitor showed, with one profile."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    last_order: str | None = None
    """Order id; None before any was opened. It need not be watched any more."""
    row_id: str | None = None
    """Notification id under the cursor; it need not exist any more."""
    filter: str = ""
    faults_only: bool = False
    sort: str | None = None
    """Name of a column; None is the view's own order."""
    reverse: bool = False
    language: str | None = None
    """Of the guidance; None as long as it is the configured one."""
    pane: str | None = None
    """Id of the pane that had the keys; None before any had."""
    zoomed: bool = False
    commands: tuple[str, ...] = ()
    """What was typed after `:`, oldest first; none of them holds a number of a person."""

    @field_validator("filter")
    @classmethod
    def _is_clean(cls, text: str) -> str:
        return clean(text)

    @field_validator("commands")
    @classmethod
    def _are_clean(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(clean(line) for line in lines)


class _StateDocument(Document):
    profiles: dict[str, ViewState] = {}


class StateFile:
    """The state of one profile. Nothing here raises: losing it must not end the program."""

    def __init__(self, path: Path, profile: str, now: Callable[[], datetime]) -> None:
        """Remember where the state is; `now` returns an aware datetime."""
        self._reports: list[str] = []
        self._file = DocumentFile(path, _StateDocument, now, self._reports.append)
        self._profile = profile

    def load(self) -> tuple[ViewState, str | None]:
        """Return the state, the default when there is none, and a sentence about trouble."""
        try:
            document = self._file.read()
        except StorageError as error:
            return ViewState(), f"The last view is not restored. {error.message}"
        return document.profiles.get(self._profile, ViewState()), self._report()

    def save(self, state: ViewState) -> str | None:
        """Save `state` for this profile; return None, or a sentence when that failed.

        Fields of `state` only: what a newer program keeps beside them stays. Waits at most a
        second for another program that is saving.
        """

        def edit(document: _StateDocument) -> _StateDocument:
            before = document.profiles.get(self._profile, ViewState())
            known = {name: getattr(state, name) for name in ViewState.model_fields}
            profiles = {**document.profiles, self._profile: before.model_copy(update=known)}
            return document.model_copy(update={"profiles": profiles})

        try:
            self._file.change(edit, timeout=1.0)
        except StorageError as error:
            return f"The view is not saved. {error.message}"
        return self._report()

    def _report(self) -> str | None:
        return self._reports.pop() if self._reports else None
