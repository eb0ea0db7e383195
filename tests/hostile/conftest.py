"""How long is looked for trouble: a few seconds in the suite, as long as it takes by hand."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from . import EXAMPLES

_ALWAYS = settings(
    deadline=None,
    database=None,
    # fixtures are directories and servers, which an example leaves as it found them
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
settings.register_profile("short", _ALWAYS, derandomize=True, max_examples=60)
settings.register_profile("long", _ALWAYS, max_examples=EXAMPLES or 1, print_blob=True)
settings.load_profile("long" if EXAMPLES else "short")
