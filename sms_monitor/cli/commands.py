"""Every command there is, in the order in which `--help` lists them."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from sms_monitor.cli.arguments import (
    add_arguments,
    completion_arguments,
    demo_arguments,
    doctor_arguments,
    export_arguments,
    find_arguments,
    history_arguments,
    json_argument,
    no_arguments,
    profile_arguments,
    record_arguments,
    remove_arguments,
    simulate_arguments,
    status_arguments,
    wait_arguments,
    watch_arguments,
)


class Command:
    """A command, as `--help` and the parser need it."""

    # no dataclass and no NamedTuple: what makes these takes longer to load than argparse
    def __init__(
        self,
        about: str,
        add_arguments: Callable[[argparse.ArgumentParser], None],
        needs: tuple[tuple[str, str], ...] = (),
        *,
        signs_in: bool = False,
    ) -> None:
        self.about = about
        """What it does, in a few words that begin with a small letter."""
        self.add_arguments = add_arguments
        self.needs = needs
        """Pairs of options: the first means nothing without the second."""
        self.signs_in = signs_in
        """Whether it asks the API, so that a token can be given to it."""


COMMANDS = {
    "demo": Command("the monitor on made-up orders; needs no sign-in", demo_arguments),
    "status": Command(
        "one look at the given, else the watched orders",
        status_arguments,
        (("unmask", "rows"), ("rows", "json")),
        signs_in=True,
    ),
    "find": Command(
        "did this person get the SMS, over the watched orders",
        find_arguments,
        (("unmask", "json"),),
        signs_in=True,
    ),
    "export": Command(
        "the SMS of an order as csv, json or a table", export_arguments, signs_in=True
    ),
    "wait": Command(
        "ask again and again until orders are final or delivered", wait_arguments, signs_in=True
    ),
    "watch": Command(
        "print every change of an SMS until interrupted", watch_arguments, signs_in=True
    ),
    "orders add": Command(
        "watch orders, after asking the API about each", add_arguments, signs_in=True
    ),
    "orders remove": Command("stop watching orders", remove_arguments, signs_in=True),
    "orders list": Command("print the watched orders", json_argument),
    "record": Command("poll and keep history, with no screen", record_arguments, signs_in=True),
    "history": Command("print what was seen of the SMS of orders", history_arguments),
    "profile add": Command("make a profile, by questions and a trial", profile_arguments),
    "auth check": Command("try the sign-in step by step", json_argument, signs_in=True),
    "config path": Command("print where the config file is", no_arguments),
    "config init": Command("write an example config file", no_arguments),
    "config check": Command("tell whether the config file is right", no_arguments),
    "config show": Command("print every setting and where it comes from", json_argument),
    "doctor": Command(
        "tell what this installation is and what is wrong", doctor_arguments, signs_in=True
    ),
    "completion": Command("print what makes a shell complete commands", completion_arguments),
    "simulate": Command("serve the simulated API on this machine", simulate_arguments),
}
GROUPS = {
    "orders": "The watched orders.",
    "profile": "The profiles of the config file.",
    "auth": "The sign-in.",
    "config": "The config file.",
}
