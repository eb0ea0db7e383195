"""Screenshot regression: the pictures in `screenshots/` are the baseline and the README's own."""

from __future__ import annotations

import os
import re
from pathlib import Path

from textual.app import App

SCREENSHOTS = Path(__file__).parent.parent.parent / "screenshots"


def assert_picture(app: App[object], name: str) -> None:
    """Compare the screen with `screenshots/NAME.svg`; UPDATE=1 takes the picture anew."""
    picture = app.export_screenshot(title="sms-monitor", simplify=True)
    # the port differs from run to run, and with it the name that Rich gives the picture
    picture = re.sub(r"127\.0\.0\.1:\d{5}", "127.0.0.1:50900", picture)
    picture = re.sub(r"terminal-\d+", "terminal", picture)
    path = SCREENSHOTS / f"{name}.svg"
    if os.environ.get("UPDATE") == "1":
        path.write_text(picture, "utf-8")
    assert path.exists(), f"no picture yet; run UPDATE=1 pytest {__package__} to take {path.name}"
    if picture != path.read_text("utf-8"):
        seen = Path(os.environ.get("TMPDIR", "/tmp")) / f"sms-monitor-{name}.svg"
        seen.write_text(picture, "utf-8")
        raise AssertionError(f"{path.name} looks different, see {seen}; if it is right, UPDATE=1")
