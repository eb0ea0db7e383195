"""E: what is asked, what is written, and what is never overwritten by mistake."""

import csv
import io
import json
import stat

import pytest

from sms_monitor.core.export import Format
from sms_monitor.simulator.demo import demo_order_ids
from tests.core.orders import ORDER
from tests.ui.stage import stage
from tests.ui.test_handing_over import HOSTILE, NIN, NUMBER, body, one_order
from tests.ui.test_marks import BEFORE, played
from tests.ui.test_marks import body as rows

NAME = "sms-KOM-118-2026-11-23.csv"
KOM_118 = demo_order_ids(7)[0]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()


def table(path):
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


async def written(s, path):
    """Wait for the file and the sentence about it."""
    await s.until(lambda: path.exists() and "SMS written" in s.text())
    await s.pilot.pause()


async def test_enter_writes_what_is_shown_and_says_where_and_how_much(tmp_path):
    async with stage((200, 50), order_ids=[KOM_118]) as s:
        await s.press("2", "f", "A", "E", "enter")
        await written(s, tmp_path / NAME)
        assert f"15 SMS written, masked: {tmp_path / NAME}" in s.text()
        assert [line["id"] for line in table(tmp_path / NAME)] == list(s.screen.sms_table.keys)
        assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


async def test_the_arrows_choose_and_a_path_of_home_is_taken(tmp_path):
    async with stage((120, 40), **played(rows(BEFORE))) as s:
        await s.press("2", "space", "j", "j", "space", "E")
        # marked when there are marks
        assert "[2 marked]" in s.text() and "Separator" in s.text()
        await s.press("right")
        assert "[json]" in s.text() and "Separator" not in s.text()
        await s.press("tab", "left")
        assert "[6 shown]" in s.text()
        await s.press("tab", *["backspace"] * 60, *"~/out.json", "enter")
        await written(s, tmp_path / "home" / "out.json")
        whole = json.loads((tmp_path / "home" / "out.json").read_text())
        assert whole["order_id"] == ORDER and whole["generated"] == 6
        assert [one["id"] for one in whole["notifications"]] == list(s.screen.sms_table.keys)


@pytest.mark.parametrize("form", Format)
async def test_the_ending_follows_the_format_and_numbers_are_masked(tmp_path, form):
    async with one_order() as s:
        path = tmp_path / NAME.replace("csv", form)
        await s.press("2", "E", *["right"] * list(Format).index(form), "enter")
        await written(s, path)
        assert NUMBER[3:] not in path.read_text() and NIN not in path.read_text()
        await s.press("m", "E", *["right"] * list(Format).index(form))
        assert "UNMASKED" in s.text()
        await s.press("enter", "y")
        await s.until(lambda: NUMBER in path.read_text())


async def test_separator_and_bom_are_for_csv(tmp_path):
    async with one_order() as s:
        await s.press("2", "E", "tab", "tab", "right", "tab", "space", "enter")
        await written(s, tmp_path / NAME)
        assert (tmp_path / NAME).read_bytes().startswith(b"\xef\xbb\xbfrecipient,phase,")


async def test_a_file_that_is_there_is_asked_about(tmp_path):
    async with one_order() as s:
        (tmp_path / NAME).write_text("mine")
        await s.press("2", "E", "enter")
        await s.until(lambda: "is there already" in s.text() and "Replace it?" in s.text())
        await s.press("n")
        # back in the dialog, with what was chosen
        assert "Export" in s.text() and (tmp_path / NAME).read_text() == "mine"
        await s.press("enter")
        await s.until(lambda: "Replace it?" in s.text())
        await s.press("y")
        await s.until(lambda: "SMS written" in s.text())
        assert len(table(tmp_path / NAME)) == 1


async def test_a_place_that_is_not_there_is_said_and_nothing_typed_is_lost(tmp_path):
    async with one_order() as s:
        await s.press("2", "E", "right", "right", "tab", "tab", *["backspace"] * 60)
        await s.press(*"gone/x.md", "enter")
        await s.until(lambda: "There is no directory" in s.text())
        assert "[md]" in s.text() and "gone/x.md" in s.text()
        await s.press(*["backspace"] * 9, *"x.md", "enter")
        await written(s, tmp_path / "x.md")
        assert (tmp_path / "x.md").read_text().startswith("**KOM-118**: 1 of 1 SMS")


async def test_marked_sms_that_are_filtered_away_are_written_too(tmp_path):
    async with stage((120, 40), **played(rows(BEFORE))) as s:
        await s.press("2", "g", "space", "j", "space", "slash", *"st:none", "enter")
        assert len(s.screen.sms_table.keys) == 0
        await s.press("E", "enter")
        await s.until(lambda: "2 SMS written" in s.text())
        (path,) = tmp_path.glob("*.csv")
        assert {line["id"][-2:] for line in table(path)} == {"00", "01"}


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        (HOSTILE, "sms-cmd-x-A0"),
        ("../../etc/passwd", "sms-etc-passwd-2026-11-23.csv"),
        (f"til {NUMBER}", f"sms-{ORDER[:8]}-2026-11-23.csv"),
        ("", "sms-"),
    ],
)
async def test_the_name_of_the_file_is_harmless(tmp_path, reference, name):
    async with one_order(body(reference)) as s:
        await s.press("2", "E", "enter")
        await s.until(lambda: "SMS written" in s.text())
        (path,) = tmp_path.glob("*.csv")
        assert path.name.startswith(name)


async def test_esc_writes_nothing(tmp_path):
    async with one_order() as s:
        await s.press("2", "E", "escape")
        assert "[2] SMS" in s.text() and list(tmp_path.glob("*.csv")) == []


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_the_dialog_is_whole_on_a_small_screen(size):
    async with one_order(size=size) as s:
        await s.press("2", "space", "E")
        for word in ("Format", "Rows", "[1 marked]", "Separator", "Excel BOM", "Numbers", NAME):
            assert word in s.text()
        line = next(line for line in s.lines() if "Separator" in line)
        row, column = s.lines().index(line), line.index("tab")
        await s.pilot.click(offset=(column, row))
        assert "[tab]" in s.text()


async def test_the_path_of_the_command_chooses_the_format(tmp_path):
    async with stage((120, 40), **played(rows(BEFORE))) as s:
        await s.press("colon", *"export a.xlsx", "enter")
        assert 'What ".xlsx" is to hold is not known' in s.text()
        await s.press("escape", "colon", *"export a.json", "enter")
        assert "[json]" in s.text()
        # what is typed in the dialog chooses too
        await s.press("tab", "tab", *["backspace"] * 60, *"a.md")
        assert "[md]" in s.text()
        await s.press("enter")
        await written(s, tmp_path / "a.md")
        assert (tmp_path / "a.md").read_text().startswith("**")
