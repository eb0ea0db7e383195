"""A property that is worked out once, when it is first asked for.

`functools.cached_property` of Python 3.11 has one lock for all instances of a class: while a
thread works something out of 100,000 SMS, the screen would wait to hear of another order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

_T = TypeVar("_T")
_Self = TypeVar("_Self")


class lazy(Generic[_Self, _T]):  # noqa: N801
    """Keeps what `work_out` returns among the attributes of the instance.

    Two threads that ask at once both work it out, and either result is kept.
    """

    def __init__(self, work_out: Callable[[_Self], _T]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> lazy[_Self, _T]: ...

    @overload
    def __get__(self, instance: _Self, owner: type[Any]) -> _T: ...

    def __get__(self, instance: _Self | None, owner: type[Any]) -> lazy[_Self, _T] | _T:
        """Return the value; Python finds it in the instance from then on."""
        if instance is None:
            return self
        value = vars(instance)[self._name] = self._work_out(instance)
        return value
