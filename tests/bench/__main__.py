"""`python -m tests.bench [NAME ...]`: measure, and print a table of ratios.

Ends with 1 when something is beyond its limit.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from tests.bench.peers import install_peers
from tests.bench.ratio import Result, Scale
from tests.bench.table_of import as_markdown, as_text

MEASUREMENTS = {
    "startup": "commands that draw nothing, against an empty Python",
    "first_paint": "the first paint of the monitor, against a Textual hello",
    "poll": "an answer of 100,000 SMS taken in, against msgspec alone",
    "stall": "how long a large answer holds the event loop",
    "memory": "what 100,000 SMS take in memory, against the body they came in",
    "table": "the table of SMS, against itself with 1,000 rows and against DataTable",
    "terminal": "bytes to the terminal, against DataTable",
    "slow_line": "seconds behind the keys over a line of 9600 baud, and a line that is stuck",
    "keys": "key press to paint while large answers come in",
    "idle": "a monitor nobody touches, against watch, curl and jq",
    "requests": "CPU of one request by how many are under way",
    "schedule": "requests for 1,000 orders over two days, against fixed polling",
    "storage": "history of one poll, against the first one",
    "faults": "a thousand schedules of faults on the way to the API: nothing may be lost",
    "soak": "a day of 100 orders that come and go: memory, descriptors, history",
}
"""Modules of this package, and what each measures."""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what `argv` names, all when it names nothing; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure the program against floors and peers in the same run.",
        epilog="measurements:\n" + "\n".join(f"  {k:12} {v}" for k, v in MEASUREMENTS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="measure only these")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--rows", type=int, default=100_000, help="SMS in the large order")
    parser.add_argument("--markdown", action="store_true", help="print the table for the README")
    parser.add_argument(
        "--install-peers",
        action="store_true",
        help="first make a virtual environment with posting and dolphie, in the cache folder",
    )
    options = parser.parse_args(argv)
    unknown = [name for name in options.names if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"there is no {unknown[0]}; there are: {', '.join(MEASUREMENTS)}")
    if options.install_peers:
        install_peers()
    scale = Scale(rounds=3 if options.quick else 15, rows=options.rows)
    results: list[Result] = []
    for name in options.names or MEASUREMENTS:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        found = list(importlib.import_module(f"tests.bench.{name}").measure(scale))
        results += found
        if not options.markdown:
            print(as_text(found), flush=True)
    if options.markdown:
        print(as_markdown(results))
    return 0 if all(getattr(result, "met", True) for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
