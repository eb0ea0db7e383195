"""`export`: the SMS of one order on stdout or in a file, masked, and the exit status of status."""

from __future__ import annotations

import csv
import io
import json
import stat

import pytest

from .conftest import IDS

INNK = IDS["INNK-77"]


def table(text, separator=";"):
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def test_csv_is_the_default_worst_first_and_masked(home):
    done = home.run("export", INNK)
    lines = table(done.stdout)
    assert len(lines) == 200 and [line["phase"] for line in lines[:5]] == ["failed"] * 4 + [
        "confirmed"
    ]
    assert all("•" in line["recipient"] for line in lines)
    assert not any(line["recipient"][0] in "=+-@" for line in lines)
    assert {line["order_id"] for line in lines} == {INNK}
    assert (done.returncode, done.stderr) == (1, "")


def test_json_is_what_status_prints(home):
    exported = home.run("export", "--format", "json", INNK)
    status = home.run("status", "--json", "--rows", INNK)
    assert json.loads(exported.stdout) == json.loads(status.stdout)
    assert exported.returncode == status.returncode


def test_faults_alone_as_a_table(home):
    done = home.run("export", "--format=md", "--faults", INNK)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("**INNK-77**: 4 of 200 SMS") and len(lines) == 8
    assert all(line.startswith("| ") and line.endswith(" |") for line in lines[4:])


def test_unmask_shows_whole_numbers(home):
    whole = [line["recipient"] for line in table(home.run("export", "--unmask", INNK).stdout)]
    masked = home.run("export", INNK).stdout
    assert not any("•" in one or one.lstrip("'") in masked for one in whole)
    assert any(one.startswith("'+47") for one in whole)


def test_a_file_is_ours_alone_and_its_bytes_are_those_of_stdout(home, tmp_path):
    path = tmp_path / "sms.csv"
    done = home.run("export", "--bom", "--separator", ",", "-o", str(path), INNK)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"200 SMS written to {path}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfrecipient,phase,") and data.count(b"\r\n") == 201
    assert len(table(data.decode("utf-8-sig"), ",")) == 200
    again = home.run("export", "-o", str(path), INNK)
    assert again.returncode == 4 and "is there already" in again.stderr
    assert path.read_bytes() == data


@pytest.mark.parametrize(("name", "start"), [("x.json", "{"), ("x.MD", "**INNK-77"), ("x", "rec")])
def test_the_name_of_the_file_chooses_the_format(home, tmp_path, name, start):
    home.run("export", "-o", str(tmp_path / name), INNK)
    assert (tmp_path / name).read_text().startswith(start)


def test_a_format_that_is_given_goes_before_the_name(home, tmp_path):
    home.run("export", "--format", "json", "-o", str(tmp_path / "x.txt"), INNK)
    assert json.loads((tmp_path / "x.txt").read_text())["order_id"] == INNK


def test_stdout_is_utf_8_whatever_the_locale(home):
    with_locale = home.run("export", INNK, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert "•" in with_locale.stdout and with_locale.stdout == home.run("export", INNK).stdout


def test_a_reference_names_a_watched_order(home):
    home.watch("KOM-118", "INNK-77")
    assert len(table(home.run("export", "INNK-77").stdout)) == 200


@pytest.mark.parametrize(
    ("arguments", "said", "status"),
    [
        ((IDS["UNKNOWN"],), "was not found", 3),
        (("not-watched",), "No watched order is called", 4),
        (("--format", "json", "--bom", INNK), "--separator and --bom are for csv", 4),
        (("--separator", "x", INNK), "is not one of", 4),
        (("-o", "/nowhere/sms.csv", INNK), "There is no directory /nowhere", 4),
        (("-o", "sms.xlsx", INNK), 'What ".xlsx" is to hold is not known', 4),
        ((), "the following arguments are required", 4),
    ],
)
def test_what_is_wrong_is_said_on_stderr_alone(home, arguments, said, status):
    done = home.run("export", *arguments)
    assert said in done.stderr and (done.returncode, done.stdout) == (status, "")
