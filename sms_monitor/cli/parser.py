"""What may be written after `sms-monitor`, read into options.

Nothing of the other rooms is imported here: `--help` has to be quick.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from sms_monitor import __version__
from sms_monitor.cli.arguments import ORDER, screen_arguments, token_argument
from sms_monitor.cli.commands import COMMANDS, GROUPS
from sms_monitor.cli.exit_status import ExitStatus

TYPE_CHECKING = False  # of `typing`, which takes as long to load as argparse
if TYPE_CHECKING:
    from typing import NoReturn

_WITH_A_VALUE = ("--profile", "--config", "--token-file")
"""Options that may stand before the name of a command."""


def _formatter(prog: str) -> argparse.HelpFormatter:
    # argparse asks shutil for the width, whose archives take as long to load as all of this
    return argparse.RawDescriptionHelpFormatter(prog, width=_columns() - 2)


def _columns() -> int:
    """Return the columns of the terminal as shutil does: `COLUMNS`, else stdout's, else 80."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told) > 0:
        return int(told)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else -1).columns or 80
    except (ValueError, OSError):
        return 80


class Parser(argparse.ArgumentParser):
    """Ends with 4 on a usage error, because 1 to 3 say how the deliveries went."""

    def __init__(self, prog: str, description: str, usage: str | None = None) -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            allow_abbrev=False,
            formatter_class=_formatter,
        )
        self.add_argument("--profile", metavar="NAME", help="the profile of the config to use")
        self.add_argument("--config", metavar="FILE", help="the config file to use")

    def error(self, message: str) -> NoReturn:
        """Print the usage and `message` on stderr, and end."""
        self.print_usage(sys.stderr)
        self.exit(ExitStatus.USAGE, f"{self.prog}: {message}\n")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the options in `argv`.

    `command` is the module of this package to run, `action` the second word of those that
    have two, "" for the others. Raises SystemExit after `--help`, `--version` and an error.
    """
    if any(text == "--token" or text.startswith("--token=") for text in argv):
        Parser("sms-monitor", "").error(
            "there is no --token: everybody on this machine can see it. Use --token-file FILE, or "
            "--token-file - to pipe it in"
        )
    words = _first_words(argv)
    typed = [argv[place] for place in words]
    for length in (2, 1):
        name = " ".join(typed[:length])
        if len(typed) >= length and name in COMMANDS:
            rest = [text for place, text in enumerate(argv) if place not in words[:length]]
            return _parse_command(name, rest)
    if typed and typed[0] in GROUPS:
        _end_without_action(typed, argv)
    parser = monitor_parser()
    if typed and (near := _like_a_command(typed[0])):
        parser.error(
            f'there is no command "{typed[0]}"; did you mean "{near}"? '
            f"For an order of that name write: sms-monitor -- {typed[0]}"
        )
    return parser.parse_intermixed_args(argv)


def _parse_command(name: str, rest: Sequence[str]) -> argparse.Namespace:
    parser = parser_of(name)
    options = parser.parse_intermixed_args(rest)
    for needing, needed in COMMANDS[name].needs:
        if getattr(options, needing) and not getattr(options, needed):
            parser.error(f"--{needing} goes with --{needed}")
    if COMMANDS[name].signs_in and options.token_file == "-" and _reads_stdin(options):
        parser.error("standard input can give the token or the orders, not both")
    return options


def parser_of(name: str) -> Parser:
    """Return what reads the rest of a line that begins with the command `name`."""
    command = COMMANDS[name]
    parser = Parser(f"sms-monitor {name}", f"{command.about[0].upper()}{command.about[1:]}.")
    command.add_arguments(parser)
    if command.signs_in:
        token_argument(parser)
    module, _, action = name.partition(" ")
    parser.set_defaults(command=module, action=action)
    return parser


def _reads_stdin(options: argparse.Namespace) -> bool:
    # "--output -" of an export is stdout
    return "-" in (*getattr(options, "orders", ()), getattr(options, "number", ""))


def _first_words(argv: Sequence[str]) -> list[int]:
    """Return where the first two words are that are no option and no value of one."""
    places: list[int] = []
    for place, text in enumerate(argv):
        if text == "--" or len(places) == 2:
            break
        if not text.startswith("-") and (place == 0 or argv[place - 1] not in _WITH_A_VALUE):
            places.append(place)
    return places


def _like_a_command(word: str) -> str:
    """Return the command that `word` looks like, "" for what can only be an order."""
    if not (word.isascii() and word.isalpha() and word.islower()):
        return ""
    import difflib

    names = dict.fromkeys(name.partition(" ")[0] for name in COMMANDS)
    return next(iter(difflib.get_close_matches(word, names, n=1, cutoff=0.7)), "")


def _end_without_action(typed: Sequence[str], argv: Sequence[str]) -> NoReturn:
    group = typed[0]
    names = [name for name in COMMANDS if name.startswith(f"{group} ")]
    actions = [name.removeprefix(f"{group} ") for name in names]
    usage = f"sms-monitor {group} {'|'.join(actions)} [...]"
    parser = Parser(f"sms-monitor {group}", GROUPS[group], usage)
    parser.epilog = _listed(names)
    if {"-h", "--help"} & set(argv):
        parser.print_help()
        parser.exit()
    if len(typed) == 1:
        parser.error(f"say what to do: {', '.join(actions)}")
    import difflib

    near = difflib.get_close_matches(typed[1], actions, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    parser.error(f'there is no "{group} {typed[1]}"; there are: {", ".join(actions)}.{hint}')


def _listed(names: Sequence[str]) -> str:
    return "commands:\n" + "\n".join(f"  {name:15} {COMMANDS[name].about}" for name in names)


def monitor_parser() -> Parser:
    """Return what reads a line without a command."""
    parser = Parser(
        "sms-monitor",
        "Watch SMS deliveries of Altinn Notifications orders.",
        "sms-monitor [--profile NAME] [--config FILE] [--token-file FILE] [--ascii] [ORDER ...]\n"
        "       sms-monitor COMMAND [...]",
    )
    parser.add_argument("orders", nargs="*", metavar="ORDER", help=f"{ORDER}; it is watched too")
    token_argument(parser)
    screen_arguments(parser)
    parser.add_argument("--version", action="version", version=f"sms-monitor {__version__}")
    parser.set_defaults(command="monitor", action="")
    parser.epilog = (
        f"{_listed(list(COMMANDS))}\n\n"
        "Each has a --help of its own. Without a terminal the status is printed.\n"
        "exit status: 0 all delivered or done, 1 some failed, 2 not final, 3 no answer from the\n"
        "API, 4 usage or configuration, 130 interrupted"
    )
    return parser
