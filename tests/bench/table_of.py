"""Results as a table, for the terminal and for the README."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.ratio import Bound, Counts, Ratio, Result, Skipped


def as_text(results: Sequence[Result]) -> str:
    """Return a line for each result."""
    return "\n".join(_line(result) for result in results)


def _line(result: Result) -> str:
    match result:
        case Skipped(what, why):
            return f"  {what}: not measured. {why}"
        case Counts(what, by, unit):
            said = ", ".join(f"{name}: {cost:,.0f}" for name, cost in by.items())
            return f"  {what}, {unit}: {said}"
        case Bound():
            said = f"{_number(result.mine)} {result.unit}"
            return f"  {result.what:52} {said:>30} {_held(result.limit, result.unit, result.met)}"
        case Ratio():
            said = f"{_number(result.mine)} : {_number(result.other)} {result.unit}"
            times = f"{_number(result.ratio)}x"
            held = "" if result.limit is None else _held(result.limit, "x", result.met)
            return f"  {result.what:52} {said:>30} {times:>8} of {result.against}{held}"
    raise AssertionError(result)


def _held(limit: float, unit: str, met: bool) -> str:
    return f"; at most {_number(limit)}{'' if unit == 'x' else ' '}{unit}{'' if met else ' MISSED'}"


def as_markdown(results: Sequence[Result]) -> str:
    """Return the tables of the README; what was not measured is left out."""
    lines = ["| what | cost | against | | limit |", "|---|---|---|---|---|"]
    for result in results:
        match result:
            case Bound(what, mine, unit, limit):
                lines.append(f"| {what} | {_number(mine)} {unit} | | | {_number(limit)} |")
            case Ratio(what, against, mine, other, unit, limit):
                bound = "" if limit is None else f"{_number(limit)}x"
                lines.append(
                    f"| {what} | {_number(mine)} {unit} | {against}: {_number(other)} "
                    f"| **{_number(result.ratio)}x** | {bound} |"
                )
    counts = [result for result in results if isinstance(result, Counts)]
    for number, (what, by, unit) in enumerate(counts):
        if number == 0:
            lines += ["", f"| {unit} | {' | '.join(by)} |", f"|---{'|---' * len(by)}|"]
        lines.append(f"| {what} | {' | '.join(f'{cost:,.0f}' for cost in by.values())} |")
    return "\n".join(lines)


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"
