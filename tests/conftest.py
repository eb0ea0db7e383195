"""What holds for every test, and for every program that a test starts."""

from __future__ import annotations

import os
import signal

_BY_DEFAULT = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGHUP: signal.SIG_DFL,
    signal.SIGTERM: signal.SIG_DFL,
}
_OWN = (
    "SMS_MONITOR_",
    "SSH_",
    "TEXTUAL",
    "NO_COLOR",
    "FORCE_COLOR",
    "COLUMNS",
    "LINES",
    "TMUX",
    "STY",
)


def pytest_configure() -> None:
    """Undo what the shell and the person that run the tests have set for themselves.

    A signal that is ignored, as `pytest &` has it in a script and `nohup pytest` anywhere, stays
    so in every program that is started from here, also where Ctrl-C is what is tried.
    """
    for number, handler in _BY_DEFAULT.items():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)
    # before anything is imported: Textual looks at some of them only then
    for name in [name for name in os.environ if name.startswith(_OWN)]:
        del os.environ[name]


def pytest_xdist_auto_num_workers() -> int | None:
    """`-n auto` is two for a core: half of what the tests do is wait for other programs."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return 2 * len(os.sched_getaffinity(0))
