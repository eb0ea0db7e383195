"""Making the first profile: which API, and where its token comes from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import ClassVar, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Select

from sms_monitor.core.errors import MonitorError
from sms_monitor.services.config_writing import append_profile
from sms_monitor.services.profile import ALTINN_URLS, Environment
from sms_monitor.ui.screens.dialog import Frame
from sms_monitor.ui.widgets.field import Field
from sms_monitor.ui.widgets.words import Words

_SOURCES = {
    "env": "an environment variable, by its name",
    "file": "a file, by its path",
    "command": "a program that prints it, by its command line",
}
_EXAMPLES = {"env": "ALTINN_TOKEN_TT02", "file": "~/tt02.token", "command": "altinn-token tt02"}
_HOW = (
    "The token itself is never typed here and never written to the config file. "
    "Tab goes on, Enter in a text saves, Enter on a list opens it."
)


class NewProfile(Screen[bool]):
    """Adds a profile to a config file; False when it was left without adding one.

    A screen and not a dialog, so that ctrl-c says how to quit here too.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="new-profile-leave", show=False)
    ]
    DEFAULT_CSS = """
    NewProfile {
        align: center middle;
        #fields { height: auto; max-height: 100%; }
        #base_url-label, #base_url { display: none; }
        &.-custom { #base_url-label, #base_url { display: block; } }
        #trouble { color: $text-error; text-style: bold; }
        Select {
            border-left: blank;
            &:focus, &.-expanded { border-left: outer $primary; }
            SelectCurrent, &:focus > SelectCurrent {
                padding: 0;
                background: $panel;
                &:ansi { border: none; }
                border: none;
            }
            & > SelectOverlay {
                border: round $primary;
                &:nocolor:focus > .option-list--option-highlighted { text-style: bold underline; }
            }
        }
    }
    """

    def __init__(self, path: Path) -> None:
        """Ask for a profile for the config file at `path`."""
        super().__init__()
        self._path = path

    def compose(self) -> ComposeResult:
        """The fields, each under its question; trouble on top, where it is in sight."""
        environments = [
            (f"{name:<7} {ALTINN_URLS.get(name, 'at a URL of your own')}", name)
            for name in get_args(Environment)
        ]
        with (
            Frame("New profile", "Tab next field, Enter saves, Esc back"),
            VerticalScroll(id="fields", can_focus=False),
        ):
            yield Words(id="trouble")
            yield _words("Name of the profile")
            yield Field("tt02", id="name")
            choice: Select[str] = Select(
                environments, value="tt02", allow_blank=False, id="environment"
            )
            yield _words("Environment")
            yield choice
            yield _words("Base URL", id="base_url-label")
            yield Field(placeholder="https://HOST", id="base_url")
            source: Select[str] = Select(
                [(text, kind) for kind, text in _SOURCES.items()],
                value="env",
                allow_blank=False,
                id="kind",
            )
            yield _words("The token comes from")
            yield source
            yield _words("Name, path or command")
            yield Field(placeholder=_EXAMPLES["env"], id="source")
            yield _words(_HOW)

    def on_mount(self) -> None:
        """Hide the line of trouble until there is some."""
        self.query_one("#trouble").display = False

    def action_leave(self) -> None:
        """Go back without a profile."""
        self.dismiss(False)

    @on(Select.Changed, "#environment")
    def _environment_chosen(self, event: Select.Changed) -> None:
        self.set_class(event.value == "custom", "-custom")

    @on(Select.Changed, "#kind")
    def _source_chosen(self, event: Select.Changed) -> None:
        self.query_one("#source", Field).placeholder = _EXAMPLES[str(event.value)]

    @on(Input.Submitted)
    def _save(self) -> None:
        name = self._typed("name")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name):
            self._refuse(
                "name: the name of a profile is at most 40 letters, digits, - and _.", "name"
            )
            return
        try:
            append_profile(self._path, name, self._block())
        except MonitorError as error:
            said = _in_place(error, self._path, name)
            self._refuse(said, "base_url" if said.startswith("base_url") else "source")
            return
        self.dismiss(True)

    def _block(self) -> str:
        """Return the lines of the profile; `append_profile` checks them."""
        environment = str(self.query_one("#environment", Select).value)
        kind = str(self.query_one("#kind", Select).value)
        lines = [f"environment = {_quoted(environment)}", 'auth = "token"']
        if environment == "custom":
            lines.append(f"base_url = {_quoted(self._typed('base_url'))}")
        lines.append(f"token = {{ {kind} = {_quoted(self._typed('source'))} }}")
        return "\n".join(lines)

    def _typed(self, field: str) -> str:
        return self.query_one(f"#{field}", Field).value.strip()

    def _refuse(self, why: str, field: str) -> None:
        trouble = self.query_one("#trouble", Words)
        trouble.update(Content(why))
        trouble.display = True
        wrong = self.query_one(f"#{field}", Field)
        wrong.focus()
        self.call_after_refresh(trouble.scroll_visible, animate=False)
        self.call_after_refresh(wrong.scroll_visible, animate=False)


def _words(text: str, *, id: str | None = None) -> Words:  # noqa: A002
    line = Words(id=id)
    line.update(Content(text))
    return line


def _quoted(text: str) -> str:
    # JSON's strings are TOML's, as long as nothing beyond the first plane is escaped
    return json.dumps(text, ensure_ascii=False)


def _in_place(error: MonitorError, path: Path, name: str) -> str:
    """Return the error without the line of a file that was not written: the field is in sight."""
    place = rf"^{re.escape(path.name)} line \d+: profiles\.{re.escape(name)}\."
    said = re.sub(place, "", error.message, flags=re.MULTILINE)
    if said == error.message:
        return f"{error.message} {error.next_step}"
    return f"{said} Nothing was written."
