"""What a status means, why, and what to do next: the words support staff read to a caller.

Sources: `SmsNotificationSummaryService.cs` (descriptions), `SmsSendResultMapper.cs` and
`SmsClient.cs` (what the operator's reports become) in Altinn/altinn-notifications, and the
operator's own status list (LINK Mobility, gateway delivery states).
"""

from __future__ import annotations

from dataclasses import dataclass

from sms_monitor.core.models import Notification
from sms_monitor.core.phase import Phase
from sms_monitor.core.status import FAILED_TTL, is_failed


@dataclass(frozen=True, slots=True)
class Guidance:
    """Plain sentences about a status; true of it at any age (see `next_step_for`)."""

    meaning: str
    """At most 90 characters."""
    cause: str
    """At most 200 characters."""
    next_step: str
    """At most 240 characters."""


GUIDANCE: dict[str, Guidance] = {
    "New": Guidance(
        meaning="Created in Altinn, not picked up for sending yet.",
        cause="SMS are handed over 09:00-17:00 Oslo time, every day. Inside those hours a new SMS "
        "is picked up within minutes; a large order takes longer.",
        next_step="Outside 09:00-17:00: wait, this is normal. Inside: wait 15 minutes, then report "
        "the order id and the notification id to Altinn.",
    ),
    "Sending": Guidance(
        meaning="Altinn is handing it over to the SMS provider.",
        cause="Normal for seconds. The provider is tried again for an hour when it does not "
        "answer; after that the SMS is set aside and stays like this.",
        next_step="Do not order again within 2 hours: the person could get two. After 2 hours "
        "report the order id and the notification id to Altinn.",
    ),
    "Accepted": Guidance(
        meaning="The SMS provider has it. The phone has not confirmed it: not delivered yet.",
        cause="Phone off, without coverage, abroad or full; or an operator that sends no receipts. "
        "Altinn counts this as succeeded, but nobody knows yet.",
        next_step="Ask the person to turn the phone on and check coverage. The operator keeps "
        "trying for up to 48 hours; without a receipt it then becomes Failed (TTL).",
    ),
    "Delivered": Guidance(
        meaning="The phone confirmed receipt. Nobody can see whether it was read.",
        cause="The operator reported delivery. In a test environment only numbers on Digdir's list "
        "get a real SMS.",
        next_step="If they cannot find it: look in other message threads, the spam folder and "
        "blocked senders, and check that this is their number and the phone they use.",
    ),
    "Failed": Guidance(
        meaning="Not delivered, and no reason was given.",
        cause="The SMS provider refused it, no operator took it, or the operator never reported "
        "what happened.",
        next_step="One SMS: the sender places a new order once, or uses another channel. Many in "
        "the same minutes: probably an outage; report the order id to Altinn.",
    ),
    FAILED_TTL: Guidance(
        meaning="No receipt came in time and Altinn gave up. It may have arrived all the same.",
        cause="Phone off for 48 hours, a foreign operator that sends no receipts, or a receipt "
        "that was lost or came too late.",
        next_step="Ask the person whether it came. If it did not, check the number; the sender "
        "places a new order. Do not tell them it was not delivered: that is not known.",
    ),
    "Failed_BarredReceiver": Guidance(
        meaning="The operator refused this number: barred, blocked or not in use.",
        cause="Subscription closed, unpaid or barred, number out of use, or the subscriber blocks "
        "SMS from services.",
        next_step="Do not send to this number again. The person puts the right number in the "
        "contact register or Altinn profile (takes up to 10 minutes) or has the bar lifted; "
        "then the sender places a new order.",
    ),
    "Failed_Deleted": Guidance(
        meaning="Removed by the operator before it reached the phone.",
        cause="The message was deleted or purged in the operator's network; sometimes the number "
        "is wrong.",
        next_step="Check the number, then the sender places a new order once. Several of these: "
        "report the order id to Altinn.",
    ),
    "Failed_Expired": Guidance(
        meaning="The operator kept trying until the SMS was too old.",
        cause="Phone off or without coverage the whole time (48 hours; less for one-time codes), "
        "or its inbox is full.",
        next_step="Ask whether the phone is on and has coverage. Then the sender places a new "
        "order, if the message still matters. One-time code: the person asks for a new one.",
    ),
    "Failed_InvalidRecipient": Guidance(
        meaning="The number is not a valid mobile number. The SMS was never sent.",
        cause="Country code missing, too few or too many digits, or not a mobile number "
        "(Norwegian ones begin with 4 or 9).",
        next_step="Correct the number where it came from: the sender's list, the contact register "
        "or the Altinn profile. Then the sender places a new order. Never resend it unchanged.",
    ),
    "Failed_Undelivered": Guidance(
        meaning="There was no way to deliver it: the number is wrong or has no route.",
        cause="Number not in use, a foreign operator that cannot be reached, or rules abroad "
        "(often +34, +66 and +358).",
        next_step="Confirm the number with the person. Foreign number: use e-mail. Several with "
        "one country code: report the order id to Altinn.",
    ),
    "Failed_RecipientNotIdentified": Guidance(
        meaning="No mobile number was found for this recipient. Nothing was sent.",
        cause="The person has no usable number in the contact register, or the organisation has "
        "no notification address in Altinn. Not a fault in the network.",
        next_step="A person updates the contact register at norge.no, an organisation its "
        "notification address in Altinn (takes up to 10 minutes). Then the sender places a "
        "new order.",
    ),
    "Failed_RecipientReserved": Guidance(
        meaning="The person is reserved against electronic communication. Nothing was sent.",
        cause="They have a reservation in the contact register.",
        next_step="Do not work around it. The sender uses paper or another channel, unless the law "
        "lets the sender ignore the reservation.",
    ),
    "Failed_Rejected": Guidance(
        meaning="The SMS provider or the operator rejected the message.",
        cause="Spam filter, a sender name that is not allowed, the content, or the route.",
        next_step="Sending it again gives the same. One SMS: use e-mail. Many with one text or "
        "sender name: stop, and report the order id to the sender and to Altinn.",
    ),
}
"""Every known status: first those of its life, then the ways to fail."""

UNKNOWN_FAILURE = Guidance(
    meaning="The SMS failed, for a reason this version of sms-monitor does not know.",
    cause="Altinn has a newer kind of failure. The API's own text says what it is.",
    next_step="Read the API's text beside this. If it does not say what to do, report the order id "
    "and the notification id to Altinn.",
)
"""For a status that begins with `Failed`."""

UNKNOWN_STATUS = Guidance(
    meaning="A status this version of sms-monitor does not know.",
    cause="Altinn has a newer status. The API's own text says what it is. It is treated as not "
    "final: it may still change.",
    next_step="Read the API's text beside this. Do not tell the person that it came or failed "
    "before the status says so.",
)
"""For any other status."""

_LATER_STEPS: dict[tuple[Phase, str], str] = {
    (Phase.STUCK, "New"): "Report the order id and the notification id to Altinn. Do not order "
    "again while it can still be sent: the person could get two.",
    (Phase.STUCK, "Sending"): "Report the order id and the notification id to Altinn. Do not "
    "order again before they answer: the person could get two.",
    (Phase.DEAD, "New"): "It will never be sent. The sender places a new order, if the message "
    "still matters. Report the order id and the notification id to Altinn.",
    (Phase.DEAD, "Sending"): "It will never change, and may or may not have been sent. Ask the "
    "person; if it did not come, the sender places a new order. Report the order id and the "
    "notification id to Altinn.",
}
"""Where age has overtaken the advice for the status."""


_DEAD: dict[str, Guidance] = {
    "New": Guidance(
        meaning="It was never sent, and never will be.",
        cause="It was not picked up within its validity (48 hours), and Altinn no longer looks at "
        "it. Altinn goes on calling it New.",
        next_step=_LATER_STEPS[Phase.DEAD, "New"],
    ),
    "Sending": Guidance(
        meaning="The SMS provider's answer never came. It may or may not have been sent.",
        cause="The hand-over failed or its answer was lost, and its validity (48 hours) is over. "
        "Altinn goes on calling it Sending.",
        next_step=_LATER_STEPS[Phase.DEAD, "Sending"],
    ),
}


def guidance_for(status: str) -> Guidance:
    """Return the guidance for a status as shown; also for one this version has not heard of."""
    unknown = UNKNOWN_FAILURE if is_failed(status) else UNKNOWN_STATUS
    return GUIDANCE.get(status, unknown)


def guidance_at(status: str, phase: Phase) -> Guidance:
    """Return the guidance for a status, in the words that its age leaves true."""
    return _DEAD.get(status, guidance_for(status)) if phase is Phase.DEAD else guidance_for(status)


def next_step_for(notification: Notification, phase: Phase) -> str:
    """Return what to do about this SMS now: the status's advice until age makes it wrong."""
    status = notification.status
    return _LATER_STEPS.get((phase, status)) or guidance_for(status).next_step
