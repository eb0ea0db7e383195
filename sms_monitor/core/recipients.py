"""Who the SMS of one order are for: which share a phone, a person or an organisation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sms_monitor.core.privacy import country_code, normal_number

if TYPE_CHECKING:
    from sms_monitor.core.models import Recipient
    from sms_monitor.core.order import Row


def recipient_keys(recipient: Recipient) -> tuple[str, ...]:
    """Return what an SMS can be found by: `+4799112233`, `org 910026623`, `nin 01017012345`."""
    keys = (number_key(recipient), organization_key(recipient), person_key(recipient))
    return tuple(filter(None, keys))


def number_key(recipient: Recipient) -> str:
    """Return the number in its one written form; "" for none."""
    return normal_number((recipient.mobile_number or "").strip())


def organization_key(recipient: Recipient) -> str:
    """Return the key of the organisation; "" for none."""
    return f"org {recipient.organization_number}" if recipient.organization_number else ""


def person_key(recipient: Recipient) -> str:
    """Return the key of the person; "" for none."""
    number = recipient.national_identity_number
    return f"nin {number}" if number else ""


class Recipients:
    """Of all rows of an order; holds for as long as none comes, goes or is for somebody else."""

    def __init__(self, rows: Iterable[Row]) -> None:
        ids, recipients = [], []
        for row in rows:
            ids.append(row.id)
            recipients.append(row.notification.recipient)
        self._only: dict[str, str] = {}
        """By key the id of a row; of several the last one."""
        self._several: dict[str, list[str]] = {}
        """All of these, in the order of the rows."""
        for key_of in (number_key, organization_key, person_key):
            keys = list(map(key_of, recipients))
            self._only.update(zip(keys, ids, strict=True))
            self._several |= _shared(ids, keys)
        self._only.pop("", None)
        numbers = [r.mobile_number or "" for r in recipients]
        self.by_country = Counter(filter(None, map(foreign_code, numbers)))
        """How many SMS go to each foreign country code."""

    def ids(self, key: str) -> Sequence[str]:
        """Return the ids of the rows that have this one of `recipient_keys`."""
        only = self._only.get(key)
        return () if only is None else self._several.get(key, (only,))


def foreign_code(number: str | None) -> str:
    """Return the country code of a foreign number, without its `+`; "" for any other."""
    if not number or number.startswith("+47"):
        return ""
    code = country_code(normal_number(number))
    return "" if code == "47" else code


def _shared(ids: Sequence[str], keys: Sequence[str]) -> Mapping[str, list[str]]:
    """Return the ids by key, for the keys that more than one has; "" is no key."""
    # nearly all keys of 100,000 rows are alone: counting them is quick, a list for each is not
    shared: dict[str, list[str]] = {
        key: [] for key, count in Counter(keys).items() if key and count > 1
    }
    if shared:
        for key, row_id in zip(keys, ids, strict=True):
            if key in shared:
                shared[key].append(row_id)
    return shared
