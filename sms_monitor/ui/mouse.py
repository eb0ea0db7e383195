"""Leaving the mouse to the terminal while the app runs, so that it can select text."""

from __future__ import annotations

from typing import Any

from textual.app import App


def use_mouse(app: App[Any], *, used: bool) -> bool:
    """Let the app have the mouse, or the terminal; return False where neither can be done.

    Textual 8.2 has a public way at the start only, `App.run(mouse=…)`. Its drivers look at
    `_mouse` before they send anything, and again after a suspend.
    """
    driver: Any = app._driver
    if not hasattr(driver, "_enable_mouse_support"):
        return False
    if used:
        driver._mouse = True
        driver._enable_mouse_support()
    else:
        driver._disable_mouse_support()
        driver._mouse = False
    driver.flush()
    return True
