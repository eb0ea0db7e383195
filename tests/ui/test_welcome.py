import pytest
from textual import events
from textual.widgets import Input, Select

from sms_monitor.services.config import load_config
from sms_monitor.ui.screens.new_profile import NewProfile
from sms_monitor.ui.welcome import Welcome, WelcomeApp
from tests.ui.dialog_host import SIZES, in_sight, shown, words


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "config.toml"


def value(app, field):
    return app.screen.query_one(f"#{field}", Input).value


@pytest.mark.parametrize(("key", "answer"), [("d", Welcome.DEMO), ("q", Welcome.QUIT)])
async def test_a_letter_answers(path, key, answer):
    app = WelcomeApp(path)
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.press(key)
        await pilot.pause()
    assert app.return_value is answer
    assert not path.exists()


async def test_ctrl_q_quits_from_the_form_too(path):
    app = WelcomeApp(path)
    async with app.run_test() as pilot:
        await pilot.press("t", "ctrl+q")
        await pilot.pause()
    assert app.return_value is Welcome.QUIT


async def test_ctrl_c_says_how_to_quit_and_does_not(path):
    app = WelcomeApp(path)
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert any("quit" in note.message for note in app._notifications)
        assert app.is_running


@pytest.mark.parametrize("size", SIZES)
async def test_the_config_file_and_how_to_write_it_are_shown(path, size):
    app = WelcomeApp(path)
    async with app.run_test(size=size) as pilot:
        await pilot.press("e")
        await pilot.pause()
        assert str(path) in words(app).replace(" ", "")
        assert "sms-monitor config init" in words(app)


async def test_a_profile_is_made_with_a_token_from_the_environment(path):
    app = WelcomeApp(path)
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.press("t", "end", *"-skd", "tab", "tab", "tab", *"ALTINN_TOKEN", "enter")
        await pilot.pause()
    assert app.return_value is Welcome.PROFILE_MADE
    profile = load_config(path).profiles["tt02-skd"]
    assert profile.base_url == "https://platform.tt02.altinn.no"
    assert profile.token.env == "ALTINN_TOKEN"


async def test_a_custom_api_asks_for_its_url_and_a_command_is_split(path):
    app = WelcomeApp(path)
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.press("t", "tab", "enter", "end", "enter", "tab")
        await pilot.press(*"https://api.example.org", "tab", "enter", "end", "enter", "tab")
        await pilot.press(*'get "my token"', "enter")
        await pilot.pause()
    assert app.return_value is Welcome.PROFILE_MADE
    profile = load_config(path).profiles["tt02"]
    assert profile.base_url == "https://api.example.org"
    assert profile.token.command == ("get", "my token")


async def test_what_is_wrong_is_said_in_place_and_nothing_typed_is_lost(path):
    app = WelcomeApp(path)
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.press("t", "tab", "tab", "tab", *"MY TOKEN", "enter")
        await pilot.pause()
        said = words(app).split("Name of the profile")[0]
        assert "token.env must be the name of an environment variable." in said
        assert "line" not in said
        assert value(app, "source") == "MY TOKEN"
        assert app.focused.id == "source"
        assert not path.exists()
        await pilot.press("left", "left", "left", "left", "left", "backspace", "_", "enter")
        await pilot.pause()
    assert load_config(path).profiles["tt02"].token.env == "MY_TOKEN"


async def test_a_missing_url_is_said_beside_its_field(path):
    app = WelcomeApp(path)
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.press("t", "tab", "enter", "end", "enter", "tab", "enter")
        await pilot.pause()
        assert "base_url is missing" in shown(app)
        assert app.focused.id == "base_url"


async def test_a_name_that_is_none_is_refused_before_anything_is_written(path):
    app = WelcomeApp(path)
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.press("t")
        app.post_message(events.Paste("x]\n[/red]"))
        await pilot.press("enter")
        await pilot.pause()
        assert "at most 40 letters" in shown(app)
        assert app.focused.id == "name"
        assert value(app, "name") == "x] [/red]"
        await pilot.press("escape")
        await pilot.pause()
        assert app.is_running and not isinstance(app.screen, NewProfile)
    assert not path.exists()


async def test_a_config_file_that_cannot_be_written_is_said(path):
    path.parent.write_text("a file where the directory should be")
    app = WelcomeApp(path)
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.press("t", "tab", "tab", "tab", *"T", "enter")
        await pilot.pause()
        assert "cannot be" in shown(app)
        assert value(app, "source") == "T"


async def test_what_the_file_says_already_is_kept(path):
    path.parent.mkdir()
    path.write_text("# mine\ninterval = 30\n")
    app = WelcomeApp(path)
    async with app.run_test() as pilot:
        await pilot.press("t", "tab", "tab", "tab", *"T", "enter")
        await pilot.pause()
    assert path.read_text().startswith("# mine\ninterval = 30\n")
    assert load_config(path).interval == 30


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", ["tab", "shift+tab"])
async def test_every_field_can_be_reached_in_sight(path, size, step):
    app = WelcomeApp(path)
    async with app.run_test(size=size) as pilot:
        await pilot.press("t", "tab", "enter", "end", "enter")
        await pilot.pause()
        reached = set()
        for _ in range(6):
            assert in_sight(app)
            reached.add(app.focused.id)
            await pilot.press(step)
            await pilot.pause()
        fields = {widget.id for widget in app.screen.query("Input, Select")}
        assert reached == fields


async def test_the_list_of_environments_is_open_whole(path):
    app = WelcomeApp(path)
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.press("t", "tab", "enter")
        await pilot.pause()
        screen = shown(app)
        for name in ("prod", "tt02", "at22", "at23", "at24", "yt01", "custom"):
            assert name in screen
        await pilot.press("escape")
        await pilot.pause()
        assert not app.screen.query_one("#environment", Select).expanded
