"""The statuses of an SMS and what kind of thing each is.

Source: `SmsNotificationResultType.cs` in Altinn/altinn-notifications, with `Failed` split in
two by its description (`Notification.status`).
"""

from __future__ import annotations

from typing import Literal

StatusClass = Literal["number", "register", "phone", "system", "unknown", "in flight", "ok"]
"""Where the cause lies: the number itself, the contact register (KRR, Altinn profile), the
phone, the sending systems, or nobody knows."""

FAILED_TTL = "Failed (TTL)"
"""How `Failed` is shown when no delivery report ever came: it may have arrived."""

STATUS_CLASS: dict[str, StatusClass] = {
    "Failed": "system",
    "Failed_Rejected": "system",
    "Failed_Deleted": "system",
    "Failed_BarredReceiver": "number",
    "Failed_InvalidRecipient": "number",
    "Failed_Undelivered": "number",
    "Failed_RecipientNotIdentified": "register",
    "Failed_RecipientReserved": "register",
    "Failed_Expired": "phone",
    FAILED_TTL: "unknown",
    "Sending": "in flight",
    "New": "in flight",
    "Accepted": "in flight",
    "Delivered": "ok",
}
"""Every known status, worst first: what somebody must act on for many, then for one, then
what may sort itself out."""

_SEVERITY = {status: rank for rank, status in enumerate(STATUS_CLASS)}
_LIFE = {"New": 0, "Sending": 1, "Accepted": 2}


def shown_status(status: str, description: str | None) -> str:
    """Return a status of the API as people should see it: `Failed` is told from `Failed (TTL)`.

    `SmsNotificationSummaryMapper.MapStatus` sends `Failed_TTL` as plain `Failed`; only the
    description tells, and its wording has changed before, so the token is what counts.
    """
    if status == "Failed_TTL" or (status == "Failed" and "(TTL)" in (description or "")):
        return FAILED_TTL
    return status


def severity(status: str) -> int:
    """Rank of a status, 0 the worst; an unknown failure ranks with the last of the known ones."""
    return _SEVERITY.get(status, _SEVERITY[FAILED_TTL])


def status_class(status: str) -> StatusClass:
    """Class of a status; `unknown` for one this version has not heard of."""
    return STATUS_CLASS.get(status, "unknown")


def is_failed(status: str) -> bool:
    """Whether the SMS failed; also true for a `Failed…` this version has not heard of."""
    return status.startswith("Failed")


def is_settled(status: str) -> bool:
    """Whether the status is one the API calls final. It can still change (rarely)."""
    return status == "Delivered" or is_failed(status)


def is_step_back(before: str, after: str) -> bool:
    """Whether `after` comes earlier in the life New, Sending, Accepted than `before`.

    Nothing is said of where a status stands that this version has not heard of.
    """
    return before in _LIFE and after in _LIFE and _LIFE[after] < _LIFE[before]
