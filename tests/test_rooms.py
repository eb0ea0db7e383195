"""The one-way rule: cli > ui > services > core, and the simulator stands alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "sms_monitor"

MAY_IMPORT = {
    "core": {"core"},
    "services": {"core", "services"},
    "simulator": {"simulator"},
    "ui": {"core", "services", "ui"},
    "cli": {"core", "services", "simulator", "ui", "cli"},
    "__main__": {"cli"},
    "__init__": set(),
}
"""A room, and the rooms it may import. A module in the package root is its own room."""

THIRD_PARTY = {
    "core": {"msgspec"},
    "core/intake.py": {"msgspec", "xxhash"},
    "services": {"cryptography", "filelock", "httpx", "jwt", "msgspec", "platformdirs", "pydantic",
                 "pydantic_core"},
    "ui": {"textual"},
    # they look at what Textual has drawn, which is Rich's
    "ui/cell_diff.py": {"rich", "textual"},
    "ui/spans.py": {"rich", "textual"},
    "ui/terminal.py": {"rich", "textual"},
}  # fmt: skip
"""A room, or one file, and the packages it may import beside the standard library."""

IMPURE = {"asyncio", "http", "os", "pathlib", "random", "shutil", "socket", "sqlite3",
          "subprocess", "tempfile", "threading", "time", "urllib"}  # fmt: skip
"""What reads clocks, dice, files or the network has no place in core."""

FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def room_of(path):
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def tree_of(path):
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def imports_of(tree, package):
    """Every module that is imported, at any depth of the code; `package` is where it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*parents, *([node.module] if node.module else [])])
            # `from sms_monitor import core` imports a room too
            yield from (f"{module}.{alias.name}" for alias in node.names)


def called(tree):
    """The dotted name of everything that is called or handed on, as `datetime.now`."""
    return {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def complaints(path, source=None):
    """What `path` imports and must not."""
    room = room_of(path)
    tree = ast.parse(source) if source is not None else tree_of(path)
    package = ["sms_monitor", *path.relative_to(PACKAGE).parts[:-1]]
    found = []
    for module in imports_of(tree, package):
        top, *rest = module.split(".")
        if top == "sms_monitor":
            allowed = rest == ["__version__"] or (rest and rest[0] in MAY_IMPORT[room])
        elif top in sys.stdlib_module_names:
            allowed = room != "core" or top not in IMPURE
        else:
            allowed = top in THIRD_PARTY.get(name_of(path), THIRD_PARTY.get(room, ()))
        if not allowed:
            found.append(module)
    return found


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_only_point_inwards(path):
    assert complaints(path) == []


def swallowed(tree):
    """The lines where whatever goes wrong is caught, or suppressed, and not raised again."""
    for node in ast.walk(tree):
        broad = False
        if isinstance(node, ast.ExceptHandler):
            names = {ast.unparse(n) for n in ast.walk(node.type)} if node.type else {"Exception"}
            raised = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            broad = not raised and not names.isdisjoint({"Exception", "BaseException"})
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            broad = any(ast.unparse(a) in ("Exception", "BaseException") for a in node.args)
        if broad:
            yield node.lineno


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_swallows_every_exception(path):
    # the outermost boundary of the command line tells a fault of ours masked, and with its status
    allowed = 1 if name_of(path) == "cli/__init__.py" else 0
    assert len(list(swallowed(tree_of(path)))) == allowed


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("try: f()\nexcept Exception: pass", [2]),
        ("try: f()\nexcept: pass", [2]),
        ("try: f()\nexcept (OSError, BaseException) as e: g(e)", [2]),
        ("with contextlib.suppress(Exception): f()", [1]),
        ("try: f()\nexcept BaseException:\n    g()\n    raise", []),
        ("try: f()\nexcept OSError: pass", []),
    ],
)
def test_a_broad_except_is_noticed_unless_it_raises_again(source, lines):
    assert list(swallowed(ast.parse(source))) == lines


@pytest.mark.parametrize(
    "path", [p for p in FILES if room_of(p) in ("core", "simulator")], ids=name_of
)
def test_core_and_simulator_are_told_the_time(path):
    clocks = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time",
              "time.monotonic", "time.time_ns", "time.perf_counter")  # fmt: skip
    assert [name for name in called(tree_of(path)) if name.endswith(clocks)] == []


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("core/board.py", "from sms_monitor.services.poller import Poller"),
        ("core/board.py", "from sms_monitor import services"),
        ("core/board.py", "from ..services import poller"),
        ("core/board.py", "import pydantic"),
        ("core/board.py", "def f():\n    import time"),
        ("services/poller.py", "import sms_monitor.ui.app"),
        ("services/poller.py", "from textual.app import App"),
        ("simulator/server.py", "from sms_monitor.core.models import Notification"),
        ("simulator/server.py", "import httpx"),
        ("ui/cells.py", "from rich.text import Text"),
        ("ui/cells.py", "import httpx"),
        ("ui/app.py", "from sms_monitor.simulator import demo"),
        ("ui/app.py", "from sms_monitor.cli import main"),
    ],
)
def test_the_rule_notices_when_it_is_broken(file, source):
    assert complaints(PACKAGE / file, source) != []


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("core/board.py", "import msgspec\nfrom sms_monitor.core.diff import diff"),
        ("core/board.py", "from .diff import diff"),
        ("services/poller.py", "import httpx\nfrom sms_monitor import __version__"),
        ("ui/app.py", "from textual.app import App\nfrom sms_monitor.services import poller"),
        ("cli/main.py", "from sms_monitor.simulator import demo\nfrom sms_monitor.ui import app"),
    ],
)
def test_the_rule_lets_pass_what_points_inwards(file, source):
    assert complaints(PACKAGE / file, source) == []


@pytest.mark.parametrize(
    ("room", "never"),
    [
        ("core", {"asyncio", "httpx", "pydantic", "rich", "textual"}),
        ("services", {"rich", "textual", "sms_monitor.simulator", "sms_monitor.ui"}),
        ("simulator", {"httpx", "msgspec", "pydantic", "rich", "textual", "sms_monitor.core"}),
    ],
)
def test_a_room_loads_only_what_it_may(room, never):
    # what one import brings along, no reading of the code can show
    modules = [
        "sms_monitor." + name_of(p).removesuffix(".py").replace("/", ".")
        for p in FILES
        if room_of(p) == room
    ]
    code = (
        "import importlib, sys\n"
        f"for name in {modules}: importlib.import_module(name)\n"
        "print(*sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )
    assert never & set(run.stdout.split()) == set()
