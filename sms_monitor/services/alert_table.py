"""`[alerts]` of the config file."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated

from pydantic import BeforeValidator, InstanceOf, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from sms_monitor.core.alerts import Alerting, AlertRules, Notify
from sms_monitor.core.quiet_hours import QuietHours, parse_quiet_hours
from sms_monitor.services.reference import Table, arguments
from sms_monitor.services.threshold_table import in_range

_RANGES: dict[str, tuple[float, float, str]] = {
    "failed": (0, 1_000_000, "SMS"),
    "late": (0, 1_000_000, "SMS"),
    "rate_percent": (0, 100, "percent"),
    "rate_of": (1, 1_000_000, "SMS"),
}
"""Least and most that makes sense, and the unit."""


def _to_quiet_hours(value: object) -> object:
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "must be a text in quotes")
    try:
        return parse_quiet_hours(value)
    except ValueError as error:
        raise PydanticCustomError("rule", str(error)) from None


class AlertTable(Table):
    """The table as it is written; what the rules mean is told in `core.alerts`."""

    failed: int = AlertRules().failed
    late: int = AlertRules().late
    rate_percent: float = AlertRules().rate_percent
    rate_of: int = AlertRules().rate_of
    final: bool = AlertRules().final
    bell: bool = Alerting().bell
    notify: Notify = Alerting().notify
    quiet: Annotated[InstanceOf[QuietHours] | None, BeforeValidator(_to_quiet_hours)] = None
    hook: Annotated[tuple[str, ...], BeforeValidator(arguments)] = ()
    """A program and its arguments, run for each alert; empty for none."""

    @field_validator(*_RANGES)
    @classmethod
    def _is_in_range(cls, value: float, info: ValidationInfo) -> float:
        return in_range(value, _RANGES[info.field_name or ""])

    @property
    def alerting(self) -> Alerting:
        """The table as core takes it."""
        rules = {field.name: getattr(self, field.name) for field in fields(AlertRules)}
        return Alerting(AlertRules(**rules), self.bell, self.notify, self.quiet)
