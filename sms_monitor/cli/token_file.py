"""`--token-file FILE|-`: a token for this run, in place of the profile's own sign-in."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import NamedTuple

from sms_monitor.core.errors import ConfigError
from sms_monitor.services.credentials import Secret, read_secret, read_stream
from sms_monitor.services.profile_choice import TOKEN_VARIABLE
from sms_monitor.services.reference import Reference

OPTION = "--token-file"


class GivenToken(NamedTuple):
    """What `--token-file` gives."""

    reference: Reference
    secret: Secret | None
    """The token itself when it can be read only once; else the file is read each time anew."""


def given_token(text: str | None) -> GivenToken | None:
    """Return what the option's value means; None when it was not given.

    Raises:
        ConfigError: Standard input is to be read, and it is a terminal or closed.
        SignInError: There is nothing in it, or others could read the file.
    """
    if text is None:
        return None
    if text == "-":
        return GivenToken(_held(), _from_stdin())
    reference = Reference(file=Path(text).expanduser().absolute())
    # what is wrong with it is told now, not once for each order
    secret = asyncio.run(read_secret(reference, {}))
    if reference.file is not None and reference.file.is_file():
        return GivenToken(reference, None)
    # a pipe gives what it holds once
    return GivenToken(_held(), secret)


def _held() -> Reference:
    """Return the place a token is kept at that no file gives again."""
    return Reference(env=TOKEN_VARIABLE)


def _from_stdin() -> Secret:
    # a token that is typed would be on the screen; and nothing says that it is waited for
    if sys.stdin is None or sys.stdin.isatty():
        raise ConfigError(
            f"{OPTION} - reads the token from standard input, and nothing is piped in.",
            f"Pipe it in, as in: PROGRAM | sms-monitor status {OPTION} -; or name a file.",
        )
    return read_stream(sys.stdin.buffer, "Standard input")
