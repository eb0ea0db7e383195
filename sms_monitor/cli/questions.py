"""The questions of `profile add`: each is asked until its answer is one the config takes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from sms_monitor.cli.origins import masked_arguments
from sms_monitor.cli.prompt import refusal, typed
from sms_monitor.core.errors import ConfigError, SignInError
from sms_monitor.services.config import parse_config
from sms_monitor.services.credentials import read_secret
from sms_monitor.services.profile import ALTINN_URLS, is_loopback
from sms_monitor.services.reference import Reference

_ENVIRONMENTS = """\
Which Altinn?
  prod   the real one
  tt02   the one where service owners test
  at22, at23, at24, yt01   Altinn's own
  custom   another address, such as the simulator's"""

_SIGN_INS = """\
How do you sign in?
  maskinporten     with your organisation's own client in Maskinporten and its private key
  token            with Altinn tokens that a program hands out, or that a file holds
  platform-token   with the platform access token of an Altinn app
  none             not at all: only for the simulator on this machine"""

_CLIENT = "The id of the client, as Samarbeidsportalen shows it. It is not secret."

_KID = """\
The name (kid) the key has on the client. Leave it empty when the key is a JWK, which carries
it, or when it lies beside a certificate that is not registered on the client."""

_EXPIRES = """\
The last day the key is registered for, as Samarbeidsportalen shows it, such as 2027-05-01.
You are reminded from 30 days before. Leave it empty when you do not know."""

_CONSUMER = """\
For suppliers: the organisation number of the one you act for. Leave it empty for your own."""

_ADDRESS = """
The address of Maskinporten. The issuer is compared letter by letter. With - in place of a token
endpoint the issuer is asked for it each time."""

_UNUSUAL = """
Most profiles need nothing more. Unusual are: a company proxy with a CA of its own, a command
that asks you something, and with Maskinporten a restricted audience or, in tt02, ttd."""

_ASKED = {
    "file": "Path of the file",
    "env": "Name of the environment variable",
    "command": "Command, with its arguments",
    "keyring": "Entry in the keyring, as SERVICE/USER",
}
"""What is asked about each kind of reference."""


class Questions:
    """One conversation on the terminal; what was typed is kept for the next round."""

    def __init__(self, config_file: Path) -> None:
        """Ask for a profile of `config_file`; the file is not looked into."""
        self._path = config_file
        self._typed: dict[str, str] = {}
        self._fields: dict[str, Any] = {}

    def ask(self, name: str | None, taken: Mapping[str, object]) -> tuple[str, str]:
        """Ask for everything; return the profile's name and its lines for the config file.

        `name` is not asked for when it is given and fits; `taken` has the names there are. In
        another round the answers of the last one are what Enter keeps.

        Raises:
            EOFError: The person ended the input.
            KeyboardInterrupt: The person interrupted.
        """
        self._fields = {}
        if name is not None and (why := _name_problem(name, taken)):
            print(why)
            name = None
        print(_ENVIRONMENTS)
        self._put("environment", "Environment", "tt02")
        environment = self._fields["environment"]
        if name is None:
            free = "" if environment in taken else environment
            name = self._until(
                "name", "Name of the profile", free, lambda n: _name_problem(n, taken)
            )
        if environment not in ALTINN_URLS:
            self._put("base_url", "Base URL, such as https://HOST")
        print(f"\n{_SIGN_INS}")
        local = is_loopback(self._fields.get("base_url", ""))
        self._put("auth", "Sign-in", "none" if local else "maskinporten")
        match self._fields["auth"]:
            case "maskinporten":
                self._maskinporten()
            case "token":
                self._where("token", "Where is the Altinn token?", "command", tuple(_ASKED))
            case "platform-token":
                self._where("token", "Where is the platform token?", "command", ("command", "file"))
        if self._fields["auth"] != "none":
            self._unusual()
        if environment == "prod":
            print("\nReal people's SMS are behind this profile.")
            if self._yes("confirm", "Ask before it is used", default=True):
                self._fields["confirm"] = True
        return name, self._block()

    def choose(self, question: str, allowed: str, default: str) -> str:
        """Ask for one of the letters in `allowed`; Enter is `default`."""
        letters = tuple(allowed)

        def problem(text: str) -> str | None:
            return None if text[:1].lower() in letters else f"Answer one of {', '.join(letters)}."

        return self._until("", question, default, problem)[:1].lower()

    def _maskinporten(self) -> None:
        print(f"\n{_CLIENT}")
        self._put("client_id", "Client id")
        self._where("key", "Where is the private key?", "file", tuple(_ASKED))
        print(f"\n{_KID}")
        self._put("kid", "kid")
        if self._yes("locked", "Is the key encrypted with a password", default=False):
            kinds = ("command", "file", "env", "keyring")
            self._where("key_password", "Where is the password?", "command", kinds)
        print(f"\n{_EXPIRES}")
        self._put("key_expires", "Last day of the key", value_of=_day)
        print(f"\n{_CONSUMER}")
        self._put("consumer_org", "Organisation you act for")
        if self._fields["environment"] not in ALTINN_URLS:
            base = self._fields["base_url"].rstrip("/")
            print(_ADDRESS)
            local = base if is_loopback(base) else ""
            self._put("maskinporten_issuer", "Issuer", local and f"{local}/")
            issuer = self._fields["maskinporten_issuer"]
            self._put(
                "maskinporten_token_endpoint", "Token endpoint", f"{issuer.rstrip('/')}/token"
            )

    def _unusual(self) -> None:
        """Ask one question, and only after a yes for what few need."""
        print(_UNUSUAL)
        if not self._yes("unusual", "Anything unusual", default=False):
            return
        if self._fields["auth"] == "maskinporten":
            if self._fields["environment"] == "tt02":
                self._put_if("use_ttd", "Sign in as ttd, which only Digdir's own clients may")
            self._put("resource", "Audience (resource), empty for none")
        if any(isinstance(v, dict) and "command" in v for v in self._fields.values()):
            self._put_if("interactive", "Does a command ask you something when it runs")
        self._put(
            "ca_bundle",
            "PEM file with more certificates to trust, empty for none",
            value_of=_path,
            doubt=lambda path: None if Path(path).expanduser().exists() else "It is not there.",
        )

    def _put_if(self, key: str, question: str) -> None:
        if self._yes(key, question, default=False):
            self._fields[key] = True

    def _where(self, key: str, question: str, default: str, kinds: tuple[str, ...]) -> None:
        """Ask where a secret is; the secret itself is never asked for."""
        print(f"\n{question} It is never typed here and never written to the config file.")
        choice = self._until(
            f"{key} kind",
            f"One of {', '.join(kinds)}",
            default,
            lambda kind: None if kind in kinds else f"Allowed: {', '.join(kinds)}.",
        )
        self._put(
            key,
            _ASKED[choice],
            remembered=f"{key} {choice}",
            value_of=lambda text: {choice: _value_of_reference(choice, text)},
            doubt=_doubt,
        )

    def _put(
        self,
        key: str,
        question: str,
        default: str = "",
        *,
        remembered: str = "",
        value_of: Callable[[str], Any] = str,
        doubt: Callable[[Any], str | None] = lambda _: None,
    ) -> None:
        """Ask for the field `key`, until the rules of the config have nothing against it.

        What there is only `doubt` about can be kept, by giving the same answer again.
        """
        doubted: list[str] = []

        def problem(text: str) -> str | None:
            self._fields.pop(key, None)
            if text:
                self._fields[key] = value_of(text)
            wrong = self._problem(key)
            if wrong is not None or not text or text in doubted:
                return wrong
            why = doubt(self._fields[key])
            if why is not None:
                doubted.append(text)
                self._typed[remembered or key] = text
                return f"{why}\nEnter keeps this answer all the same."
            return None

        self._until(remembered or key, question, default, problem)

    def _until(
        self, key: str, question: str, default: str, problem: Callable[[str], str | None]
    ) -> str:
        """Ask until `problem` has none; `key` is where the answer is remembered, "" nowhere."""
        while True:
            offered = self._typed.get(key, default)
            text = typed(question, offered)
            why = refusal(text) or problem(text)
            if why is None:
                if key:
                    self._typed[key] = text
                return text
            print(why)

    def _yes(self, key: str, question: str, *, default: bool) -> bool:
        answer = self._until(
            key,
            f"{question}, y or n",
            "y" if default else "n",
            lambda text: None if text.lower() in ("y", "yes", "n", "no") else "Answer y or n.",
        )
        return answer.lower().startswith("y")

    def _problem(self, key: str) -> str | None:
        """Return what the config's own rules have against the field `key`."""
        try:
            parse_config(f"[profiles.new]\n{self._block()}\n", self._path)
        except ConfigError as error:
            # those of fields that were not asked for yet are not this answer's
            found = re.search(rf": profiles\.new\.({key}[. ].*)", error.message)
            return found[1] if found else None
        return None

    def _block(self) -> str:
        return "\n".join(f"{key} = {_toml(value)}" for key, value in self._fields.items())


def _doubt(value: dict[str, Any]) -> str | None:
    """Return why a reference may not be what is meant; runs no command."""
    reference = Reference.model_validate(value)
    if reference.command is not None:
        if masked_arguments(reference.command) == list(reference.command):
            return None
        return (
            "The command seems to hold a password or a token. Everybody on this machine can "
            "see the arguments of a command: let it read them from a file."
        )
    path = reference.file
    # a pipe can be read only once
    if path is None or (path.exists() and not path.is_file()):
        return None
    try:
        asyncio.run(read_secret(reference, {}, binary=True))
    except SignInError as error:
        return f"{error.message}\n{error.next_step}"
    return None


def _name_problem(name: str, taken: Mapping[str, object]) -> str | None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name):
        return "The name of a profile is at most 40 letters, digits, - and _."
    return f'There is a profile "{name}" already.' if name in taken else None


def _value_of_reference(kind: str, text: str) -> Any:
    if kind == "file":
        return _path(text)
    if kind == "command":
        with suppress(ValueError):
            return shlex.split(text)
    return text


def _path(text: str) -> str:
    # typed in a shell, so meant from where the shell is, not from the config file
    if text.startswith("~"):
        return text
    return os.path.abspath(text)  # noqa: PTH100 - Path has none that keeps symbolic links


def _day(text: str) -> date | str:
    """Return the day; what is none is left to the config's rule to refuse."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, date):
        return value.isoformat()
    # JSON's strings, lists and truth are TOML's, as long as nothing is escaped needlessly
    return json.dumps(value, ensure_ascii=False)
