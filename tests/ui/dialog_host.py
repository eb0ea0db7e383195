"""What the tests of the dialogs share: an app that opens one, and what is on its screen."""

from textual.app import App
from textual.screen import Screen

SIZES = [(60, 15), (80, 24)]


class Host(App):
    """Opens a dialog and remembers its answers."""

    def __init__(self, dialog: Screen):
        super().__init__()
        self.answers = []
        self._dialog = dialog

    def on_mount(self):
        self.push_screen(self._dialog, self.answers.append)


def shown(app: App) -> str:
    """Return the text on the screen, line by line."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def words(app: App) -> str:
    """Return the text on the screen as if it were never wrapped, without frames."""
    return " ".join(shown(app).translate(dict.fromkeys(map(ord, "│▌"))).split())


def in_sight(app: App) -> bool:
    """Whether the focused widget is wholly on the screen and inside what scrolls around it."""
    widget = app.focused
    region = widget.region
    return all(
        region in ancestor.region
        for ancestor in widget.ancestors
        if hasattr(ancestor, "region") and ancestor is not app
    )
