"""The questions of `profile add`: what is asked, in which order, and what a person should know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from sms_monitor.cli.answer_values import day, doubt, path_typed, value_of_reference
from sms_monitor.cli.conversation import Conversation
from sms_monitor.cli.output import say
from sms_monitor.services.profile import ALTINN_URLS, is_loopback

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

_KID = (
    "The name (kid) the key has on the client. Leave it empty when the key is a JWK, which "
    "carries it, or when it lies beside a certificate that is not registered on the client."
)

_EXPIRES = (
    "The last day the key is registered for, as Samarbeidsportalen shows it, such as "
    "2027-05-01. You are reminded from 30 days before. Leave it empty when you do not know."
)

_CONSUMER = (
    "For suppliers: the organisation number of the one you act for. Leave it empty for your own."
)

_ADDRESS = (
    "\nThe address of Maskinporten. The issuer is compared letter by letter. With - in place "
    "of a token endpoint the issuer is asked for it each time."
)

_UNUSUAL = (
    "\nMost profiles need nothing more. Unusual are: a company proxy with a CA of its own, a "
    "command that asks you something, and with Maskinporten a restricted audience or, in "
    "tt02, ttd."
)

_ASKED = {
    "file": "Path of the file",
    "env": "Name of the environment variable",
    "command": "Command, with its arguments",
    "keyring": "Entry in the keyring, as SERVICE/USER",
}
"""What is asked about each kind of reference."""


class Questions:
    """The questions, in their order, and what is told before each."""

    def __init__(self, talk: Conversation) -> None:
        """Ask in `talk`, which keeps the answers."""
        self._talk = talk

    def ask(self, name: str | None, taken: Mapping[str, object]) -> tuple[str, str]:
        """Ask for everything; return the profile's name and its lines for the config file.

        `name` is not asked for when it is given and fits; `taken` has the names there are. In
        another round the answers of the last one are what Enter keeps.

        Raises:
            EOFError: The person ended the input.
            KeyboardInterrupt: The person interrupted.
        """
        self._talk.fields = {}
        if name is not None and (why := _name_problem(name, taken)):
            say(why)
            name = None
        say(_ENVIRONMENTS)
        self._talk.put("environment", "Environment", "tt02")
        environment = self._talk.fields["environment"]
        if name is None:
            free = "" if environment in taken else environment
            name = self._talk.until(
                "name", "Name of the profile", free, lambda n: _name_problem(n, taken)
            )
        if environment not in ALTINN_URLS:
            self._talk.put("base_url", "Base URL, such as https://HOST")
        say(f"\n{_SIGN_INS}")
        local = is_loopback(self._talk.fields.get("base_url", ""))
        self._talk.put("auth", "Sign-in", "none" if local else "maskinporten")
        match self._talk.fields["auth"]:
            case "maskinporten":
                self._maskinporten()
            case "token":
                self._where("token", "Where is the Altinn token?", "command", tuple(_ASKED))
            case "platform-token":
                self._where("token", "Where is the platform token?", "command", ("command", "file"))
        if self._talk.fields["auth"] != "none":
            self._unusual()
        if environment == "prod":
            say("\nReal people's SMS are behind this profile.")
            if self._talk.yes("confirm", "Ask before it is used", default=True):
                self._talk.fields["confirm"] = True
        return name, self._talk.block()

    def _maskinporten(self) -> None:
        say(f"\n{_CLIENT}")
        self._talk.put("client_id", "Client id")
        self._where("key", "Where is the private key?", "file", tuple(_ASKED))
        say(f"\n{_KID}")
        self._talk.put("kid", "kid")
        if self._talk.yes("locked", "Is the key encrypted with a password", default=False):
            kinds = ("command", "file", "env", "keyring")
            self._where("key_password", "Where is the password?", "command", kinds)
        say(f"\n{_EXPIRES}")
        self._talk.put("key_expires", "Last day of the key", value_of=day)
        say(f"\n{_CONSUMER}")
        self._talk.put("consumer_org", "Organisation you act for")
        if self._talk.fields["environment"] not in ALTINN_URLS:
            base = self._talk.fields["base_url"].rstrip("/")
            say(_ADDRESS)
            local = base if is_loopback(base) else ""
            self._talk.put("maskinporten_issuer", "Issuer", local and f"{local}/")
            issuer = self._talk.fields["maskinporten_issuer"]
            self._talk.put(
                "maskinporten_token_endpoint", "Token endpoint", f"{issuer.rstrip('/')}/token"
            )

    def _unusual(self) -> None:
        """Ask one question, and only after a yes for what few need."""
        say(_UNUSUAL)
        if not self._talk.yes("unusual", "Anything unusual", default=False):
            return
        if self._talk.fields["auth"] == "maskinporten":
            if self._talk.fields["environment"] == "tt02":
                self._put_if("use_ttd", "Sign in as ttd, which only Digdir's own clients may")
            self._talk.put("resource", "Audience (resource), empty for none")
        if any(isinstance(v, dict) and "command" in v for v in self._talk.fields.values()):
            self._put_if("interactive", "Does a command ask you something when it runs")
        self._talk.put(
            "ca_bundle",
            "PEM file with more certificates to trust, empty for none",
            value_of=path_typed,
            doubt=lambda path: None if Path(path).expanduser().exists() else "It is not there.",
        )

    def _put_if(self, key: str, question: str) -> None:
        if self._talk.yes(key, question, default=False):
            self._talk.fields[key] = True

    def _where(self, key: str, question: str, default: str, kinds: tuple[str, ...]) -> None:
        """Ask where a secret is; the secret itself is never asked for."""
        say(f"\n{question} It is never typed here and never written to the config file.")
        choice = self._talk.until(
            f"{key} kind",
            f"One of {', '.join(kinds)}",
            default,
            lambda kind: None if kind in kinds else f"Allowed: {', '.join(kinds)}.",
        )
        self._talk.put(
            key,
            _ASKED[choice],
            remembered=f"{key} {choice}",
            value_of=lambda text: {choice: value_of_reference(choice, text)},
            doubt=doubt,
        )


def _name_problem(name: str, taken: Mapping[str, object]) -> str | None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name):
        return "The name of a profile is at most 40 letters, digits, - and _."
    return f'There is a profile "{name}" already.' if name in taken else None
