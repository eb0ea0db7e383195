import pytest

from sms_monitor.core.order_id import parse_order_id, parse_order_ids

ID = "f1a1cc30-197f-4f34-8304-006ce4945fd1"
OTHER = "5b1e0000-0000-4000-8000-0000000077c0"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        ID.upper(),
        f"{{{ID}}}",
        f"  {ID}\r",
        ID.replace("-", ""),
        ID.replace("-", "").upper(),
        f"https://platform.altinn.no/notifications/api/v1/orders/{ID}/notifications/sms",
        f"https://host/orders/{ID}?x=1#y",
        f"urn:uuid:{ID}",
        f"https://host/{OTHER}/orders/{ID}/notifications/{OTHER}",
        f"curl -H 'X-Request: {OTHER}' https://host/api/v1/ORDERS/{ID.upper()}",
        f"Order {ID} (notification {OTHER})",
        f"traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 {ID}",
    ],
)
def test_an_order_id_is_found_in_what_people_paste(text):
    assert parse_order_id(text) == ID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KOM-118",
        ID[:-1],
        ID + "0",
        "g" + ID[1:],
        ID.replace("-", "")[:-1],
        ID.replace("-", "") + "a",
        ID.replace("-", "", 1),
        ID.replace("-", "_"),
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ID.replace("1", "١"),
    ],
)
def test_what_is_no_guid_is_no_order_id(text):
    assert parse_order_id(text) is None


def test_pasted_lines_give_each_order_once_in_order_and_the_lines_without_one():
    text = f"{OTHER}\n\n  https://x/orders/{ID}/status \nKOM-118\r\n{{{ID.upper()}}}\n \nnot one\n"

    assert parse_order_ids(text) == ((OTHER, ID), ("KOM-118", "not one"))


@pytest.mark.parametrize("separator", [" ", ",", ", ", ";", "\t", "','", " | "])
def test_a_line_of_ids_and_separators_gives_all_of_them(separator):
    assert parse_order_ids(f"{ID}{separator}{OTHER}") == ((ID, OTHER), ())


def test_a_line_with_other_words_gives_one_order():
    assert parse_order_ids(f"order {ID} notification {OTHER}") == ((ID,), ())


def test_thirty_pasted_lines_with_ten_bad_are_told_apart():
    good = [f"00000000-0000-4000-8000-{n:012d}" for n in range(20)]
    bad = [f"line {n}" for n in range(10)]

    assert parse_order_ids("\n".join(good + bad)) == (tuple(good), tuple(bad))


def test_a_rejected_line_is_safe_to_show():
    _, (rejected,) = parse_order_ids("\x1b]0;owned\x07" + "x" * 500)

    assert len(rejected) == 80
    assert rejected.isprintable()
