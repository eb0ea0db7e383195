"""Whatever is in a file of ours or a person's: a sentence, and nothing of it is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_monitor.core.errors import ConfigError, StorageError
from sms_monitor.services.config import load_config
from sms_monitor.services.state import StateFile, ViewState
from sms_monitor.services.watch_list import WatchList
from sms_monitor.ui.widgets.sms_table import view_of

from .strategies import bytes_of, is_clean, near, spoiled, strings_in, texts, values

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ORDER = "f1a1cc30-197f-4f34-8304-006ce4945fd1"

CONFIG = """\
config_version = 1
default_profile = "work"
interval = 15.0
theme = "textual-dark"
clipboard = "osc52"
language = "nb"
history_days = 30
keys = { quit = "ctrl+q", faults = "f,F" }
[thresholds]
abnormal_percent = 2.5
same_minute = 20
[alerts]
failed = 5
quiet = "22-07"
hook = ["notify-send", "{summary}"]
[profiles.work]
environment = "tt02"
auth = "maskinporten"
client_id = "c"
key = { file = "key.pem", password = { env = "PASS" } }
key_expires = 2027-05-01
[profiles.local]
environment = "custom"
base_url = "http://127.0.0.1:5090"
auth = "none"
"""

toml_values = st.one_of(
    st.sampled_from(
        [
            *("1", "-1", "1e400", "nan", "inf", "true", '""', "''", "[]", "{}", "2027-05-01"),
            *("0x1F", "9" * 400, "[[[]]]", '{ file = "x", env = "Y" }', '"\\u202e"', "'\\x1b'"),
            *('["a", 1]', '"""\n"""', "1979-05-27T07:32:00Z", '"$HOME/~"', '{ command = ["x"] }'),
        ]
    ),
    texts.map(lambda text: json.dumps(text.encode("utf-8", "replace").decode())),
)


@st.composite
def near_config(draw):
    """The config above with lines of another value, of another key, doubled or gone."""
    lines = CONFIG.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        key, _, _ = lines[at].partition(" = ")
        what = draw(st.sampled_from(["value", "value", "value", "key", "gone", "moved", "text"]))
        match what:
            case "value":
                lines[at] = f"{key} = {draw(toml_values)}"
            case "key":
                lines.insert(at, f"{draw(toml_values)} = {draw(toml_values)}")
            case "gone":
                del lines[at]
            case "moved":
                lines.append(lines[at])
            case "text":
                lines[at] += draw(texts)
    return "\n".join(lines).encode("utf-8", "surrogatepass" if draw(st.booleans()) else "replace")


configs = st.one_of(near_config(), near_config(), spoiled(CONFIG.encode()), st.binary(max_size=80))


@given(configs)
def test_a_config_is_understood_or_its_lines_are_named_and_it_is_never_touched(tmp_path, data):
    path = tmp_path / "config.toml"
    path.write_bytes(data)
    refused = None
    try:
        load_config(path)
    except ConfigError as error:
        refused = error
    if refused is not None:
        assert "config.toml line " in refused.message and str(path) in refused.next_step
        assert is_clean(refused.message, but="\n")
        assert all(len(line) < 1200 for line in refused.message.split("\n"))
    assert path.read_bytes() == data
    assert [one.name for one in tmp_path.iterdir()] == ["config.toml"]


WATCHED = {
    "version": 1,
    "profiles": {
        "work": [
            {"order_id": ORDER, "label": "KOM", "note": "n", "added": "2026-11-23T07:00:00Z"},
            {"order_id": ORDER.replace("f1", "e1"), "added": "2026-11-23T07:00:00+01:00"},
        ],
        "prod": [],
    },
}
STATE = {
    "version": 1,
    "profiles": {
        "work": {
            "last_order": ORDER,
            "row_id": ORDER,
            "filter": "st:failed",
            "faults_only": True,
            "sort": "age",
            "reverse": False,
            "language": "nb",
            "pane": "sms",
            "zoomed": True,
            "commands": ["sort age"],
        }
    },
}


def documents(valid):
    whole = json.dumps(valid, indent=1).encode()
    return st.one_of(
        near(valid).map(bytes_of),
        near(valid).map(bytes_of),
        spoiled(whole),
        values.map(bytes_of),
        st.binary(max_size=60),
        st.integers(2, 9).map(lambda n: bytes_of({**valid, "version": n, "profiles": []})),
    )


def written(folder, name, data):
    """The file, alone in its folder."""
    for one in folder.iterdir():
        one.unlink()
    path = folder / name
    path.write_bytes(data)
    return path


def kept_aside(path):
    """What is beside the file but for its lock, as it was."""
    return [p.read_bytes() for p in path.parent.iterdir() if ".corrupt-" in p.name]


@given(documents(WATCHED))
def test_a_watch_list_that_makes_no_sense_is_kept_aside_and_told(tmp_path, data):
    path = written(tmp_path, "orders.json", data)
    told: list[str] = []
    watched = WatchList(path, "work", lambda: NOW, told.append)
    try:
        before = watched.orders()
    except StorageError as error:
        assert_newer(error, path, data)
        return
    assert kept_aside(path) == ([data] if told else [])
    assert path.exists() is not bool(told)
    assert all(is_clean(o.label + o.note) and len(o.label) <= 1000 for o in before)
    new = "00000000-0000-4000-8000-000000000001"
    assert new not in {o.order_id for o in before}
    watched.add([new])
    after = watched.orders()
    assert [o.order_id for o in after] == [*(o.order_id for o in before), new]
    assert WatchList(path, "work", lambda: NOW, told.append).orders() == after
    assert len(told) <= 1 and all(path.name in one for one in told)


def assert_newer(error, path, data):
    assert "newer sms-monitor" in error.message
    assert path.read_bytes() == data and kept_aside(path) == []


@given(documents(STATE))
def test_a_view_that_makes_no_sense_is_kept_aside_and_told(tmp_path, data):
    path = written(tmp_path, "state.json", data)
    state, trouble = StateFile(path, "work", lambda: NOW).load()
    if trouble is not None and "newer" in trouble:
        assert path.read_bytes() == data and state == ViewState()
        return
    assert kept_aside(path) == ([data] if trouble else [])
    # whatever was in it, it can be looked at, and kept
    view_of(state)
    assert is_clean(state.filter) and all(map(is_clean, state.commands))
    file = StateFile(path, "work", lambda: NOW)
    changed = state.model_copy(update={"faults_only": not state.faults_only})
    assert file.save(changed) is None
    assert file.load()[0].faults_only is changed.faults_only


@pytest.mark.parametrize("deep", [b"[" * 100_000, b'{"profiles":' * 50_000])
@pytest.mark.parametrize("name", ["config.toml", "orders.json", "state.json"])
def test_a_file_without_a_bottom_is_no_traceback(tmp_path, name, deep):
    path = written(tmp_path, name, b"x = " + deep if name == "config.toml" else deep)
    if name == "config.toml":
        with pytest.raises(ConfigError):
            load_config(path)
    elif name == "orders.json":
        assert WatchList(path, "work", lambda: NOW, str).orders() == ()
    else:
        assert StateFile(path, "work", lambda: NOW).load()[0] == ViewState()
    assert any(p.stat().st_size >= 100_000 for p in tmp_path.iterdir())


def test_the_strings_of_a_view_are_all_looked_at():
    """A new text of the view must be cleaned too."""
    strings = {n for n, f in ViewState.model_fields.items() if "str" in str(f.annotation)}
    # the rest are names of ours, which are only ever compared
    assert strings == {"last_order", "row_id", "filter", "sort", "language", "pane", "commands"}
    assert list(strings_in(("a", "b"))) == ["a", "b"]
