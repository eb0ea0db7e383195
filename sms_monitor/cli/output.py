"""Writing data to stdout, and words for who sits there."""

from __future__ import annotations

import json
import re
import shutil
import sys
import textwrap
from collections.abc import Mapping

from sms_monitor.core.errors import StorageError

_HANGING = re.compile(r" *\S.*? {2,}| +")
"""What stands before the text of a line that is indented, or is one of a list."""


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


def wrapped(text: str, indent: int = 0) -> list[str]:
    """Return the lines of `text`, each broken to fit the terminal when stdout is one.

    `indent` columns are taken already. What follows two spaces inside a line, as in a list of
    words and their meanings, goes on below itself. Long words, such as paths, stay whole.
    """
    lines = text.splitlines()
    if sys.stdout is None or not sys.stdout.isatty():
        return lines
    width = max(20, shutil.get_terminal_size().columns - indent)
    return [part for line in lines for part in _broken(line, width)]


def _broken(line: str, width: int) -> list[str]:
    found = _HANGING.match(line)
    return textwrap.wrap(
        line,
        width,
        subsequent_indent=" " * (found.end() if found and found.end() <= width // 2 else 0),
        drop_whitespace=True,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def say(text: str) -> None:
    """Print `text` for a person, broken to fit the terminal."""
    print("\n".join(wrapped(text)))


def _cannot_write(error: OSError) -> StorageError:
    return StorageError(
        f"The output cannot be written: {error.strerror or error}.",
        "Send it to another place, then try again.",
    )
