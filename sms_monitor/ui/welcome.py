"""What is shown when no profile is configured: try the demo, or make a profile."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from textual import getters, on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList

from sms_monitor.core.text import clean
from sms_monitor.ui.screens.dialog import Frame
from sms_monitor.ui.screens.new_profile import NewProfile
from sms_monitor.ui.terminal import TerminalApp
from sms_monitor.ui.widgets.menu import Menu
from sms_monitor.ui.widgets.words import Words


class Welcome(Enum):
    """What the person chose."""

    DEMO = "demo"
    PROFILE_MADE = "profile made"
    """The config file has a profile now."""
    QUIT = "quit"


class WelcomeApp(TerminalApp[Welcome]):
    """Ends with what was chosen; asks nothing of any server."""

    TITLE = "sms-monitor"
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_CSS = """
    WelcomeApp > Screen { align: center middle; }
    """

    answer = getters.query_one("#answer", Words)

    def __init__(self, path: Path, theme: str = "textual-dark") -> None:
        """Make profiles in the config file at `path`, which need not be there yet."""
        super().__init__(theme)
        self._path = path

    def compose(self) -> ComposeResult:
        """What can be done now."""
        with Frame("sms-monitor", "press a letter"):
            yield Words(id="question")
            yield Menu(
                {
                    "d": Content("Demo: made-up orders, nothing is sent anywhere"),
                    "t": Content("Make a profile that uses an Altinn token"),
                    "e": Content("Show which config file to edit"),
                    "q": Content("Quit"),
                }
            )
            yield Words(id="answer")

    def on_mount(self) -> None:
        """Say why this is shown."""
        self.query_one("#question", Words).update(
            "No profile says yet which API to watch and how to sign in to it.\n"
        )

    async def action_quit(self) -> None:
        """Leave by ctrl-q."""
        self.exit(Welcome.QUIT)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        match event.option_id:
            case "d":
                self.exit(Welcome.DEMO)
            case "t":
                self._make_profile()
            case "e":
                self.answer.update(
                    Content(
                        f"\nThe config file is {clean(str(self._path))}\n"
                        "`sms-monitor config init` writes one with examples to edit; "
                        "`sms-monitor config check` says what is wrong with it."
                    )
                )
            case _:
                self.exit(Welcome.QUIT)

    @work(exclusive=True)
    async def _make_profile(self) -> None:
        if await self.push_screen_wait(NewProfile(self._path)):
            self.exit(Welcome.PROFILE_MADE)
