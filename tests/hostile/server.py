"""An API, all of whose texts are hostile."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sms_monitor.simulator.messages import Answer, Request

ORDER = "f1a1cc30-197f-4f34-8304-006ce4945fd1"
EMPTY = "0d7e4a52-9f1c-4d3a-8a54-4c3f8b7d0a01"
UNKNOWN = "9f1c0d7e-4a52-4d3a-8a54-4c3f8b7d0a02"
ORDERS = (ORDER, EMPTY, UNKNOWN)

TEXTS = (
    "[/red]\x1b]52;c;Q0FOQVJZ\x07[@click=app.quit]x[/]",
    "\x1b]0;CANARY\x07\x9b2JCANARY\x1b[2J\x1b[?1049l",
    "CA\u202eNARY\u2066x\u200b\u200d\ufeff\u00ad",
    "e\u0301\u0300\u0302" * 30,
    "日本語テスト" * 20,
    "👩\u200d👩\u200d👧🇳🇴☎\ufe0f\U0001f44d\U0001f3fd" * 8,
    "\x00\x08\x7f\r\n\t\x85\u2028\x0e",
    "A" * 3000,
    "\u0301\u0301",
    "\\[b]%s{}{0}$text-error [",
    "=1+1|`<b>&amp;",
    "",
    " ",
    "مرحبا שלום",
)
"""What each text of the API is, in turn; a count of them shows which row is looked at."""

STATUSES = ("Failed_", "Odd_", "Failed", "New", "Accepted", "")
"""What a status begins with: known, unknown, and none."""


class HostileApi:
    """Answers with `TEXTS` in every field; `turn` is the first one, and moves them all by one."""

    def __init__(self, now: Callable[[], datetime], texts: Sequence[str] = TEXTS) -> None:
        self.now = now
        self.texts = texts
        self.turn = 0
        self.refuses = False

    def text(self, number: int) -> str:
        return self.texts[(number + self.turn) % len(self.texts)]

    def respond(self, request: Request) -> Answer:
        path = request.target.partition("?")[0]
        if self.refuses or UNKNOWN in path:
            return Answer(500, self.text(0).encode("utf-8", "replace"), "text/plain")
        order_id = EMPTY if EMPTY in path else ORDER
        if path.endswith("/sms"):
            body = self._summary(order_id)
        elif path.endswith("/status"):
            body = self._status(order_id)
        elif path.endswith("/orders"):
            body = {"count": 2, "orders": [self._order(ORDER), self._order(self.text(3))]}
        else:
            body = self._order(order_id)
        return Answer(200, json.dumps(body).encode(), "application/json; charset=utf-8")

    def _at(self, number: int) -> str:
        return (self.now() - timedelta(hours=number)).isoformat()

    def _summary(self, order_id: str) -> dict:
        rows = [self._row(number) for number in range(40)] if order_id == ORDER else []
        return {
            "orderId": order_id,
            "sendersReference": self.text(5),
            "generated": len(rows),
            "succeeded": 7,
            "notifications": rows,
        }

    def _row(self, number: int) -> dict:
        one = self.text(number)
        return {
            "id": f"{number:02}{self.texts[number % len(self.texts)]}",
            "succeeded": False,
            "recipient": {
                "mobileNumber": one,
                "organizationNumber": self.text(number + 1),
                "nationalIdentityNumber": self.text(number + 2),
            },
            "sendStatus": {
                "status": f"{STATUSES[number % len(STATUSES)]}{one if number % 3 else ''}",
                "description": f"(TTL) {one}" if number % 5 == 0 else one,
                "lastUpdate": self._at(number),
            },
        }

    def _status(self, order_id: str) -> dict:
        return {
            **self._head(order_id),
            "processingStatus": {
                "status": self.text(0),
                "description": self.text(1),
                "lastUpdate": self._at(1),
            },
        }

    def _head(self, order_id: str) -> dict:
        return {
            "id": order_id,
            "sendersReference": self.text(2),
            "requestedSendTime": self._at(3),
            "creator": self.text(3),
            "created": self._at(4),
            "notificationChannel": self.text(4),
        }

    def _order(self, order_id: str) -> dict:
        recipients = [
            {"mobileNumber": one, "emailAddress": one, "nationalIdentityNumber": one}
            for one in self.texts
        ]
        return {
            **self._head(order_id),
            "recipients": recipients,
            "smsTemplate": {"senderNumber": self.text(0), "body": "\n".join(self.texts)},
            "conditionEndpoint": self.text(1),
            "resourceId": self.text(2),
            "ignoreReservation": True,
        }
