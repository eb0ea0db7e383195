"""The screen as a picture: in both forms, where it was said, masked or agreed to."""

import stat

import pytest
from textual.command import CommandPalette

from tests.ui.test_handing_over import NUMBER, one_order


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


async def shot(s, path=""):
    await s.app.run_action(f"app.shot({path!r})")
    await s.pilot.pause()


async def told(s, words="Picture written"):
    await s.until(lambda: words in s.text())


async def test_a_picture_is_svg_and_text_of_what_is_on_the_screen(tmp_path):
    async with one_order(size=(200, 50)) as s:
        await s.press("2", "enter")
        await shot(s)
        await told(s, f"masked: {tmp_path}/sms-monitor-2026-11-23-0850")
        svg, text = sorted(tmp_path.iterdir(), key=lambda path: path.suffix)
        assert [svg.suffix, text.suffix] == [".svg", ".txt"]
        assert svg.read_text().startswith("<svg") and "KOM-118" in svg.read_text()
        assert "Do next" in text.read_text() and "+47••••••63" in text.read_text()
        for path in (svg, text):
            assert NUMBER[3:] not in path.read_text()
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("typed", ["here", "here.svg", "here.txt"])
async def test_a_name_may_be_given(tmp_path, typed):
    async with one_order() as s:
        await shot(s, typed)
        await told(s)
        assert {path.name for path in tmp_path.iterdir()} == {"here.svg", "here.txt"}


@pytest.mark.parametrize("there", ["here.svg", "here.txt"])
async def test_a_file_that_is_there_stays_and_nothing_half_is_left(tmp_path, there):
    (tmp_path / there).write_text("mine")
    async with one_order() as s:
        await shot(s, "here")
        await told(s, "is there already")
        assert [path.name for path in tmp_path.iterdir()] == [there]
        assert (tmp_path / there).read_text() == "mine"


async def test_personal_data_is_written_only_when_somebody_agrees(tmp_path):
    async with one_order() as s:
        await s.press("2", "m")
        await shot(s, "here")
        await told(s, "The screen shows personal data")
        await s.press("n")
        await s.pilot.pause()
        assert list(tmp_path.iterdir()) == []
        await shot(s, "here")
        await told(s, "The screen shows personal data")
        await s.press("y")
        await told(s, "with PERSONAL DATA")
        text = (tmp_path / "here.txt").read_text()
        assert NUMBER in text and "Confirm" not in text


async def test_a_number_that_is_being_looked_for_counts_as_personal_data(tmp_path):
    async with one_order() as s:
        await s.press("2", "slash", *NUMBER[1:])
        await shot(s, "here")
        await told(s, "The screen shows personal data")
        await s.press("escape")
        assert list(tmp_path.iterdir()) == []


async def test_the_palette_has_this_picture_and_not_textuals(tmp_path):
    async with one_order() as s:
        commands = [one for one in s.app.get_system_commands(s.screen) if "shot" in one.title]
        assert [one.title for one in commands] == ["screenshot [PATH]"]
        await s.press("2", "ctrl+p")
        await s.until(lambda: isinstance(s.app.screen, CommandPalette))
        await s.press(*"screenshot")
        await s.until(lambda: "Save an SVG and a text" in s.text())
        await s.press("enter")
        await told(s)
        (text,) = tmp_path.glob("*.txt")
        # of what lies under the palette
        assert "[2] SMS" in text.read_text() and "screenshot" not in text.read_text()


async def test_a_number_that_is_being_typed_in_a_dialog_is_asked_about(tmp_path):
    async with one_order() as s:
        await s.press("number_sign", *"40404040")
        await s.app.run_action("app.shot")
        await s.until(lambda: "personal data" in s.text())
        await s.press("n")
        await s.until(lambda: "personal data" not in s.text())
        assert list(tmp_path.iterdir()) == []
        assert "Find a person" in s.text(), "the dialog still waits for its answer"
        await s.press("enter")
        await s.until(lambda: "none of the" in s.text())
