"""Nothing in the program is ever read as markup: looked for in its source, line by line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sms_monitor

SOURCE = Path(sms_monitor.__file__).parent

READS_MARKUP = {"Static", "Label", "notify", "OptionList", "Option", "Toast", "RichLog", "Tooltip"}
"""What of Textual takes a plain text for markup, unless it is told not to or gets a `Content`."""
TITLES = {"border_title", "border_subtitle", "tooltip"}
"""Attributes that Textual always reads as markup."""
TAG = re.compile(
    r"\[/?(?:b|bold|i|italic|u|underline|s|strike|d|dim|r|reverse|blink|link|not|on|red|green|yellow"
    r"|blue|magenta|cyan|white|black|bright_\w+|auto)(?:[ =][^\]]*)?\]|\[/\]|\[[@$#][^\]]*\]"
)


def markup_in(source: str) -> Iterator[str]:
    """Yield what there is in `source` that could be read as markup, with its line."""
    tree = ast.parse(source)
    ours = {"name", "keys"} | set(_names_of_ours(tree))
    docstrings = {id(text) for text in _docstrings(tree)}
    for node in ast.walk(tree):
        why = ""
        match node:
            case ast.Call():
                why = _call(node)
            case ast.Attribute(attr=name) | ast.Name(id=name) if name.endswith("from_markup"):
                why = name
            case ast.ImportFrom(module="rich.markup" | "textual.markup" as name):
                why = name
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name in TITLES:
                why = name if not _is_ours(value, ours) else ""
            case ast.ClassDef():
                why = _base(node)
            case ast.JoinedStr() | ast.Constant(value=str()) if id(node) not in docstrings:
                found = TAG.search(_text(node))
                why = found[0] if found else ""
        if why:
            yield f"{getattr(node, 'lineno', 0)}: {why}"


def _call(node: ast.Call) -> str:
    given = {word.arg: word.value for word in node.keywords}
    told = given.get("markup")
    if told is not None and not (isinstance(told, ast.Constant) and told.value is False):
        return "markup= that is not False"
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name == "Frame" and not all(isinstance(a, ast.Constant) for a in node.args):
        return "Frame of a text that is not a constant"
    if name not in READS_MARKUP or told is not None:
        return ""
    first = node.args[0] if node.args else None
    is_content = isinstance(first, ast.Call) and ast.unparse(first.func).startswith("Content")
    return "" if is_content else f"{name} without markup=False"


def _base(node: ast.ClassDef) -> str:
    """A class made of one that reads markup tells it not to when it begins."""
    bases = {getattr(base, "id", "") for base in node.bases} & READS_MARKUP
    told = "super().__init__" in ast.unparse(node) and "markup=False" in ast.unparse(node)
    return f"class of {bases} without markup=False" if bases and not told else ""


def _is_ours(value: ast.expr, names: set[str]) -> bool:
    """Whether a text is written here, or made of `names`, which hold such texts.

    `name` and `keys` are parameters of `Frame`, whose calls are looked at.
    """
    match value:
        case ast.IfExp():
            return _is_ours(value.body, names) and _is_ours(value.orelse, names)
        case ast.JoinedStr():
            return all(_is_ours(part, names) for part in value.values)
        case ast.FormattedValue(value=ast.Name(id=name)) | ast.Name(id=name):
            return name in names
    return isinstance(value, ast.Constant)


def _names_of_ours(tree: ast.AST) -> Iterator[str]:
    """Yield the names that are only ever given texts that are written here."""
    given: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                given.setdefault(name, []).append(value)
    yield from (name for name, values in given.items() if all(_is_ours(v, set()) for v in values))


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        parts = (v.value if isinstance(v, ast.Constant) else "x" for v in node.values)
        return "".join(map(str, parts))
    return str(getattr(node, "value", ""))


def test_nothing_in_the_source_is_read_as_markup():
    # what completes commands is text for a shell, which no terminal app draws
    files = [f for f in sorted(SOURCE.rglob("*.py")) if not f.stem.startswith("completion")]
    assert len(files) > 100
    found = {str(f.relative_to(SOURCE)): list(markup_in(f.read_text("utf-8"))) for f in files}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "Static(order.name)",
        "self.app.notify(text)",
        "self.app.notify(text, markup=True)",
        "Words(text, markup=is_ours)",
        "Content.from_markup(text)",
        "Text.from_markup(text)",
        "from rich.markup import render",
        "x = f'[b]{order.name}[/b]'",
        "x = f'[{color}]{name}[/]'",
        "x = '[@click=app.quit]leave[/]'",
        "x = '[bold red]no[/]'",
        "x = f'[$error]{name}'",
        "self.border_title = order.name",
        "word = order.name\nself.border_title = f'x {word}'",
        "Frame(order.name, '')",
        "Frame(name, keys)",
        "class Line(Static): pass",
    ],
)
def test_what_could_be_markup_is_found(line):
    assert list(markup_in(line))


@pytest.mark.parametrize(
    "line",
    [
        "Static(text, markup=False)",
        "Option(Content(text))",
        "x = rows[bold]",
        "x = '[1] ORDERS'",
        "x = re.compile(r'[a-z]+[/@]')",
        "def f():\n    '''Not [b] here.'''",
        "self.border_subtitle = 'Tab' if reasons else ''",
        "word = 'a' if b else 'c'\nself.border_title = f'x {word}'",
    ],
)
def test_what_is_none_is_let_be(line):
    assert not list(markup_in(line))
