"""``ivr call`` with what its account has: a seed file, who picks up, what happens in a queue."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from werkzeug.serving import make_server

from tests.cli.conftest import Ivr

ACCOUNT = "AC" + "1" * 32
TOKEN = "not-a-real-token"
NUMBER = "+551140030015"


class Shop:
    """A voice application that asks the API for whatever a test wants, while it answers its webhook."""

    def __init__(self) -> None:
        self.app = Flask("shop")
        self.told: list[dict[str, str]] = []
        self.answer = "<Say>oi</Say>"
        self.api = ""
        self.asks = False
        self.app.add_url_rule("/voice", view_func=self._voice, methods=["POST"])
        self.app.add_url_rule("/status", view_func=self._status, methods=["POST"])
        self.server = make_server("127.0.0.1", 0, self.app)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def _voice(self) -> tuple[str, dict[str, str]]:
        signed = RequestValidator(TOKEN).validate(
            request.url, request.form.to_dict(), request.headers["X-Twilio-Signature"]
        )
        self.told.append({**request.form.to_dict(), "signed": str(signed)})
        if self.api:
            client = Client(ACCOUNT, TOKEN)
            client.api.base_url = self.api
            for other in ("+5511900000001", "+5511900000002"):
                client.calls.create(to=other, from_=NUMBER, twiml="<Response/>")
        return f"<Response>{self.answer}</Response>", {"Content-Type": "text/xml"}

    def _status(self) -> tuple[str, int]:
        self.told.append(request.form.to_dict())
        return "", 204


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    thread = threading.Thread(target=shop.server.serve_forever)
    thread.start()
    yield shop
    shop.server.shutdown()
    thread.join()
    shop.server.server_close()


@pytest.fixture
def seed(tmp_path: Path, shop: Shop) -> Path:
    file = tmp_path / "account.yaml"
    file.write_text(
        f"""\
account: {ACCOUNT}
token: {TOKEN}
applications:
  - {{name: shop, voice_url: "{shop.address}/voice", status_callback: "{shop.address}/status"}}
numbers:
  - {{phone_number: "{NUMBER}", voice_application: shop}}
  - {{phone_number: "+551140030016"}}
callees: {{"+5511900000001": busy}}
queues: {{fila: "bridged:20:5"}}
""",
        encoding="utf-8",
    )
    return file


def port() -> int:
    with make_server("127.0.0.1", 0, Flask("probe")) as probe:
        return probe.server_port


def test_a_number_of_the_seed_is_called_at_its_own_webhook(ivr: Ivr, shop: Shop, seed: Path) -> None:
    code, _, told = ivr("call", NUMBER, "--seed", seed)
    assert code == 0, told
    first, last = shop.told
    assert (first["To"], first["AccountSid"], first["signed"]) == (NUMBER, ACCOUNT, "True")
    assert last["CallStatus"] == "completed"


def test_an_option_for_the_account_goes_over_the_seed(ivr: Ivr, shop: Shop, seed: Path) -> None:
    other = "AC" + "2" * 32
    assert ivr("call", NUMBER, "--seed", seed, "--account-sid", other)[0] == 0
    assert shop.told[0]["AccountSid"] == other


def test_the_seed_goes_over_an_account_of_the_environment(
    ivr: Ivr, shop: Shop, seed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "of something else")
    assert ivr("call", NUMBER, "--seed", seed)[0] == 0
    assert shop.told[0]["signed"] == "True"


def test_who_picks_up_is_said_by_the_seed_and_by_options(ivr: Ivr, shop: Shop, seed: Path) -> None:
    free = port()
    shop.api = f"http://127.0.0.1:{free}"
    code, out, told = ivr(
        "call", NUMBER, "--seed", seed, "--rest", str(free), "--callee", "+5511900000002=no-answer", "--json"
    )
    assert code == 0, told
    assert {made["to"]: made["status"] for made in json.loads(out)["calls"]} == {
        "+5511900000001": "busy",
        "+5511900000002": "no-answer",
    }


@pytest.mark.parametrize(("option", "result"), [((), "bridged"), (("--queue", "fila=full"), "queue-full")])
def test_what_happens_in_a_queue_is_said_by_the_seed_and_by_options(
    option: tuple[str, ...], result: str, ivr: Ivr, shop: Shop, seed: Path
) -> None:
    shop.answer = "<Enqueue>fila</Enqueue>"
    script = seed.parent / "queue.call.yaml"
    script.write_text("call: Waits\n", encoding="utf-8")
    code, out, told = ivr("call", NUMBER, "--seed", seed, "--script", script, *option, "--json")
    assert code == 0, told
    (enqueued,) = [event for event in json.loads(out)["events"] if event["kind"] == "enqueue"]
    assert enqueued["result"] == result


def test_a_script_names_its_seed_beside_it(ivr: Ivr, shop: Shop, seed: Path) -> None:
    shop.answer = "<Enqueue>fila</Enqueue>"
    script = seed.parent / "queue.call.yaml"
    script.write_text("call: Waits\nseed: account.yaml\nexpect: {ended: completed}\n", encoding="utf-8")
    code, out, told = ivr("call", f"{shop.address}/voice", "--script", script, "--json")
    assert code == 0, told
    assert [event["result"] for event in json.loads(out)["events"] if event["kind"] == "enqueue"] == ["bridged"]
    assert shop.told[0]["AccountSid"] == ACCOUNT


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((NUMBER, "--seed", "nowhere.yaml"), "nowhere.yaml:1:1: "),
        (("+551140030017", "--seed", "SEED"), "the seed has no number +551140030017; it has +551140030015, "),
        (("+551140030016", "--seed", "SEED"), "has no voice_url"),
        ((NUMBER, "--seed", "SEED", "--callee", "+5511900000001"), "Invalid value for '--callee'"),
        ((NUMBER, "--seed", "SEED", "--callee", "+5511900000001=ocupado"), "write busy, "),
        ((NUMBER, "--seed", "SEED", "--queue", "fila=cheia"), "Invalid value for '--queue'"),
    ],
)
def test_an_account_that_cannot_be_is_told_in_one_line_and_no_call_made(
    options: tuple[str, ...], told: str, ivr: Ivr, shop: Shop, seed: Path
) -> None:
    code, _, error = ivr("call", *(str(seed) if option == "SEED" else option for option in options))
    assert code == 2
    assert told in error
    assert error.count("\n") == 1
    assert shop.told == []


def test_a_script_whose_seed_has_a_mistake_tells_it_at_its_place(ivr: Ivr, shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "account.yaml").write_text("numbers: [{phone_number: x}]\n", encoding="utf-8")
    script = tmp_path / "a.call.yaml"
    script.write_text("call: a\nseed: account.yaml\n", encoding="utf-8")
    code, _, error = ivr("call", f"{shop.address}/voice", "--script", script)
    assert code == 2
    assert "account.yaml:1:26: " in error
