"""A seed file says what the account has; each mistake in one is told at its place, and secrets are not repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.errors import SeedError
from ivr.simulator.rest.account import AccountSeed, ConfiguredWebhooks
from ivr.simulator.rest.callees import CalleeBehaviour
from ivr.simulator.rest.queue_agents import QueueBehaviour
from ivr.simulator.rest.seed import read_seed

WHOLE = """\
account: AC11111111111111111111111111111111
token: "segredo-da-conta"
name: Loja
keys:
  - {sid: SK22222222222222222222222222222222, secret: segredo-da-chave, name: server}
applications:
  - name: suporte
    voice_url: http://127.0.0.1:3000/voice
    voice_fallback_url: http://127.0.0.1:3000/fallback
    voice_fallback_method: GET
    status_callback: http://127.0.0.1:3000/status
    message_status_callback: http://127.0.0.1:3000/texts
numbers:
  - phone_number: "+551140030015"
    name: Suporte
    voice_application: suporte
    sms_url: http://127.0.0.1:3000/sms
  - {phone_number: "+18005550100", kind: toll-free, sid: PN33333333333333333333333333333333}
available_numbers:
  - {phone_number: "+551140030099", country: br}
verified_callers: ["+5511955550000"]
callees:
  "+5511900000001": busy
  "+5511900000002": machine:3:20
  "+5511900000003": {called: answered, after: 1, for: 5}
queues:
  suporte: bridged:20:45
  vendas: {agent: wait, max_size: 2}
  cheia: full
"""


def read(text: str, folder: Path) -> AccountSeed:
    file = folder / "account.yaml"
    file.write_text(text, encoding="utf-8")
    return read_seed(file)


def test_a_seed_says_everything_that_the_account_has(tmp_path: Path) -> None:
    seed = read(WHOLE, tmp_path)
    assert (seed.sid, seed.token, seed.name) == ("AC" + "1" * 32, "segredo-da-conta", "Loja")
    assert [(key.sid, key.secret, key.name) for key in seed.keys] == [("SK" + "2" * 32, "segredo-da-chave", "server")]
    (application,) = seed.applications
    assert application.webhooks == ConfiguredWebhooks(
        voice_url="http://127.0.0.1:3000/voice",
        voice_fallback_url="http://127.0.0.1:3000/fallback",
        voice_fallback_method="GET",
        status_callback="http://127.0.0.1:3000/status",
    )
    first, second = seed.numbers
    assert first.voice_application_sid == application.sid
    assert first.webhooks.sms_url == "http://127.0.0.1:3000/sms"
    assert (second.kind, second.sid) == ("toll-free", "PN" + "3" * 32)
    assert [(one.number, one.country) for one in seed.available] == [("+551140030099", "BR")]
    assert [one.number for one in seed.verified] == ["+5511955550000"]
    assert seed.callees == {
        "+5511900000001": CalleeBehaviour("busy"),
        "+5511900000002": CalleeBehaviour("answered", 3.0, 20.0, "machine"),
        "+5511900000003": CalleeBehaviour("answered", 1.0, 5.0),
    }
    assert seed.queues == {
        "suporte": QueueBehaviour("bridged", 20.0, 45.0),
        "vendas": QueueBehaviour("wait", max_size=2),
        "cheia": QueueBehaviour("full"),
    }


def test_identifiers_that_are_not_written_are_the_same_in_every_run(tmp_path: Path) -> None:
    assert read(WHOLE, tmp_path) == read(WHOLE, tmp_path)
    assert len({one.sid for one in read(WHOLE, tmp_path).numbers}) == 2


def test_secrets_stand_in_no_representation(tmp_path: Path) -> None:
    assert "segredo" not in repr(read(WHOLE, tmp_path))


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("acount: x", "1:1", "has no key 'acount'; did you mean 'account'?"),
        ("- a", "1:1", "the seed must be a mapping"),
        ("", "1:1", "must be a mapping"),
        ("name: a\n---\nname: b", "3:1", "holds 2 documents"),
        ("account: AC1", "1:10", "write AC and 32 hexadecimal digits, not 'AC1'"),
        ('token: "dois segredos"', "1:8", "printable ASCII"),
        ("keys:\n  - {sid: SK1, secret: s}", "2:11", "write SK and 32"),
        ("keys:\n  - {sid: SK22222222222222222222222222222222}", "2:5", "needs the key 'secret'"),
        ("keys: [SK1]", "1:8", "an entry of 'keys' must be a mapping"),
        ("numbers:\n  - {phone_number: 4003-0015}", "2:20", "is not a telephone number"),
        ("numbers:\n  - {phone_number: '+551140030015', voice_url: voice}", "2:48", "http:// or https://"),
        ("numbers:\n  - {phone_number: '+551140030015', voice_method: PUT}", "2:51", "cannot be 'PUT'"),
        ("numbers:\n  - {phone_number: '+551140030015', kind: fixo}", "2:43", "cannot be 'fixo'"),
        (
            "applications: [{name: suporte}]\nnumbers:\n  - {phone_number: '+551140030015', voice_application: suport}",
            "3:56",
            "did you mean 'suporte'?",
        ),
        (
            "numbers:\n  - {phone_number: '+551140030015'}\n  - {phone_number: '+551140030015'}",
            "3:20",
            "holds phone_number '+551140030015' twice",
        ),
        ("applications: [{name: a}, {name: a}]", "1:34", "holds name 'a' twice"),
        ("applications: [{voice_url: 'http://a.test/'}]", "1:16", "needs the key 'name'"),
        ("available_numbers: [{phone_number: '+551140030015', country: BRA}]", "1:62", "two letters of a country"),
        ("verified_callers: [ana]", "1:20", "is not a telephone number"),
        ("callees: {'+5511900000001': ocupado}", "1:29", "write busy, no-answer, failed, canceled or"),
        ("callees: {'+5511900000001': 'answered:x'}", "1:29", "write seconds from 0"),
        ("queues: {suporte: cheio}", "1:19", "write wait, full or"),
        ("queues: {suporte: {max_size: 6000}}", "1:30", "must be a whole number from 1 to 5000"),
        ("queues: {suporte: {agents: 2}}", "1:20", "has no key 'agents'; did you mean 'agent'?"),
    ],
)
def test_a_mistake_is_told_at_its_place(text: str, place: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(SeedError) as raised:
        read(text, tmp_path)
    (only,) = raised.value.diagnostics
    assert (f"{only.mark.line}:{only.mark.column}", told in only.message) == (place, True), only
    assert "segredos" not in str(only)


def test_a_seed_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"nowhere\.yaml:1:1: "):
        read_seed(tmp_path / "nowhere.yaml")
