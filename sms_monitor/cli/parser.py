"""What may be written after `sms-monitor`, read into options.

Nothing of the other rooms is imported here: `--help` has to be quick.
"""

from __future__ import annotations

import argparse
import difflib
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn

from sms_monitor import __version__
from sms_monitor.cli.exit_status import ExitStatus

DEMO_SEED = 7
DEMO_SPEED = 20.0
"""Simulated seconds in one second: the demo's morning passes while somebody watches."""
DEFAULT_PORT = 5090

_ORDER = (
    "an order id, any URL that holds one, or the label or sender's reference of a watched order"
)


class Parser(argparse.ArgumentParser):
    """Ends with 4 on a usage error, because 1 to 3 say how the deliveries went."""

    def __init__(self, prog: str, description: str, usage: str | None = None) -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.add_argument("--profile", metavar="NAME", help="the profile of the config to use")

    def error(self, message: str) -> NoReturn:
        """Print the usage and `message` on stderr, and end."""
        self.print_usage(sys.stderr)
        self.exit(ExitStatus.USAGE, f"{self.prog}: {message}\n")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the options in `argv`.

    `command` is the module of this package to run, `action` the second word of those that
    have two, "" for the others. Raises SystemExit after `--help`, `--version` and an error.
    """
    words = _first_words(argv)
    typed = [argv[place] for place in words]
    for length in (2, 1):
        name = " ".join(typed[:length])
        if len(typed) >= length and name in COMMANDS:
            rest = [text for place, text in enumerate(argv) if place not in words[:length]]
            return _parse_command(name, rest)
    if typed and typed[0] in _GROUPS:
        _end_without_action(typed, argv)
    parser = _monitor_parser()
    if typed and (near := _like_a_command(typed[0])):
        parser.error(
            f'there is no command "{typed[0]}"; did you mean "{near}"? '
            f"For an order of that name write: sms-monitor -- {typed[0]}"
        )
    return parser.parse_intermixed_args(argv)


def _parse_command(name: str, rest: Sequence[str]) -> argparse.Namespace:
    command = COMMANDS[name]
    parser = Parser(f"sms-monitor {name}", f"{command.about[0].upper()}{command.about[1:]}.")
    command.add_arguments(parser)
    module, _, action = name.partition(" ")
    parser.set_defaults(command=module, action=action)
    options = parser.parse_intermixed_args(rest)
    for needing, needed in command.needs:
        if getattr(options, needing) and not getattr(options, needed):
            parser.error(f"--{needing} goes with --{needed}")
    return options


def _first_words(argv: Sequence[str]) -> list[int]:
    """Return where the first two words are that are no option and no name of a profile."""
    places: list[int] = []
    for place, text in enumerate(argv):
        if text == "--" or len(places) == 2:
            break
        if not text.startswith("-") and (place == 0 or argv[place - 1] != "--profile"):
            places.append(place)
    return places


def _like_a_command(word: str) -> str:
    """Return the command that `word` looks like, "" for what can only be an order."""
    if not (word.isascii() and word.isalpha() and word.islower()):
        return ""
    names = dict.fromkeys(name.partition(" ")[0] for name in COMMANDS)
    return next(iter(difflib.get_close_matches(word, names, n=1, cutoff=0.7)), "")


def _end_without_action(typed: Sequence[str], argv: Sequence[str]) -> NoReturn:
    group = typed[0]
    names = [name for name in COMMANDS if name.startswith(f"{group} ")]
    actions = [name.removeprefix(f"{group} ") for name in names]
    usage = f"sms-monitor {group} {'|'.join(actions)} [...]"
    parser = Parser(f"sms-monitor {group}", _GROUPS[group], usage)
    parser.epilog = _listed(names)
    if {"-h", "--help"} & set(argv):
        parser.print_help()
        parser.exit()
    if len(typed) == 1:
        parser.error(f"say what to do: {', '.join(actions)}")
    near = difflib.get_close_matches(typed[1], actions, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    parser.error(f'there is no "{group} {typed[1]}"; there are: {", ".join(actions)}.{hint}')


def _listed(names: Sequence[str]) -> str:
    return "commands:\n" + "\n".join(f"  {name:15} {COMMANDS[name].about}" for name in names)


# what each command takes


def _monitor_parser() -> Parser:
    parser = Parser(
        "sms-monitor",
        "Watch SMS deliveries of Altinn Notifications orders.",
        "sms-monitor [--profile NAME] [ORDER ...]\n       sms-monitor COMMAND [...]",
    )
    parser.add_argument("orders", nargs="*", metavar="ORDER", help=f"{_ORDER}; it is watched too")
    parser.add_argument("--version", action="version", version=f"sms-monitor {__version__}")
    parser.set_defaults(command="monitor", action="")
    parser.epilog = (
        f"{_listed(list(COMMANDS))}\n\n"
        "Each has a --help of its own. Without a terminal the status is printed.\n"
        "exit status: 0 all delivered or done, 1 some failed, 2 not final, 3 no answer from the\n"
        "API, 4 usage or configuration, 130 interrupted"
    )
    return parser


def _demo_arguments(parser: Parser) -> None:
    parser.add_argument(
        "--seed", type=int, default=DEMO_SEED, metavar="N", help="another seed, other orders"
    )
    parser.add_argument(
        "--speed",
        type=_speed,
        default=DEMO_SPEED,
        metavar="X",
        help=f"simulated seconds in a second (default {DEMO_SPEED:g})",
    )


def _status_arguments(parser: Parser) -> None:
    parser.add_argument(
        "orders", nargs="*", metavar="ORDER", help=f"{_ORDER}; none: all watched orders"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--rows", action="store_true", help="with --json: every SMS as well")
    parser.add_argument("--unmask", action="store_true", help="with --rows: whole phone numbers")


def _add_arguments(parser: Parser) -> None:
    parser.add_argument(
        "orders",
        nargs="+",
        metavar="ORDER",
        help="an order id or any URL that holds one; - reads lines from stdin, less # comments",
    )
    parser.add_argument("--label", metavar="TEXT", default="", help="your own name for the order")


def _remove_arguments(parser: Parser) -> None:
    parser.add_argument("orders", nargs="+", metavar="ORDER", help=_ORDER)


def _json_argument(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _profile_arguments(parser: Parser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="asked for when it is not given")


def _no_arguments(parser: Parser) -> None:
    """Leave it at --profile."""


def _simulate_arguments(parser: Parser) -> None:
    add = parser.add_argument
    add("--port", type=_port, default=DEFAULT_PORT, metavar="N", help="0 takes a free one")
    add("--seed", type=int, default=DEMO_SEED, metavar="N", help="another seed, other orders")
    add("--speed", type=_speed, default=1.0, metavar="X", help="simulated seconds in a second")
    add(
        "--start",
        type=_moment,
        metavar="now|TIME",
        help="simulated time at the start, such as 2026-11-23T08:50 (default 08:50 Oslo today)",
    )
    add("--orders", type=_count, metavar="N", help="that many orders instead of the demo's")
    add("--rows", type=_count, metavar="N", help="SMS in each of them (default 1000)")
    sign_ins = ("none", "token", "maskinporten")
    add("--auth", choices=sign_ins, default="none", help="the sign-in that is asked for")
    add(
        "--client-key",
        metavar="FILE",
        help="PEM, JWK or certificate of the Maskinporten client (default: a key made for it)",
    )
    add(
        "--fault",
        action="append",
        default=[],
        metavar="NAME[=NUMBER]",
        help="trouble on request, such as latency=0.5, 429=0.1 or expired-key; may be given "
        "several times",
    )


@dataclass(frozen=True, slots=True)
class _Command:
    about: str
    add_arguments: Callable[[Parser], None]
    needs: tuple[tuple[str, str], ...] = ()
    """Pairs of options: the first means nothing without the second."""


COMMANDS = {
    "demo": _Command("the monitor on made-up orders; needs no sign-in", _demo_arguments),
    "status": _Command(
        "one look at the given, else the watched orders",
        _status_arguments,
        (("unmask", "rows"), ("rows", "json")),
    ),
    "orders add": _Command("watch orders, after asking the API about each", _add_arguments),
    "orders remove": _Command("stop watching orders", _remove_arguments),
    "orders list": _Command("print the watched orders", _json_argument),
    "profile add": _Command("make a profile, by questions and a trial", _profile_arguments),
    "auth check": _Command("try the sign-in step by step", _json_argument),
    "config path": _Command("print where the config file is", _no_arguments),
    "config init": _Command("write an example config file", _no_arguments),
    "config check": _Command("tell whether the config file is right", _no_arguments),
    "config show": _Command("print every setting and where it comes from", _json_argument),
    "simulate": _Command("serve the simulated API on this machine", _simulate_arguments),
}
_GROUPS = {
    "orders": "The watched orders.",
    "profile": "The profiles of the config file.",
    "auth": "The sign-in.",
    "config": "The config file.",
}


# what an argument may be


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 0 <= speed < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 and up")
    return speed


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000000")
    return int(text)


def _moment(text: str) -> datetime:
    if text == "now":
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither now nor a time such as 2026-11-23T08:50"
        ) from error
    if moment.tzinfo is None:
        from sms_monitor.core.send_window import OSLO

        moment = moment.replace(tzinfo=OSLO)
    return moment.astimezone(UTC)
