"""The command that measures still runs; what it measures is for another day."""

from __future__ import annotations

import pytest

from tests.bench import __main__ as bench

SMALLEST = ["storage", "requests", "--quick", "--rows", "200"]


def test_the_smallest_measurement_prints_its_ratios(capsys):
    status = bench.main(SMALLEST)
    out = capsys.readouterr().out
    assert status in (0, 1)
    assert "keep a poll, 2 of 200 SMS changed" in out and "of the first poll" in out
    assert "a request, 50 under way" in out


def test_the_table_of_the_readme_has_a_line_for_each(capsys):
    bench.main(["storage", "--quick", "--rows", "50", "--markdown"])
    head, rule, *lines = capsys.readouterr().out.splitlines()
    assert head.count("|") == rule.count("|") == lines[0].count("|") == 6
    assert len(lines) == 1


def test_a_measurement_there_is_not_is_refused(capsys):
    with pytest.raises(SystemExit):
        bench.main(["colour"])
    assert "there is no colour" in capsys.readouterr().err
