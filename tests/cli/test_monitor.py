"""The monitor on a real terminal: what opens, what is said when it cannot."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.terminal.pty_session import PtySession

from .conftest import IDS


class Screen(PtySession):
    """The program on a terminal in memory."""

    def shows(self, *words: str) -> str:
        """Wait until all of `words` are on the screen; return its text."""
        self.until(lambda: all(word in self.text() for word in words))
        return self.text()


@pytest.fixture
def terminal(home) -> Callable[..., Screen]:
    """Starts the program on a terminal; leaving the block ends it."""

    def start(*arguments: str, **environ: str) -> Screen:
        env = {"SMS_MONITOR_HOME": str(home.path), **environ}
        return Screen(["-m", "sms_monitor", *arguments], size=(100, 30), env=env)

    return start


def test_the_demo_opens_and_ends_and_leaves_nothing(terminal, home):
    home.write_config("this is not TOML")
    with terminal("demo") as screen:
        screen.shows("DEMO", "KOM-118", "MORG-02")
        screen.send("\x11")
        assert screen.ends() == 0
    assert [path.name for path in home.path.rglob("*")] == ["config", "config.toml"]


def test_the_locale_decides_the_language_of_the_guidance(terminal):
    with terminal("demo", LC_ALL="nb_NO.UTF-8") as screen:
        screen.shows("Say (nb)", "Ikke levert")


def test_the_config_decides_before_the_locale(terminal, home):
    home.watch("KOM-118")
    home.write_config('language = "nb"\n' + home.config.read_text())
    with terminal(LC_ALL="en_US.UTF-8") as screen:
        screen.shows("Say (nb)", "Ikke levert")


@pytest.mark.parametrize(
    ("arguments", "environ", "zeros"),
    [(["--ascii"], {}, "....."), ([], {"TERM": "linux"}, "....."), ([], {}, "▁▁▁▁▁")],
)
def test_sparklines_are_drawn_as_the_terminal_can(terminal, arguments, environ, zeros):
    with terminal("demo", *arguments, **environ) as screen:
        screen.shows("DEMO", "KOM-118", "FAILED IN 5 MIN", f" {zeros}")


def test_the_config_asks_for_ascii(terminal, home):
    home.watch("KOM-118")
    home.write_config("ascii = true\n" + home.config.read_text())
    with terminal() as screen:
        screen.shows("KOM-118", "FAILED IN 5 MIN", " .....")


def test_orders_given_are_watched_and_the_first_is_shown(terminal, home):
    home.watch("KOM-118")
    with terminal(IDS["VARS-09"].upper(), IDS["ARKI-03"]) as screen:
        screen.shows("local", "LIVE", "KOM-118", "VARS-09", "ARKI-03", "126 of 126")
        screen.send("\x11")
        assert screen.ends() == 0
    assert home.watched() == [IDS[key] for key in ("KOM-118", "VARS-09", "ARKI-03")]


def test_a_watched_order_is_opened_by_its_reference(terminal, home):
    home.watch("KOM-118", "ARKI-03")
    with terminal("ARKI-03") as screen:
        screen.shows("150 of 150")
    assert home.watched() == [IDS["KOM-118"], IDS["ARKI-03"]]


def test_a_name_nobody_has_opens_no_screen(terminal, home):
    home.watch("KOM-118")
    with terminal("NOBODY") as screen:
        assert screen.ends() == 4
        assert 'No watched order is called "NOBODY"' in screen.text()


def test_a_watch_list_that_was_set_aside_is_told_on_the_screen(terminal, home):
    home.orders.write_text("{")
    with terminal() as screen:
        screen.shows("NO ORDERS")
        screen.send("4")
        # in full, wherever the lines break
        screen.until(lambda: "orders.jsoncould" in "".join(screen.text().split()))


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("config", "profiles = 3\n", "config.toml line 1: profiles"),
        ("orders", '{"version": 2, "profiles": []}', "written by a newer sms-monitor"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_sentence(terminal, home, file, text, said):
    getattr(home, file).write_text(text)
    with terminal() as screen:
        assert screen.ends() == 4
        assert said in "".join(line.rstrip() for line in screen.screen.display)
        assert "Traceback" not in screen.text()


def test_a_wrong_value_is_a_sentence_on_a_terminal_that_is_left_clean(terminal, home):
    home.config.write_text(f"interval = 1\n{home.config.read_text()}")
    with terminal() as screen:
        assert screen.ends() == 4
        raw = screen.received.decode()
    # alternate screen, mouse, focus, pasting
    for mode in (1049, 1000, 1003, 1006, 1004, 2004):
        on, off = raw.rfind(f"\x1b[?{mode}h"), raw.rfind(f"\x1b[?{mode}l")
        assert on <= off, mode
    assert raw.rfind("\x1b[?25h") > raw.rfind("\x1b[?25l")
    last = raw[raw.rindex("\x1b[?1049l") :]
    assert "config.toml line 1: interval is 1; allowed: 2 to 3600 seconds" in last
    assert "Traceback" not in raw


def test_a_dumb_terminal_gets_the_table(terminal, home):
    home.watch("ARKI-03")
    with terminal(TERM="dumb") as screen:
        assert screen.ends() == 0
        assert "+ ARKI-03" in screen.text()


def test_whoever_has_no_profile_is_welcomed_and_may_see_the_demo(terminal, home):
    home.config.unlink()
    with terminal() as screen:
        screen.shows("No profile", "Demo")
        screen.send("d")
        screen.shows("DEMO", "KOM-118")
        screen.send("\x11")
        assert screen.ends() == 0


def test_whoever_has_no_profile_may_leave(terminal, home):
    home.config.unlink()
    with terminal() as screen:
        screen.shows("No profile")
        screen.send("\x11")
        assert screen.ends() == 0
    assert not home.config.exists()


def test_a_token_in_the_environment_needs_no_config(terminal, home, serve):
    home.config.unlink()
    token = {"SMS_MONITOR_TOKEN": "canary-token", "SMS_MONITOR_BASE_URL": serve()}
    with terminal(IDS["ARKI-03"], **token) as screen:
        screen.shows("150 of 150", "LIVE")
    assert b"canary" not in screen.received
    assert not home.config.exists()
