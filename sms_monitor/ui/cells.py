"""Values as table cells and header words, with the colours of the phases.

Glyph and word carry the meaning; the colour repeats it. Colours are theme variables, so a
change of theme recolours what is on the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from textual.content import Content

from sms_monitor.core.durations import age, oslo_time
from sms_monitor.core.errors import Kind
from sms_monitor.core.guidance import guidance_for
from sms_monitor.core.language import Language
from sms_monitor.core.models import OrderStatus
from sms_monitor.core.notes import standing_note
from sms_monitor.core.order import Order, Row
from sms_monitor.core.phase import FAULTS, SETTLED, Phase
from sms_monitor.core.privacy import recipient_text
from sms_monitor.core.sparkline import sparkline
from sms_monitor.core.tally import Tally
from sms_monitor.ui.marks import MARK

STYLE: dict[Phase, str] = {
    Phase.FAILED: "bold $text-error",
    Phase.DEAD: "bold $text-warning",
    Phase.STUCK: "bold $text-warning",
    Phase.UNKNOWN: "$text-accent",
    Phase.IN_FLIGHT: "$text-primary",
    Phase.WAITING: "$text-muted",
    Phase.CONFIRMED: "$text-success",
}
ERROR_STYLE = "bold $text-error"
MUTED = "$text-muted"

_ERROR_WORDS: dict[Kind, str] = {
    "not_found": "not found",
    "unauthorized": "sign-in refused",
    "forbidden": "no access",
    "bad_request": "not an order",
    "rate_limited": "slow down",
    "server": "server error",
    "unreachable": "no answer",
    "timeout": "no answer",
    "invalid_body": "bad answer",
    "sign_in": "no sign-in",
}


def status_cell(row: Row, *, marked: bool = False) -> Content:
    """Glyph, mark and status, without the `Failed_` that the glyph says; its phase if it differs.

    The mark stands where there is a space without it, so that nothing moves.
    """
    status = row.status.removeprefix("Failed_") or row.status
    if row.phase in (Phase.STUCK, Phase.DEAD, Phase.WAITING):
        status = f"{status}, {row.phase}"
    return Content.styled(f"{row.phase.glyph}{MARK if marked else ' '}{status}", STYLE[row.phase])


def class_cell(row: Row) -> Content:
    """Where the cause lies."""
    return Content(row.status_class)


def number_cell(row: Row, unmasked: bool) -> Content:
    """Who it was for."""
    return Content(recipient_text(row.notification.recipient, unmasked=unmasked))


def age_cell(row: Row, now: datetime) -> Content:
    """Time since the last update."""
    return Content(age(now - row.last_update))


def updated_cell(row: Row, now: datetime) -> Content:
    """When the last update was, on the clock in Oslo."""
    return Content(oslo_time(row.last_update, now))


def meaning_cell(row: Row, now: datetime, language: Language) -> Content:
    """The status in plain words; what its age says when that says more."""
    if row.phase in (Phase.STUCK, Phase.DEAD, Phase.WAITING):
        return Content(standing_note(row.notification, row.phase, now, language))
    return Content(guidance_for(row.status, language).meaning)


def count_cell(count: int, phase: Phase) -> Content:
    """A number under the heading of its phase, from 10,000 on in thousands; "-" for none."""
    text = f"{count // 1000}k" if count >= 10_000 else str(count)
    return Content.styled(text, STYLE[phase]) if count else Content.styled("-", MUTED)


def tally_cells(tally: Tally) -> tuple[Content, Content, Content, Content]:
    """The counts under X, !, > and +; what waits is on its way too."""
    return (
        count_cell(tally[Phase.FAILED], Phase.FAILED),
        count_cell(tally[Phase.STUCK] + tally[Phase.DEAD], Phase.STUCK),
        count_cell(tally[Phase.IN_FLIGHT] + tally[Phase.WAITING], Phase.IN_FLIGHT),
        count_cell(tally[Phase.CONFIRMED], Phase.CONFIRMED),
    )


def rate_cell(tally: Tally) -> Content:
    """The share of the final SMS that failed; nothing is said while none is final."""
    final = tally[Phase.FAILED] + tally[Phase.CONFIRMED]
    return Content(percent(tally[Phase.FAILED], final)) if final else Content.styled("-", MUTED)


def failures_line(counts: Sequence[int], *, ascii_only: bool) -> Content:
    """Failures by time as a sparkline, of which what is none stays in the background."""
    drawn = zip(counts, sparkline(counts, ascii_only=ascii_only), strict=True)
    runs = groupby(drawn, key=lambda one: one[0] > 0)
    return Content.assemble(
        *(
            ("".join(glyph for _, glyph in run), STYLE[Phase.FAILED] if some else "dim")
            for some, run in runs
        )
    )


def percent(part: int, whole: int) -> str:
    """One decimal, and never 100.0 or 0.0 when it is not exactly that; `whole` is not 0."""
    if part in (0, whole):
        return f"{100 * part // whole}%"
    return f"{min(max(100 * part / whole, 0.1), 99.9):.1f}%"


def order_glyph(order: Order) -> Content:
    """The worst that is true of an order, as one cell: a phase, `=` for none, `?` for no answer."""
    if order.summary is None:
        return Content.styled("?" if order.error else " ", STYLE[Phase.UNKNOWN])
    worst = order.worst
    return Content.styled(worst.glyph, STYLE[worst]) if worst else Content.styled("=", MUTED)


def order_note(order: Order) -> Content | None:
    """Why an order has no tally to show, in a word or two; None when it has one."""
    if order.summary is None:
        if order.error is None:
            # of the past: nobody was going to ask
            known = order.asked is not None or order.next_poll is not None
            return Content.styled("asking" if known else "not seen yet", MUTED)
        return Content.styled(_ERROR_WORDS.get(order.error.kind, order.error.kind), ERROR_STYLE)
    if not order.rows:
        return Content.styled(_why_empty(order.order_status), MUTED)
    if set(order.tally.phases) == {Phase.WAITING}:
        return Content.styled(f"{order.tally.generated} wait for 09:00", STYLE[Phase.WAITING])
    return None


def _why_empty(order_status: OrderStatus | None) -> str:
    if order_status is None:
        return "no SMS"
    if order_status.notification_channel == "Email":
        return "no SMS: e-mail"
    return f"no SMS: {order_status.processing_status.status}"


def totals(tally: Tally) -> Content:
    """Counts by phase, worst first: `X17 !9 >541 .320 +3059`; phases with none are left out."""
    counts = {phase: tally[phase] for phase in Phase}
    # dead and stuck share a glyph
    counts[Phase.DEAD] += counts.pop(Phase.STUCK)
    return Content(" ").join(
        Content.styled(f"{phase.glyph}{count}", STYLE[phase])
        for phase, count in counts.items()
        if count
    )


def tally_words(tally: Tally) -> Content:
    """Counts by phase in words, worst first: `12 failed  3 stuck  41 in flight`."""
    return Content("  ").join(
        Content.styled(f"{count} {phase.replace('_', ' ')}", STYLE[phase])
        for phase in Phase
        if (count := tally[phase])
    )


def finality(row: Row) -> str:
    """Whether the SMS can still be expected to change, in a word."""
    if row.phase is Phase.DEAD:
        return "will never change"
    if row.phase in SETTLED:
        return "final"
    return "late, not final" if row.phase in FAULTS else "not final"
