"""Text that wraps and is never markup."""

from __future__ import annotations

from textual.widgets import Static


class Words(Static):
    """A `Static` for sentences; `update` with a plain text or a `Content`."""

    DEFAULT_CSS = "Words { height: auto; text-wrap: wrap; text-overflow: fold; }"

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(text, id=id, markup=False)
