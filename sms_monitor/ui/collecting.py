"""When Python looks for garbage: not while what stays is loaded."""

from __future__ import annotations

import gc


def pause_collector() -> None:
    """Leave garbage alone until `resume_collector`.

    Call it before what draws is loaded: all that is made until then stays, and the collector
    would look through it again and again, which is a tenth of the time to the first paint.
    """
    gc.disable()


def resume_collector() -> None:
    """Resume what was put off; what is loaded by now is no garbage, and is not looked at again."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
