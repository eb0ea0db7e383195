import pytest

from sms_monitor.core.order_id import environment_doubts, parse_order_id, parse_order_ids

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


PATH = f"/notifications/api/v1/orders/{ID}"


@pytest.mark.parametrize(
    ("line", "environment", "doubts"),
    [
        (f"https://platform.tt02.altinn.no{PATH}", "prod", "from tt02, the profile is prod."),
        (f"https://platform.altinn.no{PATH}", "tt02", "from prod, the profile is tt02."),
        (
            f"curl https://PLATFORM.AT23.altinn.cloud{PATH}",
            "at22",
            "from at23, the profile is at22",
        ),
        (f"https://ttd.apps.tt02.altinn.no/x?order={ID}", "yt01", "from tt02, the profile is yt01"),
        (f"https://altinn.no:443/{ID}", "tt02", "from prod, the profile is tt02."),
        (f"https://platform.tt02.altinn.no{PATH}", "tt02", None),
        (f"https://platform.altinn.no{PATH}", "prod", None),
        (f"https://platform.tt02.altinn.no{PATH}", "custom", None),
        (f"https://platform.tt02.altinn.no{PATH}", "demo", None),
        (f"http://127.0.0.1:5090{PATH}", "prod", None),
        (f"https://platform.tt02.altinn.no.evil.example{PATH}", "prod", None),
        (f"https://notaltinn.no{PATH}", "tt02", None),
        ("https://platform.tt02.altinn.no/no/id", "prod", None),
        (ID, "prod", None),
    ],
)
def test_a_url_of_another_altinn_is_doubted(line, environment, doubts):
    found = environment_doubts(line, environment)
    assert len(found) == (doubts is not None)
    assert all(f"This URL is {doubts}" in sentence for sentence in found)


def test_urls_of_one_environment_are_doubted_together():
    lines = "\n".join(
        [f"https://platform.tt02.altinn.no{PATH}"] * 3
        + [f"https://platform.at22.altinn.cloud{PATH}"]
    )
    assert environment_doubts(lines, "prod") == (
        "3 URLs are from tt02, the profile is prod.",
        "This URL is from at22, the profile is prod.",
    )
