"""A small line with every kind of state, and a call on it that knows nothing of HTTP or a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data.customers import CustomerRecord
from data.invoice import InvoiceRecord
from ivr.call import events, verbs
from ivr.call.engine import Engine, Step
from ivr.call.entries import read_entry
from ivr.call.facts import Facts
from ivr.call.position import Position
from ivr.flow.folder import load_line
from ivr.flow.line import Line

ZONE = ZoneInfo("America/Sao_Paulo")
TUESDAY = datetime(2026, 3, 10, 10, 30, tzinfo=ZONE)
SEALED = "5ea1" * 16

ANA = CustomerRecord(
    contact_id=1,
    company_id=7,
    company_name="Padaria",
    contact_name="Ana",
    blocked=False,
    administrator=True,
    support=True,
    consultancy=False,
    contract_until=date(2026, 12, 31),
    datacenter=False,
    special_contract=None,
    area_code=None,
)

MENU = """\
line:
  number: "+551140030015"
  language: pt-BR
  voice: Polly.Camila-Neural
  zone: America/Sao_Paulo
  start: chegada
  human: gente
  transfer: ligar
  apology: desculpas
  wait: espera
  max_turns: 12
  strikes:
    identificacao: {limit: 3, then: esgotada}
    codigo: {limit: 2, then: areas}
  no_input: [{say: silencio}, {say: silencio-de-novo, repeat: yes}]
  invalid: [{say: como}, {say: como-de-novo, repeat: yes}]

states:
  chegada: {say: {prompt: bem-vindo, next: principal}}
  principal:
    menu:
      say: principal
      keys: {"2": documento, "3": codigo, "4": identificado, "5": aviso, "7": gente, "0": tchau, "#": areas}
      repeat: "9"
      seconds: 4
      speech: {"2": [suporte, suporte a banco], "3": [banco, suporte a banco de dados], "7": [atendente, ação]}
  documento:
    collect: {say: documento, format: document, next: senha, back: principal, strikes: identificacao, speech: yes}
  senha:
    collect: {say: senha, format: password, next: autenticar, back: documento, strikes: identificacao, seconds: 9}
  autenticar:
    check:
      rule: identity
      outcomes: {matched: contato, refused: nao-confere}
      strikes: identificacao
      strikes_on: refused
  nao-confere: {say: {prompt: nao-confere, next: documento}}
  esgotada: {say: {prompt: esgotada, next: gente}}
  identificado: {check: {rule: identified, outcomes: {"yes": contato, "no": documento}}}
  contato: {check: {rule: contact, outcomes: {active: contrato, blocked: bloqueado}}}
  bloqueado: {say: {prompt: bloqueado, next: gente}}
  contrato: {check: {rule: contract, outcomes: {valid: pendencias, expired: vencido}}}
  vencido: {say: {prompt: vencido, next: gente}}
  pendencias: {check: {rule: finance, outcomes: {clear: por-onde, within-grace: por-onde, overdue: pendente}}}
  pendente: {say: {prompt: pendente, next: gente}}
  por-onde: {branch: {menu: principal, keys: {"2": codigo, "4": areas}, otherwise: tchau}}
  codigo:
    collect:
      say: codigo
      format: access-code
      next: rota
      back: principal
      skip: areas
      keys: {"0": areas}
      strikes: codigo
      invalid: [{say: codigo-invalido}]
  rota: {route: {code: codigo, under: mesa, unknown: desconhecido, strikes: codigo}}
  desconhecido: {say: {prompt: desconhecido, next: codigo}}
  areas:
    menu: {say: areas, keys: {"1": mesa.rm, "2": mesa.rh, "3": mesa.fila}, back: principal, human: mesa.rh}
  aviso: {say: {prompt: aviso, next: aviso-dois, barge_in: no}}
  aviso-dois: {say: {prompt: aviso-dois, next: areas}}
  mesa.rm: {route: {to: mesa.rm}}
  mesa.rh: {route: {to: mesa.rh}}
  mesa.fila: {route: {to: mesa.fila}}
  gente: {route: {to: gente}}
  ligar:
    transfer:
      say: transferindo
      next_target_say: outro
      on_call_say: plantao
      closed_say: fechado
      unreachable_say: ninguem
      served: tchau
      closed: recado
      unreachable: recado
  recado: {record: {say: recado, seconds: 60, silence: 5, next: guardado, empty: tchau}}
  guardado: {say: {prompt: guardado, next: desligar}}
  tchau: {hangup: {say: tchau}}
  desligar: {hangup: {}}
"""

PROMPTS = """\
prompts:
  bem-vindo: Bem-vindo.
  principal: Tecle 2, 3, 4, 5 ou 7.
  documento: Digite o CNPJ ou o CPF.
  senha: Digite a senha.
  nao-confere: Os dados não conferem.
  esgotada: Não deu certo. Vou chamar alguém.
  bloqueado: O contato está bloqueado.
  vencido: O contrato venceu.
  pendente: Há uma pendência.
  codigo: Digite o código.
  codigo-invalido: Esse código não está completo.
  desconhecido: Não conheço esse código.
  areas: Para RM, 1. Para RH, 2.
  aviso: Isto é importante.
  aviso-dois: Isto nem tanto.
  silencio: Não ouvi nada.
  silencio-de-novo: Ainda não ouvi nada.
  como: Não entendi.
  como-de-novo: Continuo sem entender.
  transferindo: Vou chamar {destino}.
  outro: Um momento ainda.
  plantao: Vou chamar o plantão. {destino} já atende.
  fechado: "{destino} atende de novo {abertura}."
  ninguem: Ninguém atende em {destino}.
  lotado: A mesa está cheia.
  recado: Deixe um recado.
  guardado: Recado guardado.
  tchau: Até logo & obrigado.
  desculpas: Tivemos um problema.
  espera: Espere um pouco & fique.
destinations:
  mesa.rm: a mesa RM
  mesa.rh: a mesa RH
  mesa.fila: a fila
  gente: a Assessoria
"""

ROUTING = """\
calendars:
  matriz: {state: SP}
hours:
  comercial: {calendar: matriz, windows: [{days: seg-sex, open: ["08:00-12:00", "13:30-18:00"]}]}
destinations:
  mesa.rm:
    hours: comercial
    record: yes
    targets: [{sip: "sip:rm@mesa.example.com", ring: 25}, {number: "+551150900104", ring: 20}]
    busy: next
    no_answer: next
    failed: {divert: gente}
  mesa.rh:
    hours: comercial
    targets: [{number: "+551150900105", ring: 20}]
    on_call: [{number: "+551150900199", ring: 30}]
    closed: on-call
    busy: {apologise: lotado}
  mesa.fila:
    hours: always
    targets: [{queue: fila, wait: 120}, {number: "+551150900106", ring: 20}]
    busy: next
    no_answer: next
    failed: apologise
  gente:
    hours: always
    targets: [{number: "+551150900700", ring: 25}]
access_codes:
  format: NN.N.NNNN
  table: {"05.1": rm, "05.1.0002": rh}
"""


def write_line(folder: Path, *, menu: str = MENU, prompts: str = PROMPTS, routing: str = ROUTING) -> Path:
    """The three files of a line in ``folder``, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "menu.yaml").write_text(menu, encoding="utf-8")
    (folder / "prompts.pt-BR.yaml").write_text(prompts, encoding="utf-8")
    (folder / "routing.yaml").write_text(routing, encoding="utf-8")
    return folder


def make_line(
    folder: Path, *changes: tuple[str, str], prompts: Sequence[tuple[str, str]] = (), name: str = "ensaio"
) -> Line:
    """The small line, with each pair of ``changes`` replaced in its menu and of ``prompts`` in its prompts."""
    return load_line(write_line(folder / name, menu=_changed(MENU, changes), prompts=_changed(PROMPTS, prompts)))


def _changed(text: str, changes: Sequence[tuple[str, str]]) -> str:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@dataclass
class EngineCall:
    """A call performed by the engine alone; each method is a turn and gives its step."""

    engine: Engine
    now: datetime = TUESDAY
    identity: CustomerRecord | None = None
    """Whom the passwords keyed belong to."""
    customer: CustomerRecord | None = None
    caller: str = ""
    protocol: str | None = None
    """The number that the call gets where it needs one."""
    known: dict[str, Any] = field(default_factory=dict)
    """What else the turns know, by the names of ``Facts``."""
    position: Position = field(init=False)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.position = self.engine.start()
        self.hear(events.Started())

    @property
    def state(self) -> str:
        return self.position.state

    def at(self, state: str, **changes: object) -> EngineCall:
        """Set the call down in a state, as if it had come there."""
        self.position = replace(self.position, state=state, **changes)  # type: ignore[arg-type]
        return self

    def hear(self, event: events.Event, *, turn: int | None = None) -> Step:
        known = self.customer if self.position.contact_id is not None else None
        numbered = self.position.protocol or self.protocol
        line = self.engine.line
        entry = read_entry(line, line.states[self.position.state], event)
        facts = Facts(
            self.now, SEALED, self.identity, known, caller=self.caller, protocol=numbered, entry=entry, **self.known
        )
        before = self.position.as_json()
        step = self.engine.step(self.position, event, facts, len(self.steps) if turn is None else turn)
        assert self.position.as_json() == before, "a turn changes its draft, and not the position that it was given"
        self.position = step.position
        self.steps.append(step)
        return step

    def keys(self, digits: str) -> Step:
        return self.hear(events.Keys(digits))

    def says(self, text: str) -> Step:
        return self.hear(events.Speech(text, 0.9))

    def silence(self) -> Step:
        return self.hear(events.Silence())


def prompts_of(step: Step) -> list[str]:
    """Every prompt of the step by name, in the order in which it is heard."""
    heard: list[str] = []
    for verb in step.verbs:
        match verb:
            case verbs.Say(prompt):
                heard.append(prompt)
            case verbs.Gather(prompts):
                heard += [say.prompt for say in prompts]
    return heard


def gather_of(step: Step) -> verbs.Gather:
    """The gather with which the step ends."""
    gather = step.verbs[-1]
    assert isinstance(gather, verbs.Gather)
    return gather


def owing(due: date, grace_days: int = 0) -> CustomerRecord:
    """Ana with one invoice that is not paid."""
    from decimal import Decimal

    return replace(ANA, invoices=(InvoiceRecord("F-1", Decimal("10.00"), due, grace_days),))
