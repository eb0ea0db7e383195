"""Other terminal programs, in a virtual environment of their own under the cache folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

PACKAGES = (
    "posting==2.11.0",
    "dolphie==6.18.1",
    # with 0.26.1 posting dies at its start with SIGSEGV
    "tree-sitter==0.25.2",
)


def peers_folder() -> Path:
    """Return where the peers are, or would be."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "sms-monitor-bench"


def peer(name: str) -> Path | None:
    """Return the program `name`; None when it is not installed."""
    program = peers_folder() / "bin" / name
    return program if program.exists() else None


def install_peers() -> None:
    """Make the environment anew; raises CalledProcessError when pip fails."""
    venv.create(peers_folder(), clear=True, with_pip=True)
    python = peers_folder() / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True, stdout=sys.stderr)
