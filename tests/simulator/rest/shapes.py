"""Compares answers of the API with the vendor's OpenAPI document: names, types, enums, formats, lists.

``vendor/twilio_api_v2010.json`` is that document, shortened. The vendor's servers always send every property, null
where there is none, so an answer must have exactly those of its schema. Of a property whose enum is referred to, the
document does not say whether it may be null: here it may.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from requests import PreparedRequest, Response

from ivr.simulator.rest.in_process import InProcess

DOCUMENT: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vendor" / "twilio_api_v2010.json").read_text(encoding="utf-8")
)
REFERENCE = "#/components/schemas/"


def _is_date(text: str) -> bool:
    try:
        return parsedate_to_datetime(text).utcoffset() is not None
    except ValueError:
        return False


FORMATS: dict[str, Callable[[str], bool]] = {
    "date-time-rfc-2822": _is_date,
    # The addresses of pages are called URIs, and are paths: "relative to https://api.twilio.com".
    "uri": lambda text: re.fullmatch(r"(https?://[^/\s]+)?/\S*|https?://\S+|", text) is not None,
    "phone-number": lambda text: re.fullmatch(r"\+[1-9][0-9]{1,14}", text) is not None,
    "http-method": lambda text: text in {"GET", "POST"},
    "iso-country-code": lambda text: re.fullmatch(r"[A-Z]{2}", text) is not None,
}


class CheckedInProcess(InProcess):
    """Asks the application in this process, and raises AssertionError for an answer that the vendor would not give."""

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """Return the answer, once its shape has been looked at."""
        response = super().send(request, *args, **options)
        check(request.method or "GET", request.path_url.partition("?")[0], response)
        return response


def check(method: str, path: str, response: Response) -> None:
    """Compare an answer with the document; refusals have one shape for all. Sounds are no resources."""
    if response.status_code >= 400:
        refusal = response.json()
        assert list(refusal) == ["code", "message", "more_info", "status"], refusal
        assert refusal["status"] == response.status_code
        assert response.headers["Content-Type"] == "application/json"
    elif path.endswith(".json"):
        known = answers(method, path)
        assert str(response.status_code) in known, f"{method} {path} answers {response.status_code}, not {list(known)}"
        told = problems(known[str(response.status_code)], response.content)
        assert told == [], f"{method} {path}: {told}"


def answers(method: str, path: str) -> dict[str, Any]:
    """Return the good answers to such a request, by status."""
    for template, methods in DOCUMENT["paths"].items():
        if method in methods and _pattern(template).fullmatch(path):
            found: dict[str, Any] = methods[method]
            return found
    raise AssertionError(f"the vendor's document knows no {method} {path}")


def problems(schema: dict[str, Any] | None, body: bytes) -> list[str]:
    """Return what is wrong with ``body`` by the ``schema``; None: there is to be none."""
    if schema is None:
        return ["a body where there is none"] if body else []
    validator = _validator(json.dumps(schema))
    return [
        f"{'.'.join(map(str, each.instance_path))}: {each.message}" for each in validator.iter_errors(json.loads(body))
    ]


@cache
def _validator(schema: str) -> jsonschema_rs.Draft7Validator:
    definitions = {name: strict(shape) for name, shape in DOCUMENT["schemas"].items()}
    whole = {**strict(json.loads(schema)), "definitions": definitions}
    return jsonschema_rs.Draft7Validator(whole, formats=FORMATS, validate_formats=True)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(
        "".join("[^/]+" if part[0] == "{" else re.escape(part) for part in re.findall(r"\{\w+\}|[^{]+", template))
    )


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of an OpenAPI ``schema`` whose every property is there, and no other."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REFERENCE)
        reference = {"$ref": f"#/definitions/{name}"}
        return {"anyOf": [reference, {"type": "null"}]} if "_enum_" in name else reference
    made = {key: value for key, value in schema.items() if key != "nullable"}
    if "items" in made:
        made["items"] = strict(made["items"])
    if "properties" in made:
        made["properties"] = {name: strict(inner) for name, inner in made["properties"].items()}
        made |= {"required": list(made["properties"]), "additionalProperties": False}
    if schema.get("nullable") and "type" in made:
        made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    return made
