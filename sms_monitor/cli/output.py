"""Writing data to stdout."""

from __future__ import annotations

from sms_monitor.core.errors import StorageError


def write_line(text: str) -> None:
    """Write a line, or several, at once: whoever reads a pipe need not wait for the end.

    Raises:
        StorageError: It cannot be written, because the disk is full for example.
        BrokenPipeError: Nobody reads it any more.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StorageError(
            f"The output cannot be written: {error.strerror or error}.",
            "Send it to another place, then try again.",
        ) from error
