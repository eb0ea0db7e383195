"""Choosing what to write to a file, how, and where."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from sms_monitor.core.export import SEPARATORS, Format, Layout, format_of
from sms_monitor.ui.screens.dialog import Dialog, Frame
from sms_monitor.ui.widgets.choice import Choice
from sms_monitor.ui.widgets.field import Field
from sms_monitor.ui.widgets.words import Words


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What somebody wants written."""

    layout: Layout
    marked: bool
    """The marked SMS; else those that are shown."""
    path: str
    """As it was typed."""


class AskExport(Dialog["ExportWish | None"]):
    """What to write; None for nothing."""

    DEFAULT_CSS = """
    AskExport {
        #fields { height: auto; max-height: 100%; }
        #trouble { color: $text-error; text-style: bold; }
    }
    """

    def __init__(self, wish: ExportWish, shown: int, marked: int, trouble: str = "") -> None:
        """Begin with `wish`; `shown` and `marked` SMS can be written.

        `trouble` is what was wrong with the same wish before.
        """
        super().__init__()
        layout = wish.layout
        rows = {f"{shown} shown": False}
        if marked:
            rows[f"{marked} marked"] = True
        separators = dict(zip((";", ",", "tab"), SEPARATORS, strict=True))
        self._layout = layout
        self._trouble = trouble
        self._format = Choice("Format", {one.value: one for one in Format}, layout.format)
        self._rows = Choice("Rows", rows, wish.marked)
        self._separator = Choice("Separator", separators, layout.separator)
        self._bom = Choice("Excel BOM", {"no": False, "yes": True}, layout.bom)
        self._path = Field(wish.path)

    def compose(self) -> ComposeResult:
        """A line each; trouble on top, where it is in sight."""
        numbers = "whole: UNMASKED" if self._layout.unmasked else "masked; m before E shows them"
        with (
            Frame("Export", "Tab next, arrows choose, Enter writes, Esc closes"),
            VerticalScroll(id="fields", can_focus=False),
        ):
            yield Words(self._trouble, id="trouble")
            yield self._format
            yield self._rows
            yield self._separator
            yield self._bom
            yield Words(f" Numbers     {numbers}")
            yield Words(" File, in this directory or with ~ and /:")
            yield self._path

    def on_mount(self) -> None:
        """Begin at the format, after trouble at the file."""
        self.query_one("#trouble").display = bool(self._trouble)
        (self._path if self._trouble else self._format).focus()
        self._fit()

    @on(Choice.Changed)
    def _fit(self) -> None:
        """Show what the format has, and give the file its ending."""
        form = self._format.value
        self._separator.display = self._bom.display = form is Format.CSV
        stem, dot, ending = self._path.value.rpartition(".")
        if dot and ending in list(Format) and ending != form:
            self._path.value = f"{stem}.{form}"

    @on(Input.Changed)
    def _follow(self) -> None:
        """Let the ending that is typed choose the format."""
        with contextlib.suppress(ValueError):
            form = format_of(self._path.value)
            if "." in self._path.value:
                self._format.choose(form)

    @on(Input.Submitted)
    @on(Choice.Submitted)
    def _done(self) -> None:
        layout = replace(
            self._layout,
            format=self._format.value,
            separator=self._separator.value,
            bom=self._bom.value,
        )
        self.dismiss(ExportWish(layout, self._rows.value, self._path.value))
