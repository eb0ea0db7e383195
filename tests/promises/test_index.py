"""The lists of promises, of features and of the API's cases name tests that are there."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

import tests.contract
import tests.features
import tests.promises

TESTS = Path(__file__).parents[1]
PROMISES = re.split(r"\n(?=\d+\. )", tests.promises.__doc__.partition("\n\nTLS")[0])[1:]
FEATURES = re.split(r"\n(?=\d+\. )", tests.features.__doc__)[1:]
CASES = re.split(r"\n(?=\d+\. )", tests.contract.__doc__)[1:]
_PLACE_OR_NAME = re.compile(r"(?P<place>(?:[a-z]+/)?test_[a-z_{},]+)|`(?P<name>…?[a-z_…]+)`")


def named_in(promise: str) -> list[tuple[list[Path], str]]:
    """The files named, with the pattern of a test in one of them; "" for the whole file."""
    text = re.sub(r",\s+(?=[a-z_,]+\})", ",", promise)
    found: list[tuple[list[Path], str]] = []
    folder, places, used = "", [], True
    for match in _PLACE_OR_NAME.finditer(text):
        if match["name"]:
            found.append((places, match["name"]))
            used = True
            continue
        if used:
            places, used = [], False
        before, _, name = match["place"].rpartition("/")
        folder = before or folder
        parts = [part.split(",") for part in re.split(r"[{}]", name.rstrip(","))]
        files = [TESTS / folder / f"{''.join(each)}.py" for each in product(*parts)]
        places += files
        found += [([file], "") for file in files]
    return found


def is_there(files: list[Path], name: str) -> bool:
    start = "test_" if not name.startswith("…") else "test_[a-z0-9_]*"
    pattern = start + name.strip("…").replace("…", "[a-z0-9_]*")
    end = "[a-z0-9_]*" if name.endswith("…") else r"\("
    return any(
        re.search(rf"def {pattern if name else 'test_'}{end if name else ''}", file.read_text())
        for file in files
        if file.exists()
    )


def test_there_are_twenty_one():
    assert [int(promise.partition(".")[0]) for promise in PROMISES] == list(range(1, 22))


@pytest.mark.parametrize(
    "promise", [*PROMISES, *FEATURES, *CASES], ids=lambda promise: promise.partition(" `")[0][:30]
)
def test_each_promise_names_tests_that_are_there(promise):
    named = named_in(promise)
    assert named
    assert [(files, name) for files, name in named if not is_there(files, name)] == []
