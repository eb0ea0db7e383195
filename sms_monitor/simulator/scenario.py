"""Orders worked out from plans: what each looks like at any time, from a seed alone."""

from __future__ import annotations

import hashlib
import random
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .lifecycle import Change, Lifecycle, is_final, processing
from .people import Recipient, recipient
from .plan import DELIVERED, Ending, Group, Path, Plan


def guid(seed: int, *names: object) -> str:
    """A GUID that is the same for the same seed and names, lower case with dashes."""
    digest = hashlib.sha256("/".join(map(str, (seed, *names))).encode()).digest()
    return str(UUID(bytes=digest[:16], version=4))


@dataclass(frozen=True, slots=True)
class Sms:
    """One notification with its whole life. `slots[i]` is its place in the table after change i.

    PostgreSQL writes an updated row to another place in the table, and the summary is read in
    table order: so an SMS moves in the answer whenever it changes.
    """

    id: str
    recipient: Recipient
    changes: tuple[Change, ...]
    slots: tuple[float, ...]

    def version(self, at: datetime) -> int:
        """Index of the change in force at `at`, which must not be before the first."""
        version = len(self.changes) - 1
        while self.changes[version].at > at:
            version -= 1
        return version


@dataclass(frozen=True, slots=True)
class Order:
    """An order with its whole life: `changes` of its own and those of its `sms`.

    `moments` are all times at which some SMS changes, sorted. `spare_ticks` are the 100 ns
    digits the server's clock put after the microseconds of `created`, 0 to 9.
    """

    id: str
    plan: Plan
    changes: tuple[Change, ...]
    sms: tuple[Sms, ...]
    moments: tuple[datetime, ...]
    spare_ticks: int

    def processing(self, at: datetime) -> Change | None:
        """The processing status in force at `at`; None before the order exists."""
        known = [change for change in self.changes if change.at <= at]
        return known[-1] if known else None

    def version(self, at: datetime) -> int:
        """How many moments have passed at `at`: the SMS look the same while this is the same."""
        return bisect_right(self.moments, at)

    def sms_at(self, at: datetime) -> list[tuple[Sms, Change]]:
        """The SMS there are at `at` with the change in force, in table order."""
        if not self.version(at):
            return []
        found = [(sms, sms.version(at)) for sms in self.sms]
        found.sort(key=lambda one: one[0].slots[one[1]])
        return [(sms, sms.changes[version]) for sms, version in found]


class Scenario:
    """The orders of one organisation, `creator`, worked out when first asked for.

    `seed` and the plans decide everything; two scenarios of the same are alike in every byte.
    """

    def __init__(self, seed: int, plans: Iterable[Plan], creator: str = "ttd") -> None:
        self.seed = seed
        self.creator = creator
        self._plans = {guid(seed, "order", plan.key): plan for plan in plans}
        self._orders: dict[str, Order] = {}

    def order(self, order_id: str) -> Order | None:
        """The order of a lower case GUID with dashes; None when there is none."""
        plan = self._plans.get(order_id)
        if plan is None:
            return None
        if order_id not in self._orders:
            self._orders[order_id] = _work_out(self.seed, order_id, plan)
        return self._orders[order_id]

    def orders_with(self, reference: str) -> list[Order]:
        """All orders with exactly this sender's reference, upper and lower case told apart."""
        ids = [key for key, plan in self._plans.items() if plan.reference == reference]
        return [order for order in map(self.order, ids) if order is not None]


def _work_out(seed: int, order_id: str, plan: Plan) -> Order:
    rng = random.Random(f"{seed}/{order_id}")
    ticks = rng.randrange(10)
    own = processing(plan, rng)
    sms: tuple[Sms, ...] = ()
    if plan.ending is Ending.GENERATED:
        own, sms = _generate(seed, plan, own, rng)
    moments = tuple(sorted({change.at for one in sms for change in one.changes}))
    return Order(order_id, plan, own, sms, moments, ticks)


def _generate(
    seed: int, plan: Plan, own: tuple[Change, ...], rng: random.Random
) -> tuple[tuple[Change, ...], tuple[Sms, ...]]:
    born = own[-1].at
    if plan.channel != "Sms":
        return (*own, Change(born, "Completed")), ()
    lifecycle = Lifecycle(plan, born, rng)
    made = []
    for place, (person, path, last_at) in enumerate(_fates(plan, rng)):
        changes = lifecycle.changes(path, place, last_at)
        slots = (place, *(rng.uniform(0, plan.recipients) for _ in changes[1:]))
        found = recipient(seed, person, changes[-1].status)
        sms_id = str(UUID(int=rng.getrandbits(128), version=4))
        made.append(Sms(sms_id, found, changes, slots))
    ends = [next((c.at for c in one.changes if is_final(c.status)), None) for one in made]
    known = [end for end in ends if end is not None]
    if len(known) == len(ends):
        own = (*own, Change(max(known, default=born), "Completed"))
    return own, tuple(made)


def _fates(plan: Plan, rng: random.Random) -> list[tuple[int, Path, datetime | None]]:
    """Person, path and the time of the last change (None: natural) of each SMS, shuffled."""
    rest = plan.recipients - sum(group.count for group in plan.groups)
    if rest < 0:
        raise ValueError(f"the groups of {plan.key} hold {-rest} SMS more than the order")
    fates = [
        (path, last_at)
        for group in (*plan.groups, Group(rest, DELIVERED))
        for path, last_at in _spread(group, rng)
    ]
    made = [(plan.first_person + number, *fate) for number, fate in enumerate(fates)]
    rng.shuffle(made)
    return made


def _spread(group: Group, rng: random.Random) -> list[tuple[Path, datetime | None]]:
    if group.between is None:
        return [(group.path, None)] * group.count
    first, last = group.between
    step = (last - first) / max(group.count, 1)
    return [
        (group.path, first + (number + rng.uniform(0.25, 0.75)) * step)
        for number in range(group.count)
    ]
