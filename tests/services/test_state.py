import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from sms_monitor.services.files import locked
from sms_monitor.services.state import StateFile, ViewState

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ORDER = "f1a1cc30-197f-4f34-8304-006ce4945fd1"
STATE = ViewState(
    last_order=ORDER,
    row_id="5b1e0000-0000-4000-8000-0000000077c0",
    filter="re:[a",
    faults_only=True,
    sort="age",
    reverse=True,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "state.json"


@pytest.fixture
def state_file(path):
    return StateFile(path, "tt02", lambda: NOW)


def test_the_first_start_has_the_default_and_makes_no_file(state_file, path):
    assert state_file.load() == (ViewState(), None)
    assert not path.parent.exists()


def test_what_is_saved_is_found_again(state_file, path):
    assert state_file.save(STATE) is None

    assert StateFile(path, "tt02", lambda: NOW).load() == (STATE, None)
    assert path.stat().st_mode & 0o777 == 0o600


def test_profiles_keep_their_own(state_file, path):
    other = StateFile(path, "prod", lambda: NOW)
    state_file.save(STATE)
    other.save(ViewState(filter="x"))

    assert state_file.load() == (STATE, None)
    assert other.load() == (ViewState(filter="x"), None)


def test_an_unchanged_state_is_not_written(state_file, path):
    state_file.save(STATE)
    before = path.stat().st_ino

    state_file.save(STATE)

    assert path.stat().st_ino == before


def test_what_a_newer_program_keeps_beside_ours_stays(state_file, path):
    path.parent.mkdir()
    newer = {"version": 2, "panes": [1], "profiles": {"tt02": {"filter": "x", "marks": [3]}}}
    path.write_text(json.dumps(newer))

    state, trouble = state_file.load()
    assert (state.filter, trouble) == ("x", None)
    assert state_file.save(STATE) is None

    after = json.loads(path.read_text())
    assert (after["version"], after["panes"]) == (2, [1])
    assert after["profiles"]["tt02"] == {"marks": [3], **STATE.model_dump(mode="json")}


def test_a_corrupt_file_is_kept_aside_and_the_default_used(state_file, path):
    path.parent.mkdir()
    path.write_text("{")

    state, trouble = state_file.load()

    assert state == ViewState()
    assert trouble == (
        f"{path} could not be understood, so it was kept as "
        "state.json.corrupt-20261123T080000 and a new one begun."
    )
    assert path.with_name("state.json.corrupt-20261123T080000").read_text() == "{"
    assert state_file.load() == (ViewState(), None)


def test_a_file_that_becomes_corrupt_is_kept_aside_at_the_next_save(state_file, path):
    state_file.save(STATE)
    path.write_text("[]")

    trouble = state_file.save(STATE)

    assert trouble is not None
    assert "kept as state.json.corrupt-20261123T080000" in trouble
    assert state_file.load() == (STATE, None)


def test_a_state_of_a_newer_shape_is_neither_used_nor_overwritten(state_file, path):
    path.parent.mkdir()
    path.write_text('{"version": 3, "profiles": 1}')

    newer = f"{path} was written by a newer sms-monitor."
    assert state_file.load() == (ViewState(), f"The last view is not restored. {newer}")
    assert state_file.save(STATE) == f"The view is not saved. {newer}"
    assert path.read_text() == '{"version": 3, "profiles": 1}'


def test_trouble_with_the_disk_is_a_sentence_not_an_exception(state_file, path):
    path.parent.write_text("")
    why = f"{path.parent} is not a directory."

    assert state_file.save(STATE) == f"The view is not saved. {path} cannot be locked: {why}"
    state, trouble = state_file.load()
    assert state == ViewState()
    assert trouble == f"The last view is not restored. {path} cannot be read: Not a directory."


def test_a_state_another_program_holds_is_a_sentence(state_file, path):
    with locked(path):
        trouble = state_file.save(STATE)

    expected = f"{path} is being changed by another sms-monitor."
    assert trouble == f"The view is not saved. {expected}"


def test_a_filter_with_control_characters_is_saved_clean(state_file):
    assert state_file.save(ViewState(filter="a\x1b\udc80")) is None

    assert state_file.load()[0].filter == "a��"


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the program is killed 100 times by forking")
def test_a_program_killed_100_times_while_saving_leaves_a_state_that_loads(state_file, path):
    program = f"""
import os, signal
from datetime import UTC, datetime
from pathlib import Path
from sms_monitor.services.state import StateFile, ViewState
state_file = StateFile(Path({str(path)!r}), "tt02", lambda: datetime.now(UTC))
for time in range(100):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        n = 0
        while True:
            n += 1
            state_file.save(ViewState(filter=f"{{n:04d}}" * 200))
            os.write(write, b".")
    os.close(write)
    saves = time % 4
    for _ in range(saves):
        assert os.read(read, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(read)
    state, trouble = state_file.load()
    assert trouble is None
    assert state.filter == state.filter[:4] * 200
    assert int(state.filter[:4] or 0) >= saves
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert state_file.load()[0].filter != ""
