"""What each command takes after its name, and what an argument may be.

Nothing of the other rooms is imported here: `--help` has to be quick.
"""

from __future__ import annotations

import argparse
import math
import re

TYPE_CHECKING = False  # of `typing`, which takes as long to load as argparse
if TYPE_CHECKING:
    from datetime import datetime

DEMO_SEED = 7
DEMO_SPEED = 20.0
"""Simulated seconds in one second: the demo's morning passes while somebody watches."""
DEFAULT_PORT = 5090
WORDS_OF_ORDERS, WORDS_OF_PROFILES = "names-of-orders", "names-of-profiles"
"""What the completion scripts ask for in place of a shell."""
ORDER = "an order id, any URL that holds one, or the label or sender's reference of a watched order"


def ascii_argument(parser: argparse.ArgumentParser) -> None:
    """Take --ascii."""
    parser.add_argument(
        "--ascii", action="store_true", help="draw sparklines and bars without block characters"
    )


def demo_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the seed, the speed and --ascii."""
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
    screen_arguments(parser)


def screen_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what the screen is to do without."""
    mouse_argument(parser)
    ascii_argument(parser)


def mouse_argument(parser: argparse.ArgumentParser) -> None:
    """Take --no-mouse."""
    parser.add_argument(
        "--no-mouse", action="store_true", help="leave the mouse to the terminal, to select text"
    )


def status_arguments(parser: argparse.ArgumentParser) -> None:
    """Take orders and how they are printed."""
    parser.add_argument(
        "orders", nargs="*", metavar="ORDER", help=f"{ORDER}; none: all watched orders"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--rows", action="store_true", help="with --json: every SMS as well")
    parser.add_argument("--unmask", action="store_true", help="with --rows: whole phone numbers")


def export_arguments(parser: argparse.ArgumentParser) -> None:
    """Take an order and how its file is to look."""
    add = parser.add_argument
    add("order", metavar="ORDER", help=ORDER)
    add("--format", choices=("csv", "json", "md"), help="default: as FILE ends, else csv")
    add("--faults", action="store_true", help="only failed, dead and stuck SMS")
    add("-o", "--output", metavar="FILE", help="a file that is not there yet (default: stdout)")
    add("--unmask", action="store_true", help="whole phone numbers")
    add(
        "--separator",
        type=_separator,
        metavar="CHAR",
        help='between the cells of csv: ";" (default), "," or "tab"',
    )
    add("--bom", action="store_true", help="tell Excel that the csv is UTF-8")


def wait_arguments(parser: argparse.ArgumentParser) -> None:
    """Take orders and what is waited for."""
    parser.add_argument("orders", nargs="+", metavar="ORDER", help=ORDER)
    parser.add_argument(
        "--until",
        choices=("final", "delivered"),
        default="final",
        help="final: no SMS can change any more (default); delivered: every phone has its SMS, "
        "given up as soon as one cannot",
    )
    parser.add_argument(
        "--timeout",
        type=_length,
        default=7200.0,
        metavar="TIME",
        help="such as 90s, 30m, 2h (default) or 3d; then it ends with 2, or 3 if unheard of",
    )
    json_argument(parser)


def watch_arguments(parser: argparse.ArgumentParser) -> None:
    """Take orders and how their changes are printed."""
    parser.add_argument(
        "orders", nargs="*", metavar="ORDER", help=f"{ORDER}; none: all watched orders"
    )
    json_argument(parser)
    parser.add_argument("--unmask", action="store_true", help="whole phone numbers")


def doctor_arguments(parser: argparse.ArgumentParser) -> None:
    """Take whether the API is asked, and how it is printed."""
    parser.add_argument("--online", action="store_true", help="try the sign-in and the API as well")
    json_argument(parser)


def completion_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the shell."""
    parser.add_argument("shell", type=_Shell(), metavar="SHELL", help="bash, zsh or fish")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take new orders and a label."""
    parser.add_argument(
        "orders",
        nargs="*",
        metavar="ORDER",
        help="an order id or any URL that holds one; - reads lines from stdin, less # comments",
    )
    parser.add_argument(
        "--ref",
        action="append",
        default=[],
        metavar="REFERENCE",
        help="all orders of this sender's reference; may be given several times",
    )
    parser.add_argument("--label", metavar="TEXT", default="", help="your own name for the order")
    parser.add_argument(
        "--note", metavar="TEXT", default="", help="what you want to remember of it"
    )


def remove_arguments(parser: argparse.ArgumentParser) -> None:
    """Take watched orders."""
    parser.add_argument("orders", nargs="+", metavar="ORDER", help=ORDER)


def find_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a person."""
    parser.add_argument(
        "number",
        metavar="NUMBER",
        help="a phone number in any form, an organisation number or a national id; - reads it "
        "from stdin",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--unmask", action="store_true", help="with --json: whole phone numbers")


def json_argument(parser: argparse.ArgumentParser) -> None:
    """Take --json."""
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def profile_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the name of the new profile."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="asked for when it is not given")


def no_arguments(parser: argparse.ArgumentParser) -> None:
    """Leave it at --profile and --config."""


def token_argument(parser: argparse.ArgumentParser) -> None:
    """Take where a token is; never the token, which everybody could see among the processes."""
    parser.add_argument(
        "--token-file",
        metavar="FILE",
        help="a file of mode 0600 with an Altinn token, in place of the profile's own sign-in; "
        "- reads it from stdin",
    )


def record_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how much is said."""
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="a line on stderr for every change"
    )


def history_arguments(parser: argparse.ArgumentParser) -> None:
    """Take orders, from when on, and how they are printed."""
    add = parser.add_argument
    add("orders", nargs="*", metavar="ORDER", help=f"{ORDER}; none: all there are")
    add(
        "--since",
        metavar="WHEN",
        help="changes after 13:55 or 2026-11-23T13:55 in Oslo, or 2h ago, by the server's time",
    )
    add("--json", action="store_true", help="one JSON object a line, with when it was noticed too")
    add("--summary", action="store_true", help="a line an order: how long delivery took")
    add("--unmask", action="store_true", help="whole phone numbers")


def simulate_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what is simulated, and where."""
    add = parser.add_argument
    add("--port", type=_port, default=DEFAULT_PORT, metavar="N", help="0 takes a free one")
    add("--seed", type=int, default=DEMO_SEED, metavar="N", help="another seed, other orders")
    add(
        "--speed",
        type=_speed,
        default=1.0,
        metavar="X",
        help="simulated seconds in a second; 0: its clock stands still",
    )
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


# what an argument may be


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 0 <= speed < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 and up")
    return speed


def _separator(text: str) -> str:
    separators = {";": ";", ",": ",", "tab": "\t", "\t": "\t"}
    if text not in separators:
        raise argparse.ArgumentTypeError(f'{text!r} is not one of ";" "," "tab"')
    return separators[text]


class _Shell:
    """One of the shells; the scripts of these ask for names as well, which is nobody's business."""

    words = ("bash", "zsh", "fish")

    def __call__(self, text: str) -> str:
        if text not in (*self.words, WORDS_OF_ORDERS, WORDS_OF_PROFILES):
            raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(self.words)}")
        return text


def _length(text: str) -> float:
    found = re.fullmatch(r"([0-9]{1,6})([smhd]?)", text)
    if found is None or int(found[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 90s, 30m, 2h or 3d")
    return int(found[1]) * {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}[found[2]]


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000000")
    return int(text)


def _moment(text: str) -> datetime:
    from datetime import UTC, datetime

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
