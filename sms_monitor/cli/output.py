"""Writing data to stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

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
        raise _cannot_write(error) from error


def write_json(fields: Mapping[str, object]) -> None:
    """Write an object on a line of its own; raises as `write_line`.

    On a stdout that is not UTF-8 other letters than ASCII's are escaped, so that none is lost.
    """
    encoding = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "")
    write_line(json.dumps(fields, ensure_ascii=encoding != "utf8"))


def write_whole(text: str) -> None:
    """Write a whole file to stdout: UTF-8 and its own line ends, whatever the terminal has.

    Raises as `write_line`.
    """
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _cannot_write(error) from error


def _cannot_write(error: OSError) -> StorageError:
    return StorageError(
        f"The output cannot be written: {error.strerror or error}.",
        "Send it to another place, then try again.",
    )
