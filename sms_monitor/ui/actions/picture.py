"""A picture of the screen, for a report or a colleague."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

from textual import work

from sms_monitor.core.errors import StorageError
from sms_monitor.ui.actions.base import ActingApp

_ENDINGS = (".svg", ".txt")


class Picture(NamedTuple):
    """One moment of the screen."""

    svg: str
    text: str
    personal: bool
    """Whether phone numbers or national identity numbers can be read on it."""


class PictureActions(ActingApp):
    """Screenshot."""

    def action_shot(self, path: str = "") -> None:
        """Write the screen to `path`.svg and `path`.txt, "" for a name with the time."""
        # when the palette that asked for it is gone from the screen
        self.call_after_refresh(self._shoot, path)

    # a group of its own: a dialog that is open keeps waiting for its answer
    @work(group="picture", exclusive=True)
    async def _shoot(self, path: str) -> None:
        picture = self._picture()
        if picture.personal:
            from sms_monitor.ui.screens.choose_profile import Confirm

            question = "The screen shows personal data. Write it to a file all the same?"
            if not await self.push_screen_wait(Confirm(question)):
                return
        try:
            told = await asyncio.to_thread(_write, picture, path or self._picture_name())
        except StorageError as error:
            self.tell_error(error)
            return
        self.setup.audit(told)
        self.tell(told)

    def _picture(self) -> Picture:
        from textual.widgets import Input, TextArea

        from sms_monitor.core.privacy import mask_numbers_in

        # what Textual takes its own picture from; it has no picture in plain text
        width, height = self.size
        strips = self.screen._compositor.render_strips()[:height]
        text = "\n".join(strip.text[:width].rstrip() for strip in strips) + "\n"
        # what is being typed is not masked, on whatever screen and whichever line
        typed = [
            field.value if isinstance(field, Input) else field.text
            for screen in self.screen_stack
            for field in (*screen.query(Input), *screen.query(TextArea))
        ]
        typing = any(mask_numbers_in(one) != one for one in typed)
        svg = self.export_screenshot(title="sms-monitor", simplify=True)
        return Picture(svg, text, self.unmasked or typing)

    def _picture_name(self) -> str:
        from sms_monitor.core.send_window import OSLO

        return f"sms-monitor-{self._now().astimezone(OSLO):%Y-%m-%d-%H%M%S}"


def _write(picture: Picture, typed: str) -> str:
    """Write both files; return what to tell. Raises `StorageError`, also when one is there."""
    from sms_monitor.services.new_file import typed_path, write_new

    stem = typed_path(typed)
    if stem.suffix in _ENDINGS:
        stem = stem.with_suffix("")
    svg, text = (Path(f"{stem}{ending}") for ending in _ENDINGS)
    write_new(svg, picture.svg)
    try:
        write_new(text, picture.text)
    except StorageError:
        svg.unlink()
        raise
    masked = "with PERSONAL DATA" if picture.personal else "masked"
    return f"Picture written, {masked}: {svg} and .txt"
