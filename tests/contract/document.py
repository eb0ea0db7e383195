"""The OpenAPI document of what the simulator answers, and the trial of an answer by it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from sms_monitor.simulator.messages import Answer, Request, Sending

PATH = Path(__file__).with_name("openapi.json")
DOCUMENT: dict[str, Any] = json.loads(PATH.read_text("utf-8"))
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
_URI = "urn:openapi"
_REGISTRY = Registry().with_resource(_URI, DRAFT202012.create_resource(DOCUMENT))


@cache
def schema(name: str) -> Draft202012Validator:
    """What judges values by the schema of that name."""
    ref = {"$ref": f"{_URI}#/components/schemas/{name}"}
    return Draft202012Validator(ref, registry=_REGISTRY)


def operation_of(request: Request) -> tuple[str, Mapping[str, Any]] | None:
    """The path that leads to a request, and its operation; None when there is none."""
    target = request.target.partition("?")[0].rstrip("/").lower()
    # the first that fits, so `/orders` is not taken for an order
    for path, methods in DOCUMENT["paths"].items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path.lower()))
        if re.fullmatch(pattern, target) and request.method.lower() in methods:
            return path, methods[request.method.lower()]
    return None


def faults_of(request: Request, answer: Answer) -> list[str]:
    """What of an answer is not as the document says; [] when all is."""
    if answer.sending is not Sending.WHOLE:
        return []
    found = operation_of(request)
    if found is None:
        return [] if answer.status in (404, 405) and not answer.body else ["an unknown operation"]
    path, operation = found
    response = operation["responses"].get(str(answer.status))
    if response is None:
        return [f"{path} does not answer {answer.status}"]
    wrong = [
        f"{name}: {given!r}"
        for name, said in response.get("headers", {}).items()
        if not (given := dict(answer.headers).get(name))
        or not re.search(said["schema"]["pattern"], given)
    ]
    return wrong + _faults_of_body(answer, response.get("content", {}))


def _faults_of_body(answer: Answer, content: Mapping[str, Any]) -> list[str]:
    if not content:
        return ["a body"] if answer.body or answer.content_type else []
    if answer.content_type not in content:
        return [f"content type {answer.content_type!r}"]
    wanted = content[answer.content_type]["schema"]
    if "$ref" not in wanted:
        return [] if answer.body else ["no body"]
    text = answer.body.decode()
    value = json.loads(text) if "json" in answer.content_type else text
    name = wanted["$ref"].rpartition("/")[2]
    return [f"{e.json_path}: {e.message}"[:300] for e in schema(name).iter_errors(value)]
