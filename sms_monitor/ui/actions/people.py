"""Did this person get the SMS?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import work

from sms_monitor.ui.actions.base import ActingApp
from sms_monitor.ui.terminal import DIALOG

if TYPE_CHECKING:
    from sms_monitor.core.person import Hit, Person


class PeopleActions(ActingApp):
    """Find a person, and the same person elsewhere."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action == "same_person":
            return bool(self.screen_stack) and self.monitor.sms_table.row is not None
        return super().check_action(action, parameters)

    @work(group=DIALOG, exclusive=True)
    async def action_find(self, text: str = "") -> None:
        """Go to the newest SMS of a person; asks for the number when `text` names nobody."""
        from sms_monitor.core.person import parse_person, unread
        from sms_monitor.ui.screens.find_person import FindPerson

        person = parse_person(text)
        if person is None or not self._hits(person):
            person = await self.push_screen_wait(FindPerson(self._nobody, text))
        hits = self._hits(person) if person is not None else []
        if person is not None and hits:
            self._go_to(hits[0])
            told = _told(person, hits, len(unread(self.board)), self.display_clock.now())
            self.tell(told)
            self.monitor.show_answer(told)

    @work(group=DIALOG, exclusive=True)
    async def action_same_person(self) -> None:
        """Choose between the orders that have the person under the cursor."""
        from sms_monitor.core.person import person_of

        row = self.monitor.sms_table.row
        person = person_of(row.notification.recipient) if row is not None else None
        if person is None:
            self.tell_bad("This SMS does not say whom it was for.")
            return
        from sms_monitor.ui.screens.find_person import Everywhere

        hits, now = self._hits(person), self.display_clock.now()
        chosen = await self.push_screen_wait(Everywhere(person, hits, now))
        if chosen is not None:
            self._go_to(chosen)

    def _hits(self, person: Person) -> list[Hit]:
        from sms_monitor.core.person import find_person

        return find_person(self.board, person)

    async def _nobody(self, person: Person) -> str:
        """Return "" when somebody is found, else where was looked in vain."""
        from sms_monitor.core.person import nowhere

        if self._hits(person):
            return ""
        sentence = nowhere(person, self.board)
        if self.watching is not None:
            past = await self.watching.history.past_hits(person, self.board)
            if past:
                return f"{sentence} History: {past[0].told(self.display_clock.now())}"
        return f"{sentence} Is the right order watched?"

    def _go_to(self, hit: Hit) -> None:
        telling = next((r for r in hit.rows if r.last_update == hit.at), hit.rows[0])
        self.monitor.go_to(hit.order.order_id, telling.id)


def _told(person: Person, hits: Sequence[Hit], missing: int, now: datetime) -> str:
    """`+47••••••99: no, KOM-118 14:19:02 (Failed_BarredReceiver). Also in 2 other orders, *`."""
    from sms_monitor.core.durations import oslo_time
    from sms_monitor.core.person import Answer

    newest = hits[0]
    what = ", ".join(dict.fromkeys(row.status for row in newest.rows))
    sentence = (
        f"{person.name}: {newest.answer}, {newest.order.name} {oslo_time(newest.at, now)} ({what})."
    )
    if len(hits) > 1:
        yes = sum(hit.answer is Answer.YES for hit in hits[1:])
        arrived = f", yes in {yes} of them" if yes else ""
        sentence += f" Also in {len(hits) - 1} more{arrived}: * shows them."
    if missing:
        sentence += f" {missing} watched orders could not be read."
    return f"{sentence} {person.doubt}".strip()
