"""Every answer of the simulator, and every fixture, is as the document says."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator

from sms_monitor.simulator.bodies import DESCRIPTIONS, PROCESSING
from sms_monitor.simulator.faults import SHARES, SIGN_IN
from sms_monitor.simulator.messages import Answer, Request
from sms_monitor.simulator.plan import Ending
from sms_monitor.simulator.respond import Simulator
from sms_monitor.simulator.scenario import Scenario, guid
from sms_monitor.simulator.troubled_day import TROUBLED, troubled_day
from tests.one_demo import IDS, SEED, START
from tests.simulator.chain import EXCHANGE, Chain
from tests.simulator.conftest import API, FIXTURES, Trial, serve
from tests.simulator.test_lifecycle import NOON, order

from .document import DOCUMENT, SCHEMAS, faults_of, schema

__all__ = ["serve"]
TEXTS = {("Failed" if k == "Failed_TTL" else k, text) for k, text in DESCRIPTIONS.items()}
"""The one result that is not called by its name is told by its text alone."""
TAILS = ("", "/status", "/notifications/sms")
FIXTURE_OF = {
    "sms-": "SmsNotificationSummaryExt",
    "order-get": "NotificationOrderExt",
    "order-status-": "NotificationOrderWithStatusExt",
    "orders-by-": "NotificationOrderListExt",
    "error-400": "ValidationProblemDetails",
}


def refs_in(value):
    match value:
        case {"$ref": str(ref)}:
            yield ref
        case dict():
            yield from itertools.chain.from_iterable(map(refs_in, value.values()))
        case list():
            yield from itertools.chain.from_iterable(map(refs_in, value))


def test_the_document_is_sound():
    assert DOCUMENT["openapi"].startswith("3.1")
    for one in SCHEMAS.values():
        Draft202012Validator.check_schema(one)
    used = {ref.removeprefix("#/components/schemas/") for ref in refs_in(DOCUMENT)}
    assert used == set(SCHEMAS)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_a_fixture_conforms(path):
    (name,) = [kind for start, kind in FIXTURE_OF.items() if path.name.startswith(start)]
    body = json.loads(path.read_bytes())
    assert [e.message for e in schema(name).iter_errors(body)] == []
    if name == "SmsNotificationSummaryExt":
        assert_counted(body)


def assert_counted(body):
    """The counts are those of the rows, no id comes twice, and each status has its own text."""
    rows = body["notifications"]
    assert body["generated"] == len(rows) == len({row["id"] for row in rows})
    assert body["succeeded"] == sum(row["succeeded"] for row in rows)
    said = {(row["sendStatus"]["status"], row["sendStatus"]["description"]) for row in rows}
    assert said <= TEXTS


def assert_conforms(simulator, request):
    answer = simulator.respond(request)
    assert faults_of(request, answer) == [], (request.target, answer.status)
    if answer.status == 200 and request.target.endswith("/sms") and b'"orderId"' in answer.body:
        assert_counted(json.loads(answer.body))
    return answer


def everything(simulator, ids, references):
    """Ask every endpoint about every order; the answers."""
    targets = [f"/orders/{order_id}{tail}" for order_id in ids for tail in TAILS]
    targets += [f"/orders?sendersReference={one}" for one in references]
    targets += ["/orders/1337", "/orders", "/orders?sendersReference=", "/nothing"]
    return [assert_conforms(simulator, Request("GET", f"{API}{one}", "h:1")) for one in targets]


def test_every_answer_of_the_demo_conforms_from_its_first_day_to_its_last():
    trial = Trial()
    seen = set()
    for after in (timedelta(days=-1), timedelta(minutes=3), timedelta(days=3)):
        trial.at = START + after
        # the orders of a thousand look alike: one of them is enough
        ids = [order_id for key, order_id in IDS.items() if key != "KOM-117"]
        references = ("KALD-12", "VILK-06", "EPOST-4", "nobody")
        seen |= {answer.status for answer in everything(trial.simulator, ids, references)}
    assert seen == {200, 400, 404}


def test_every_answer_of_the_troubled_day_conforms():
    day = START.date()
    at = START + timedelta(hours=5)
    simulator = Simulator(troubled_day(SEED, day), lambda: at, lambda: 0.0)
    ids = [guid(SEED, "order", key) for key in TROUBLED]
    everything(simulator, ids, TROUBLED[:1])


@pytest.mark.parametrize("ending", Ending)
def test_an_order_conforms_at_every_point_of_its_life(ending):
    stopped = {"cancelled_at": NOON - timedelta(minutes=5)} if ending is Ending.CANCELLED else {}
    found = order(recipients=3, ending=ending, **stopped)
    moments = {change.at for change in found.changes} | set(found.moments)
    at = NOON
    simulator = Simulator(Scenario(3, [found.plan]), lambda: at, lambda: 0.0)
    shown = set()
    for moment in sorted(moments):
        at = moment
        for answer in everything(simulator, [found.id], ["A"]):
            if b"processingStatus" in answer.body:
                shown.add(json.loads(answer.body)["processingStatus"]["description"])
    assert shown == {PROCESSING[change.status] for change in found.changes}


@pytest.mark.parametrize("fault", SHARES)
def test_each_fault_of_the_way_conforms(fault):
    trial = Trial(faults=[f"{fault}=1"])
    target = f"{API}/orders/{IDS['ARKI-03']}/notifications/sms"
    answer = trial.simulator.respond(Request("GET", target))
    if fault == "html":
        # what a captive portal says is not the API's
        assert faults_of(Request("GET", target), answer) == [
            "content type 'text/html; charset=utf-8'"
        ]
    else:
        assert faults_of(Request("GET", target), answer) == []


def test_the_sign_in_conforms_from_grant_to_orders_and_in_each_of_its_faults(serve):
    for fault in (None, *SIGN_IN):
        chain = Chain(serve, [fault] if fault else [])
        said = []

        def heard(request: Request, really=chain.trial.simulator.respond, said=said) -> Answer:
            answer = really(request)
            said.append((request.target, answer.status, faults_of(request, answer)))
            return answer

        chain.trial.simulator.respond = heard
        given = chain.post(chain.grant())
        for accept in ("", "application/json"):
            token = given.json.get("access_token", "x.y.z")
            altinns = chain.ask(token, EXCHANGE, Accept=accept).body.decode().strip('"')
            chain.ask(altinns, f"{API}/orders/{IDS['ARKI-03']}/status")
        chain.ask("", EXCHANGE.replace("maskinporten", "feide"))
        chain.post("nonsense")
        for target in ("/.well-known/oauth-authorization-server", "/simulator/revoke", "/token"):
            chain.request("GET", target)
        assert [one for one in said if one[2]] == []
        refused = [] if fault is None else [401]
        assert {status for _, status, _ in said} == {200, 400, 405, *refused}


@pytest.mark.parametrize("query", ["", "?org=", "?scope=", "?org=nav"])
def test_a_minted_token_and_what_it_opens_conform(query):
    trial = Trial("token")
    token = assert_conforms(trial.simulator, Request("GET", f"/simulator/token{query}")).body
    request = Request(
        "GET",
        f"{API}/orders/{IDS['ARKI-03']}/notifications/sms",
        authorization=f"Bearer {token.decode()}",
    )
    answer = assert_conforms(trial.simulator, request)
    assert answer.status == {"": 200, "?org=nav": 404}.get(query, 403)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda b: b.update(sendersReference=None), "sendersReference"),
        (lambda b: b.update(more=1), "'more' was unexpected"),
        (lambda b: b.pop("generated"), "'generated' is a required"),
        (lambda b: b["notifications"][0].update(succeeded=True), "False was expected"),
        (lambda b: b["notifications"][0]["sendStatus"].update(status="Failed_TTL"), "not one of"),
        (lambda b: b["notifications"][0]["sendStatus"].update(lastUpdate="2026-07-01"), "match"),
        (lambda b: b["notifications"][0]["recipient"].update(isReserved=True), "unexpected"),
    ],
)
def test_what_the_server_never_sends_does_not_conform(spoil, said):
    body = json.loads((FIXTURES / "sms-01-single-new.json").read_bytes())
    spoil(body)
    answer = Answer(200, json.dumps(body).encode(), "application/json; charset=utf-8")
    request = Request("GET", f"{API}/orders/{body['orderId']}/notifications/sms")
    found = faults_of(request, answer)
    assert found and said in found[0]
