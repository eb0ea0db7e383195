"""Writing SMS to a file."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from textual import work

from sms_monitor.core.errors import StorageError
from sms_monitor.ui.actions.base import ActingApp
from sms_monitor.ui.terminal import DIALOG

if TYPE_CHECKING:
    from sms_monitor.core.order import Order, Row
    from sms_monitor.ui.screens.export import ExportWish


class ExportActions(ActingApp):
    """Export."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action == "export":
            return bool(self.screen_stack) and self.monitor.order is not None
        return super().check_action(action, parameters)

    @work(group=DIALOG, exclusive=True)
    async def action_export(self, path: str = "") -> None:
        """Ask how and where, `path` when it is not "", and write the SMS shown, or marked."""
        order, table = self.monitor.order, self.monitor.sms_table
        if order is None:
            return
        from sms_monitor.core.export import Format, Layout, format_of
        from sms_monitor.ui.screens.export import AskExport, ExportWish

        shown = [table.item(key) for key in table.keys]
        marked = self.monitor.marked_rows
        path, form, trouble = path or f"{self._file_stem(order)}.csv", Format.CSV, ""
        try:
            form = format_of(path)
        except ValueError as error:
            trouble = str(error)
        wish = ExportWish(Layout(form, unmasked=self.unmasked), bool(marked), path)
        while True:
            asked = AskExport(wish, len(shown), len(marked), trouble)
            answer = await self.push_screen_wait(asked)
            if answer is None:
                return
            wish, trouble = answer, ""
            try:
                told = await self._write(wish, order, marked if wish.marked else shown)
            except StorageError as error:
                trouble = f"{error.message} {error.next_step}"
                continue
            if told:
                self.tell(told)
                return

    async def _write(self, wish: ExportWish, order: Order, rows: list[Row]) -> str:
        """Write; return what to tell, "" when a file that is there is to stay."""
        from sms_monitor.core.export import export_text
        from sms_monitor.services.new_file import FileExists, typed_path, write_new
        from sms_monitor.ui.screens.choose_profile import Confirm

        path = typed_path(wish.path)
        profile, at = self.setup.place.profile, self.answered_at(order)
        text = await asyncio.to_thread(export_text, wish.layout, order, rows, at, profile)
        try:
            await asyncio.to_thread(write_new, path, text)
        except FileExists as error:
            if not await self.push_screen_wait(Confirm(f"{error.message} Replace it?")):
                return ""
            await asyncio.to_thread(write_new, path, text, replace=True)
        masked = "UNMASKED" if wish.layout.unmasked else "masked"
        self.setup.audit(f"{len(rows)} SMS of order {order.order_id} exported, {masked}: {path}")
        return f"{len(rows)} SMS written, {masked}: {path}"

    def _file_stem(self, order: Order) -> str:
        """Return a name for a file about `order`; no number that is in its reference."""
        from sms_monitor.core.privacy import mask_numbers_in
        from sms_monitor.core.send_window import OSLO

        name = re.sub(r"[^\w.-]+", "-", order.name).strip("-.")[:40]
        if not name or mask_numbers_in(order.name) != order.name:
            name = order.order_id[:8]
        return f"sms-{name}-{self._now().astimezone(OSLO):%Y-%m-%d}"
