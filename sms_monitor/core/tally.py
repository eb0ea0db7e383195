"""How many SMS are in each phase, and how many failed of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from sms_monitor.core.lazy import lazy
from sms_monitor.core.phase import FAULTS, SETTLED, Phase
from sms_monitor.core.status import shown_status

if TYPE_CHECKING:
    from sms_monitor.core.order import Row

Kind = tuple[Phase, str, str | None]
"""What many rows share: phase, and the status and its description as the API writes them."""
kind_of: Callable[[Row], Kind] = attrgetter(
    "phase", "notification.send_status.status", "notification.send_status.description"
)
"""Return the kind of a row."""


def count_kinds(rows: Iterable[Row]) -> Counter[Kind]:
    """Return how many rows there are of each kind."""
    return Counter(map(kind_of, rows))


@dataclass(frozen=True)
class Tally:
    """How many SMS are in each phase; counted from the rows, never from the API's numbers.

    What is worked out from the counts is kept: a thousand orders are asked for it each second.
    """

    phases: Mapping[Phase, int]
    failures: Mapping[str, int]
    """Failed SMS by status, worst first as `Counter.most_common`."""

    @classmethod
    def of_kinds(cls, kinds: Mapping[Kind, int]) -> Tally:
        """Add up how many rows there are of each kind."""
        phases: Counter[Phase] = Counter()
        failures: Counter[str] = Counter()
        for (phase, status, description), count in kinds.items():
            phases[phase] += count
            if phase is Phase.FAILED:
                failures[shown_status(status, description)] += count
        return cls(phases, dict(failures.most_common()))

    def __getitem__(self, phase: Phase) -> int:
        """Return how many SMS are in `phase`."""
        return self.phases.get(phase, 0)

    @lazy
    def generated(self) -> int:
        """All SMS."""
        return sum(self.phases.values())

    @lazy
    def faults(self) -> int:
        """SMS that somebody should look at: failed, dead or stuck."""
        return sum(self[phase] for phase in FAULTS)

    @property
    def failure_rate(self) -> float | None:
        """Share of the SMS that are final by the API which failed, 0 to 1; None when none are.

        Of all SMS it would look good for as long as nothing is final.
        """
        final = self[Phase.FAILED] + self[Phase.CONFIRMED]
        return self[Phase.FAILED] / final if final else None

    @lazy
    def final(self) -> bool:
        """Whether there is at least one SMS and none can be expected to change."""
        return 0 < self.generated == sum(self[phase] for phase in SETTLED)


EMPTY_TALLY = Tally({}, {})
