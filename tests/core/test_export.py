"""A file for people: read back as a spreadsheet, a Markdown reader and jq would."""

import csv
import io
import json
import re
import shutil
import subprocess
from datetime import timedelta

import pytest

from sms_monitor.core.decoding import decode_sms_summary
from sms_monitor.core.errors import Unreachable
from sms_monitor.core.export import BOM, Format, Layout, as_cell, as_text, export_text
from sms_monitor.core.models import SmsSummary
from sms_monitor.core.order import Order
from sms_monitor.core.order_json import order_as_json, rows_as_json, worst_first
from tests.core.orders import ORDER
from tests.core.rows import NOW, sms

HOSTILE = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-2",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    "00123",
    "1E10",
    "12/5",
    "3;4",
    'a"b";"c',
    "line\nbreak",
    "a|b\\|c",
    "<b>x</b>[y](http://z)`k`*w*_v_",
    "\x1b]52;c;QUJD\x07",
    "\u202egnp.exe",
    "naïve – Æøå 日本",
)


def order(reference=None, **more):
    """An order of these SMS, cleaned as at the parse boundary."""
    rows = (
        sms("Failed_BarredReceiver", number="+4799112233", id="a" * 36),
        sms("Failed", number="004799112234", description="No report.", id="b" * 36),
        sms("Delivered", number="99112235", nin="01039012480", id="c" * 36),
        sms("Failed_RecipientReserved", number="", nin="01039012480", id="d" * 36),
        sms("Failed_RecipientNotIdentified", number="", org="910026623", id="e" * 36),
    )
    summary = SmsSummary(ORDER, rows, succeeded=1, senders_reference=reference)
    return Order(ORDER, **more).after_answer(summary, None, NOW, 0.0)[0]


def hostile_order(text):
    """An order all of whose texts are `text`, through the real parser."""
    row = {
        "id": "a" * 36,
        "recipient": {"mobileNumber": text},
        "sendStatus": {"status": f"{text}", "description": text, "lastUpdate": NOW.isoformat()},
    }
    body = {"orderId": ORDER, "sendersReference": text, "notifications": [row]}
    summary = decode_sms_summary(json.dumps(body).encode())
    return Order(ORDER).after_answer(summary, None, NOW, 0.0)[0]


def written(one, form=Format.CSV, **layout):
    rows = worst_first(one.rows.values())
    return export_text(Layout(form, **layout), one, rows, NOW, "tt02")


def read_back(text, separator=";"):
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True))


def test_every_sms_is_a_line_with_its_times_and_its_order():
    lines = read_back(written(order("KOM-118")))
    assert len(lines) == 5
    assert next(line for line in lines if line["id"] == "a" * 36) == {
        "recipient": "'+47••••••33",
        "phase": "failed",
        "status": "Failed_BarredReceiver",
        "class": "number",
        "updated_oslo": "2026-06-22 12:00:00",
        "last_update": "2026-06-22T10:00:00Z",
        "description": "",
        "id": "a" * 36,
        "order_id": ORDER,
        "senders_reference": "KOM-118",
    }
    assert lines[-1]["phase"] == "confirmed"


@pytest.mark.parametrize("form", Format)
def test_numbers_are_written_only_when_they_are_unmasked(form):
    masked, whole = written(order(), form), written(order(), form, unmasked=True)
    for number in ("99112233", "99112234", "99112235", "01039012480"):
        assert number not in masked
        # the nin of one who has a number is not what the row is named by
        assert number in whole
    assert "910026623" in masked


def test_a_number_stays_text_with_its_plus_and_zeros():
    recipients = {line["recipient"] for line in read_back(written(order(), unmasked=True))}
    assert recipients == {
        "'+4799112233",
        "'004799112234",
        "'99112235",
        "'- nin 01039012480",
        "'- org 910026623",
    }


def test_lines_end_as_rfc_4180_wants_and_excel_is_told_the_encoding_when_asked():
    text = written(order(), bom=True, separator=",")
    assert text.startswith(f"{BOM}recipient,phase,") and text.endswith("\r\n")
    assert text.count("\r\n") == 6 == text.count("\n")
    assert not written(order()).startswith(BOM)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_in_its_cell_and_starts_no_formula(text, separator):
    one = hostile_order(text)
    (line,) = read_back(written(one, separator=separator, unmasked=True), separator)
    assert None not in line and None not in line.values()
    reference = one.summary.senders_reference
    assert line["senders_reference"].removeprefix("'") == reference.removeprefix("'")
    for cell in line.values():
        assert cell.lstrip()[:1] not in tuple("=+-@＝＋－＠")
        assert not any(c in cell for c in "\x1b\x07\n\r\t\u202e")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("", ""),
        ("KOM-118", "KOM-118"),
        ("a044b425-4bb8-4c51-82f8-8c3865ef1845", "a044b425-4bb8-4c51-82f8-8c3865ef1845"),
        ("0047 99 11", "'0047 99 11"),
        ("-", "'-"),
        ("1.5", "'1.5"),
        ("08:50", "'08:50"),
        ("50%", "'50%"),
        ("5e3", "'5e3"),
        ("Failed (TTL)", "Failed (TTL)"),
    ],
)
def test_only_what_a_spreadsheet_would_change_gets_an_apostrophe(cell, text):
    assert as_text(cell) == text


def test_json_is_the_object_of_status_with_the_chosen_rows():
    one = order("KOM-118")
    chosen = worst_first(one.rows.values())[:2]
    text = export_text(Layout(Format.JSON), one, chosen, NOW, "tt02")
    assert text.endswith("}\n") and text.count("\n") == 1
    counts = order_as_json(one, NOW, "tt02")
    assert json.loads(text) == {**counts, "notifications": rows_as_json(chosen, unmasked=False)}
    assert json.loads(text)["generated"] == 5


_CELL_END = re.compile(r"(?<!\\)(?:\\\\)*\|")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_markdown_table_keeps_its_columns(text):
    lines = written(hostile_order(text), Format.MARKDOWN, unmasked=True).split("\n")
    heading, rule, row = lines[2:5]
    assert lines[5:] == [""]
    bars = {len(_CELL_END.findall(line)) for line in (heading, rule, row)}
    assert bars == {8}
    assert not any(c in row for c in "\x1b\x07\r\t\u202e")


def test_markdown_is_shown_letter_by_letter():
    assert as_cell("Failed_BarredReceiver") == "Failed_BarredReceiver"
    assert as_cell("a|b\\") == "a\\|b\\\\"
    assert as_cell("_v_ *w* <b>") == "\\_v\\_ \\*w\\* \\<b\\>"
    assert as_cell("two\nlines") == "two lines"


def test_an_order_that_was_never_read_is_an_empty_table():
    unread = Order(ORDER).after_error(Unreachable("No answer.", "Try again."))
    assert read_back(written(unread)) == []
    assert json.loads(written(unread, Format.JSON))["error"]["kind"] == "unreachable"


def test_times_are_those_of_oslo_in_winter_too():
    winter = SmsSummary(ORDER, (sms("Delivered", at=NOW + timedelta(days=180)),))
    one = Order(ORDER).after_answer(winter, None, NOW, 0.0)[0]
    assert read_back(written(one))[0]["updated_oslo"] == "2026-12-19 11:00:00"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_keeps_every_cell_as_the_text_it_was(tmp_path):
    """Open it as a person would, numbers recognised, and look at the types of the cells."""
    lines, cells = [], []
    for text in HOSTILE:
        one = hostile_order(text)
        lines += written(one, unmasked=True).split("\r\n")[bool(lines) : 2]
        cells.append(read_back(written(one, unmasked=True))[0])
    (tmp_path / "in.csv").write_text("\r\n".join(lines) + "\r\n", "utf-8", newline="")
    # separator ; quote " UTF-8 from line 1, standard columns, in en-US, with special numbers
    options = "CSV:59,34,76,1,,1033,false,true"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/office",
            *("--headless", f"--infilter={options}", "--convert-to", "fods"),
            *("--outdir", str(tmp_path), str(tmp_path / "in.csv")),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    sheet = (tmp_path / "in.fods").read_text("utf-8")
    assert "table:formula" not in sheet
    table = sheet[sheet.index("<table:table ") :]
    kinds = re.findall(r'office:value-type="(\w+)"', table)
    # times may become dates; all else is text
    assert set(kinds) <= {"string", "date"}
    assert kinds.count("date") <= 2 * len(HOSTILE)
    assert "&apos;+1+1" in sheet or "'+1+1" in sheet
