"""`[thresholds]` of the config file."""

from __future__ import annotations

from dataclasses import fields

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from sms_monitor.core.thresholds import DEFAULT_THRESHOLDS, Thresholds

RANGES: dict[str, tuple[float, float, str]] = {
    "abnormal_failures": (1, 1_000_000, "SMS"),
    "abnormal_percent": (0, 100, "percent"),
    "abnormal_times_median": (1, 100, "times"),
    "outage_percent": (0, 100, "percent"),
    "outage_minutes": (1, 1440, "minutes"),
    "stalled_minutes": (1, 1440, "minutes"),
    "same_minute": (2, 1_000_000, "SMS"),
}
"""Least and most that makes sense, and the unit."""


def in_range(value: float, limits: tuple[float, float, str]) -> float:
    """Return `value` when it is within `limits`: least, most, unit; else raise for the sentence."""
    least, most, unit = limits
    if not least <= value <= most:
        raise PydanticCustomError("rule", f"is {value:g}; allowed: {least:g} to {most:.0f} {unit}")
    return value


class ThresholdTable(BaseModel):
    """The table as it is written; what each number does is told in `core.thresholds`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    abnormal_failures: int = DEFAULT_THRESHOLDS.abnormal_failures
    abnormal_percent: float = DEFAULT_THRESHOLDS.abnormal_percent
    abnormal_times_median: float = DEFAULT_THRESHOLDS.abnormal_times_median
    outage_percent: float = DEFAULT_THRESHOLDS.outage_percent
    outage_minutes: float = DEFAULT_THRESHOLDS.outage_minutes
    stalled_minutes: float = DEFAULT_THRESHOLDS.stalled_minutes
    same_minute: int = DEFAULT_THRESHOLDS.same_minute

    @field_validator("*")
    @classmethod
    def _is_in_range(cls, value: float, info: ValidationInfo) -> float:
        return in_range(value, RANGES[info.field_name or ""])

    @property
    def thresholds(self) -> Thresholds:
        """The numbers as core takes them."""
        return Thresholds(**{field.name: getattr(self, field.name) for field in fields(Thresholds)})
