"""Why an order has no SMS, and what to do about it, in two languages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sms_monitor.core.durations import duration, oslo_time
from sms_monitor.core.language import Bilingual, Language
from sms_monitor.core.models import OrderStatus

LATE_AFTER = timedelta(minutes=15)
"""After the requested time; the SMS of an order are normally made within a minute or two."""


class Explanation(NamedTuple):
    """Two sentences or so, in one language."""

    reason: str
    next_step: str


def explain_empty(
    order_status: OrderStatus | None, now: datetime, language: Language = "en"
) -> Explanation:
    """Return why an order has no SMS at `now` (UTC), and what to do.

    `order_status` is the answer of `GET orders/{id}/status`, None when there is none yet. In
    that answer `Completed` also stands for `Processed`: made, not all of them final.
    """
    reason, next_step = _explain(order_status, now, language)
    return Explanation(reason.said(language), next_step.said(language))


def _explain(
    order_status: OrderStatus | None, now: datetime, language: Language
) -> tuple[Bilingual, Bilingual]:
    if order_status is None:
        return (
            Bilingual(
                "No SMS so far. Why is not known yet: the order's own status has not been read.",
                "Ingen SMS så langt. Hvorfor vet vi ikke ennå: ordrens egen status er ikke lest.",
            ),
            _LOOK_AGAIN,
        )
    if order_status.notification_channel == "Email":
        return _EMAIL_ONLY
    match order_status.processing_status.status:
        case "Registered":
            return _registered(order_status.requested_send_time, now, language)
        case "Completed" | "Processed" if order_status.sms_generated:
            return _made_meanwhile(order_status)
        case status if status in _WORDS:
            return _WORDS[status]
        case unknown:
            return _unknown(unknown, order_status.processing_status.description)


_LOOK_AGAIN = Bilingual(
    "Wait for the next look, or press r.", "Vent til neste oppslag, eller trykk r."
)
_NO_MORE = Bilingual(
    "If the message still matters, ask the sender whether a new order was placed.",
    "Er innholdet fortsatt aktuelt, spør avsenderen om det er bestilt på nytt.",
)
_EMAIL_ONLY = (
    Bilingual("An e-mail order: it has no SMS.", "En e-postordre: den har ingen SMS."),
    Bilingual(
        "Look for the e-mail, also in the spam folder. Altinn's list of e-mails tells its status.",
        "Se etter e-posten, også i søppelpost. Statusen står i Altinns liste over e-poster.",
    ),
)
_HANDLED = (
    Bilingual(
        "Altinn has handled the order, and there was nothing to send by SMS. "
        "Look for e-mail of the same order.",
        "Altinn har behandlet ordren, og det var ingenting å sende på SMS. "
        "Se etter e-post fra samme ordre.",
    ),
    Bilingual(
        "Ask the sender which channel and which recipients the order was for.",
        "Spør avsenderen hvilken kanal og hvilke mottakere ordren gjaldt.",
    ),
)
_WORDS = {
    "Processing": (
        Bilingual(
            "Altinn is making the SMS of this order now; they appear all at once.",
            "Altinn oppretter SMS-ene i denne ordren nå; de kommer alle på én gang.",
        ),
        Bilingual(
            "Wait some minutes. If it stays so for 15, report the order id to Altinn.",
            "Vent noen minutter. Blir det stående slik i 15, meld ordre-id til Altinn.",
        ),
    ),
    "Completed": _HANDLED,
    "Processed": _HANDLED,
    "SendConditionNotMet": (
        Bilingual(
            "The sender's condition for sending was not met: no SMS will be sent.",
            "Avsenderens sendebetingelse var ikke oppfylt: ingen SMS blir sendt.",
        ),
        Bilingual(
            "This is as the sender asked. If it is wrong, the sender looks at the condition and "
            "places a new order.",
            "Dette er slik avsenderen har bestilt. Er det feil, må avsenderen se på betingelsen "
            "og bestille på nytt.",
        ),
    ),
    "Cancelled": (
        Bilingual(
            "The order was cancelled before it was sent: no SMS will be sent.",
            "Ordren ble kansellert før utsending: ingen SMS blir sendt.",
        ),
        _NO_MORE,
    ),
}
"""By processing status, where it says all there is to say."""


def _registered(
    requested: datetime | None, now: datetime, language: Language
) -> tuple[Bilingual, Bilingual]:
    if requested is None:
        return (
            Bilingual(
                "The order is registered and waits for its send time, which is not known.",
                "Ordren er registrert og venter på sendetidspunktet, som vi ikke kjenner.",
            ),
            Bilingual("Ask the sender when it is due.", "Spør avsenderen når den skal sendes."),
        )
    when = oslo_time(requested, now, language)
    if requested > now:
        left = duration(requested - now, language)
        return (
            Bilingual(
                f"Not due yet: the sender asked for {when} Oslo time (in {left}).",
                f"Skal ikke sendes ennå: avsenderen har bedt om {when} norsk tid (om {left}).",
            ),
            Bilingual("Wait until then: this is normal.", "Vent til da: dette er normalt."),
        )
    late = now - requested >= LATE_AFTER
    return (
        Bilingual(
            f"Due since {when} Oslo time; the SMS are normally made within minutes.",
            f"Skulle vært behandlet {when} norsk tid; SMS-ene opprettes normalt på få minutter.",
        ),
        Bilingual("Report the order id to Altinn.", "Meld ordre-id til Altinn.")
        if late
        else Bilingual(
            "Wait. After 15 minutes report the order id to Altinn.",
            "Vent. Etter 15 minutter melder du ordre-id til Altinn.",
        ),
    )


def _made_meanwhile(order_status: OrderStatus) -> tuple[Bilingual, Bilingual]:
    """The list and the status are two requests: SMS can be made between them."""
    made = order_status.sms_generated
    final = "All notifications have a final" in (order_status.processing_status.description or "")
    return (
        Bilingual(
            f"Altinn says that it has made {made} SMS of this order"
            f"{', and all of them are final' if final else ''}; they were not in the list yet.",
            f"Altinn sier at det er opprettet {made} SMS i denne ordren"
            f"{', og at alle er endelige' if final else ''}; de sto ikke i listen ennå.",
        ),
        _LOOK_AGAIN,
    )


def _unknown(status: str, description: str | None) -> tuple[Bilingual, Bilingual]:
    return (
        Bilingual(
            f"The order is {status}, which this version does not know."
            f"{f' The API says: {description}' if description else ''}",
            f"Ordren er {status}, som denne versjonen ikke kjenner."
            f"{f' API-et sier: {description}' if description else ''}",
        ),
        Bilingual(
            "If that does not say what to do, report the order id to Altinn.",
            "Sier ikke det hva du skal gjøre, meld ordre-id til Altinn.",
        ),
    )
