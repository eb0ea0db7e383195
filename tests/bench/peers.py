"""Other terminal programs, each in a virtual environment of its own under the cache folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

PACKAGES = {
    # with tree-sitter 0.26.1 posting dies at its start with SIGSEGV
    "posting": ("posting==2.11.0", "tree-sitter==0.25.2"),
    "dolphie": ("dolphie==6.18.0",),
}
"""What is installed for each; they do not agree on a version of Textual."""


def peers_folder() -> Path:
    """Return where the peers are, or would be."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "sms-monitor-bench"


def peer(name: str) -> Path | None:
    """Return the program `name`; None when it is not installed."""
    program = peers_folder() / name / "bin" / name
    return program if program.exists() else None


def install_peers() -> None:
    """Make the environments anew; raises CalledProcessError when pip fails."""
    for name, packages in PACKAGES.items():
        folder = peers_folder() / name
        venv.create(folder, clear=True, with_pip=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "-q"]
        subprocess.run([*pip, *packages], check=True, stdout=sys.stderr)
