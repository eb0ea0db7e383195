"""Input that nobody would send who means well: bytes, files, keys and text.

Found by Hypothesis, which is told to be the same on every run and to try little. `HOSTILE` is how
many examples it is to try of each, in places of its own choosing:

    HOSTILE=20000 .venv/bin/python -m pytest tests/hostile
"""

import os

EXAMPLES = int(os.environ.get("HOSTILE", "0"))
"""How many are tried of each; 0 for the few of the suite."""
