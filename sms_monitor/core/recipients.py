"""Who the SMS of one order are for: which share a phone, a person or an organisation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sms_monitor.core.privacy import country_code, normal_number

if TYPE_CHECKING:
    from sms_monitor.core.order import Row


class Recipients:
    """Of all rows of an order; holds for as long as none comes, goes or is for somebody else."""

    def __init__(self, rows: Iterable[Row]) -> None:
        ids, recipients = [], []
        for row in rows:
            ids.append(row.id)
            recipients.append(row.notification.recipient)
        numbers = [r.mobile_number or "" for r in recipients]
        self.by_number = _shared(ids, list(map(normal_number, numbers)))
        """By number in its one written form, the ids of the rows."""
        self.by_person = _shared(ids, [r.national_identity_number or "" for r in recipients])
        self.by_organization = _shared(ids, [r.organization_number or "" for r in recipients])
        self.by_country = Counter(filter(None, map(foreign_code, numbers)))
        """How many SMS go to each foreign country code."""


def foreign_code(number: str | None) -> str:
    """Return the country code of a foreign number, without its `+`; "" for any other."""
    if not number or number.startswith("+47"):
        return ""
    code = country_code(normal_number(number))
    return "" if code == "47" else code


def _shared(ids: Sequence[str], keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
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
