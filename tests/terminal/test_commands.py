"""Commands and the mouse, in a pseudo terminal."""

from tests.terminal.pty_session import PtySession

DEMO = ["-m", "sms_monitor", "demo", "--seed", "7"]
MOUSE_ON, MOUSE_OFF = b"\x1b[?1000h", b"\x1b[?1000l"


def test_the_mouse_is_left_to_the_terminal_and_taken_back() -> None:
    with PtySession(DEMO) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text())
        assert MOUSE_ON in terminal.received and MOUSE_OFF not in terminal.received
        terminal.send(":mouse off\r")
        terminal.until(lambda: MOUSE_OFF in terminal.received)
        terminal.until(lambda: "The terminal has the mouse" in terminal.text())
        terminal.send(":mouse on\r")
        terminal.until(lambda: MOUSE_ON in terminal.received[terminal.received.index(MOUSE_OFF) :])
        terminal.send(":q\r")
        assert terminal.ends() == 0
        assert terminal.received.rindex(MOUSE_OFF) > terminal.received.rindex(MOUSE_ON)


def test_no_mouse_never_takes_it() -> None:
    with PtySession([*DEMO, "--no-mouse"]) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text())
        terminal.send(":mou\t o\x7f\x7f")
        terminal.until(lambda: ":mouse" in terminal.text() or "mouse on|off" in terminal.text())
        terminal.send("\x1b")
        terminal.send("\x11")
        assert terminal.ends() == 0
        assert MOUSE_ON not in terminal.received


def test_a_command_typed_in_one_go_is_completed_and_run() -> None:
    with PtySession(DEMO, size=(120, 40)) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text())
        terminal.send(":order purr\r:sor\tage de\t\r")
        terminal.until(lambda: "by age, reversed" in terminal.text())
        terminal.send(":nonsense\r")
        terminal.until(lambda: 'There is no command "nonsense"' in terminal.text())
        terminal.send("\x1b")
        terminal.until(lambda: "There is no command" not in terminal.text())
        terminal.send("\x11")
        assert terminal.ends() == 0


def test_no_color_shows_what_tab_has_taken() -> None:
    with PtySession(DEMO, env={"NO_COLOR": "1"}) as terminal:
        terminal.until(lambda: "KOM-118" in terminal.text())
        terminal.send(":mask ")
        terminal.until(lambda: "mask on|off:  on  off" in terminal.text())
        terminal.send("\t\t")
        terminal.until(lambda: ":mask off" in terminal.text() or " mask off" in terminal.text())
        row = next(y for y, line in enumerate(terminal.screen.display) if "mask on|off:" in line)
        column = terminal.screen.display[row].index("on  off") + 4
        terminal.until(lambda: terminal.screen.buffer[row][column].reverse)
        terminal.send("\x1b\x11")
        terminal.ends()
