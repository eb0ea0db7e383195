"""`config`: where the file is, the first one, and what is wrong with it."""

from __future__ import annotations

import pytest


def test_the_path_is_printed_also_when_there_is_no_file(empty_home):
    done = empty_home.run("config", "path")
    assert (done.returncode, done.stdout) == (0, f"{empty_home.config}\n")


def test_the_first_config_is_written_once_and_is_right(empty_home):
    first = empty_home.run("config", "init")
    assert (first.returncode, first.stdout) == (0, f"{empty_home.config}\n")
    text = empty_home.config.read_text()
    again = empty_home.run("config", "init")
    assert (again.returncode, again.stdout) == (4, "")
    assert empty_home.config.read_text() == text
    check = empty_home.run("config", "check")
    assert (check.returncode, check.stderr) == (0, "")


def test_check_tells_the_profiles_and_which_one_is_used(empty_home):
    empty_home.write_config(
        'default_profile = "b"\n'
        '[profiles.a]\nenvironment = "tt02"\nauth = "token"\ntoken = {env = "SOME_TOKEN"}\n'
        '[profiles.b]\nenvironment = "custom"\nbase_url = "http://127.0.0.1:1"\nauth = "none"\n'
    )
    assert empty_home.run("config", "check", SOME_TOKEN="canary").stdout.splitlines() == [
        f"{empty_home.config}: ok",
        "  a  tt02  https://platform.tt02.altinn.no  token from env SOME_TOKEN",
        "  b  custom  http://127.0.0.1:1  no sign-in  default",
    ]
    assert "SOME_TOKEN, which is not set now" in empty_home.run("config", "check").stdout
    assert empty_home.run("config", "check", "--profile", "c").returncode == 4


def test_check_without_a_file_says_how_to_make_one(empty_home):
    done = empty_home.run("config", "check")
    assert done.returncode == 4
    assert "config init" in done.stderr


def test_check_tells_every_problem_with_its_line(home):
    home.write_config('inteval = 3\ntheme = 4\n[profiles.a]\nenvironment = "tt2"\n')
    done = home.run("config", "check")
    assert (done.returncode, done.stdout) == (4, "")
    for line in ("line 1: inteval", "line 2: theme", "line 3: profiles.a.auth", "line 4: "):
        assert f"config.toml {line}" in done.stderr
    assert 'Did you mean "interval"?' in done.stderr


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('token = { file = "t" }', "mode 0644"),
        ('token = { file = "missing" }', "missing cannot be read"),
        ('token = { env = "T" }\nca_bundle = "t"', "no certificates"),
    ],
)
def test_check_looks_at_the_files_a_profile_names(home, lines, said):
    home.write_config(f'[profiles.a]\nenvironment = "tt02"\nauth = "token"\n{lines}\n')
    secret = home.config.with_name("t")
    secret.write_text("canary")
    secret.chmod(0o644)
    done = home.run("config", "check")
    assert (done.returncode, done.stdout) == (4, "")
    assert said in done.stderr
    assert "canary" not in done.stderr


def test_check_refuses_commands_that_others_could_have_written_and_runs_none(home):
    ran = home.path / "ran"
    home.write_config(
        '[profiles.a]\nenvironment = "tt02"\nauth = "token"\n'
        f'token = {{ command = ["touch", "{ran}"] }}\n'
    )
    assert home.run("config", "check").returncode == 0
    home.config.chmod(0o666)
    done = home.run("config", "check")
    assert done.returncode == 4
    assert "chmod go-w" in done.stderr
    assert not ran.exists()
