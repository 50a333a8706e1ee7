"""What ops write in routing.yaml, section by section, and what the router makes of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.company import SPECIAL_CONTRACTS
from ivr.flow.routing.contracts import KINDS
from ivr.flow.routing.days import parse_days
from ivr.flow.routing_file import RoutingFile, read_routing
from ivr.source.diagnostics import Diagnostics
from ivr.source.yaml import Mapping, load, parse
from routing.agent_rules import PLAIN_RULES, AgentRules, ServiceTarget
from routing.allow_list import AllowList
from routing.check import check_table
from routing.closures import EmergencyClosure
from routing.context import RoutingContext
from routing.decide import Ring, next_target, route
from routing.holidays import Calendar
from routing.hours import Hours
from routing.limits import Limits, Load
from routing.rotas import Ladder, Rota, Shift
from routing.spans import EVERY_DAY, Dates, parse_span
from routing.targets import BorrowedTargets, Number, Queue, Share, Sip, Together
from routing.windows import SpecialDay, Window
from tests.flow.lines import SHIPPED

ZONE = ZoneInfo("America/Sao_Paulo")

EVERYTHING = """\
allowed: {country: BR, numbers: ["+12025550100"], prefixes: ["+55115090"], sip_domains: [Suporte.example.com]}
calendars:
  matriz:
    state: SP
    city: São Paulo Capital
    optional: [carnaval, corpus-christi]
    extra: {"2026-12-28": aniversário da empresa}
    local: {"2026-05-08": festa}
    working: ["2026-11-20"]
    special_days: [{date: "2026-12-24", name: véspera de Natal, open: "08:00-12:00", break: "10:00-10:15"}]
hours:
  suporte:
    zone: America/Manaus
    calendar: matriz
    on_holiday: on-call
    on_local_holiday: open
    special_days: [{from: "2026-12-28", to: "2026-12-30", name: recesso}]
    windows:
      - {days: seg-sex, open: ["08:00-12:00", "13:30-18:00"], break: "10:00-10:15"}
      - {days: sab, on_call: "22:00-06:00", from: "2026-12-01", to: "2027-02-28"}
rotas:
  plantao:
    people: {ana: "+551150900101", bruno: (11) 5090-0102}
    ladder: {seconds: 25, rungs: 1, last_resort: {queue: ultima}}
    shifts:
      - {days: seg-sex, time: "07:00-19:00", weeks: [[ana, bruno], bruno], anchor: "2026-01-05"}
      - {from: "2026-12-24", to: "2026-12-26", time: "22:00-06:00", who: bruno}
destinations:
  rm:
    hours: suporte
    targets:
      - {together: [{number: "+551150900104", accept: yes}, {sip: "sip:rm@suporte.example.com"}], ring: 20}
      - {share: [{weight: 70, queue: sul}, {weight: 30, desk: geral}]}
      - {desk: geral}
    on_call: {rota: plantao}
    limits: {concurrent: 5, per_day: 300}
    priority: {SLA: {targets: [{number: "+12025550100"}]}, BSO: {queue: 9}}
    contracts: {prime.ana: {queue: ana}}
    record: yes
  geral:
    hours: always
    targets: [{queue: geral, wait: 60}]
contracts:
  SLA: {desks: [rm, geral], targets: [{queue: sla}]}
  bso: {desks: rm, targets: [{queue: bso}]}
"""


def read(text: str) -> tuple[RoutingFile, Diagnostics]:
    faults = Diagnostics()
    (root,) = parse(text, "routing.yaml", faults)
    assert isinstance(root, Mapping)
    return read_routing(root, ZONE, faults), faults


def test_every_section_is_read_into_the_types_of_the_router() -> None:
    file, faults = read(EVERYTHING)
    assert faults.errors == []
    table = file.table
    assert table.allowed == AllowList(
        "BR", frozenset({"+12025550100"}), ("+55115090",), frozenset({"suporte.example.com"})
    )
    calendar = Calendar(
        "BR",
        "SP",
        {date(2026, 12, 28): "aniversário da empresa"},
        {date(2026, 5, 8): "festa"},
        "São Paulo Capital",
        frozenset({"carnaval", "corpus-christi"}),
        frozenset({date(2026, 11, 20)}),
        "matriz",
    )
    half_day = (
        Window(EVERY_DAY, parse_span("08:00-12:00")),
        Window(EVERY_DAY, parse_span("10:00-10:15"), "break"),
    )
    week, summer = parse_days("seg-sex"), Dates(date(2026, 12, 1), date(2027, 2, 28))
    assert table.hours == {
        "suporte": Hours(
            "suporte",
            ZoneInfo("America/Manaus"),
            (
                Window(week, parse_span("08:00-12:00")),
                Window(week, parse_span("13:30-18:00")),
                Window(week, parse_span("10:00-10:15"), "break"),
                Window(parse_days("sab"), parse_span("22:00-06:00"), "on_call", summer),
            ),
            calendar,
            "on_call",
            "open",
            (
                SpecialDay("recesso", Dates(date(2026, 12, 28), date(2026, 12, 30))),
                SpecialDay("véspera de Natal", Dates(date(2026, 12, 24), date(2026, 12, 24)), half_day),
            ),
        )
    }
    assert table.rotas == {
        "plantao": Rota(
            "plantao",
            ZONE,
            {"ana": "+551150900101", "bruno": "+551150900102"},
            (
                Shift((("ana", "bruno"), ("bruno",)), parse_span("07:00-19:00"), week, date(2026, 1, 5)),
                Shift((("bruno",),), parse_span("22:00-06:00"), dates=Dates(date(2026, 12, 24), date(2026, 12, 26))),
            ),
            Ladder(25, 1, Queue("ultima")),
        )
    }
    rm = table.destinations["rm"]
    assert rm.targets == (
        Together((Number("+551150900104", 20, accept=True), Sip("sip:rm@suporte.example.com", 20))),
        Share(((70, Queue("sul")), (30, BorrowedTargets("geral")))),
        BorrowedTargets("geral"),
    )
    assert (rm.rota, rm.on_call, rm.limits) == ("plantao", (), Limits(5, None, 300))
    assert rm.contracts == {"PRIME.ANA": (Queue("ana"),), "SLA": (Number("+12025550100"),), "BSO": (Queue("bso"),)}
    assert file.recorded == {"rm"}


def test_a_line_without_a_list_may_ring_ordinary_numbers() -> None:
    file, _ = read("destinations: {rm: {hours: always, targets: [{queue: rm}]}}\n")
    assert file.table.allowed == AllowList()


def shipped() -> RoutingFile:
    faults = Diagnostics()
    (root,) = load(SHIPPED / "routing.yaml", faults)
    assert isinstance(root, Mapping)
    return read_routing(root, ZONE, faults)


FILES = (shipped(), read(EVERYTHING)[0])
closed = EmergencyClosure("rm", datetime(2026, 12, 1, tzinfo=ZONE), datetime(2026, 12, 2, tzinfo=ZONE), "mudança")
context = st.builds(
    RoutingContext,
    st.sampled_from([(), (closed,)]),
    st.sampled_from([{}, {"rm": Load(concurrent=5)}]),
    st.floats(0, 1, exclude_max=True),
    st.sampled_from([None, "SLA", "BSO"]),
)
calls = [(file, name) for file in FILES for name in file.table.destinations]
minutes = st.integers(0, 2 * 365 * 1440).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(minutes=minute)
)
holidays = st.sampled_from(["2026-02-17", "2026-12-24", "2026-12-28", "2026-11-20", "2026-05-08", "2027-01-25"])
on_holidays = st.builds(
    lambda day, hour: datetime.fromisoformat(day).replace(hour=hour, tzinfo=ZONE), holidays, st.integers(0, 23)
)


@given(st.sampled_from(calls), minutes | on_holidays, context)
def test_whatever_a_decision_names_can_be_shown_in_the_file(
    call: tuple[RoutingFile, str], at: datetime, context: RoutingContext
) -> None:
    file, name = call
    decision = route(file.table, name, at, context=context)
    while True:
        assert [step.key for step in decision.steps if step.key and step.key not in file.places] == []
        if not isinstance(decision, Ring):
            break
        decision = next_target(file.table, decision.progress, "busy", at, context=context)


def test_a_key_leads_to_the_very_text_that_it_names() -> None:
    file, _ = read(EVERYTHING)
    lines = EVERYTHING.splitlines()
    for key, text in {
        "hours.suporte.windows[1]": '"13:30-18:00"',
        "hours.suporte.windows[2]": '"10:00-10:15"}',
        "hours.suporte.special_days[0]": "{from:",
        "hours.suporte.special_days[1]": '{date: "2026-12-24"',
        "calendars.matriz.working[2026-11-20]": '"2026-11-20"',
        "calendars.matriz.extra[2026-12-28]": '"2026-12-28"',
        "calendars.matriz.city": "city:",
        "rotas.plantao.shifts[1]": '{from: "2026-12-24"',
        "rotas.plantao.people.bruno": "bruno:",
        "destinations.rm.targets[2]": "{desk: geral}",
        "destinations.rm.limits": "limits:",
        "destinations.rm.contracts.SLA[0]": "{number:",
        "destinations.geral.contracts.SLA[0]": "{queue: sla",
    }.items():
        mark = file.places[key]
        assert lines[mark.line - 1][mark.column - 1 :].startswith(text), key


@pytest.mark.untraced
def test_the_shipped_line_has_an_answer_at_any_minute_of_two_years() -> None:

    for since in (date(2026, 11, 21), date(2027, 6, 1)):
        assert check_table(shipped().table, since) == []


def test_the_contracts_of_a_line_are_those_that_customers_can_have() -> None:
    assert KINDS == SPECIAL_CONTRACTS


AGENTS = """\
destinations:
  suporte.rm: {hours: always, targets: [{queue: rm}]}
  suporte.logix: {hours: always, targets: [{share: [{weight: 1, queue: logix}]}]}
  cst: {hours: always, targets: [{queue: cst}]}
"""


def _rules(agents: str) -> dict[str, AgentRules]:
    diagnostics = Diagnostics()
    (root,) = parse(f"{AGENTS}{agents}", "routing.yaml", diagnostics)
    assert isinstance(root, Mapping)
    read = read_routing(root, ZONE, diagnostics)
    assert not diagnostics.errors
    return dict(read.table.agents)


def test_every_destination_has_rules_for_its_agents_with_nothing_written() -> None:
    assert _rules("") == dict.fromkeys(("suporte.rm", "suporte.logix", "cst"), PLAIN_RULES)


def test_of_the_rules_for_agents_the_longest_name_holds_key_by_key() -> None:
    rules = _rules(
        "agents:\n"
        "  suporte.rm: {wrap_up: 90}\n"
        "  suporte: {wrap_up: 60, dispositions: [resolvido, ' engano '], disposition: required, levels: {'1': 30}}\n"
        "  all: {wrap_up: 10, service_target: 90/15, contracts: [sla, PRIME.ANA]}\n"
    )
    assert rules["cst"] == AgentRules(wrap_up=10, service_target=ServiceTarget(90, 15), contracts=("SLA", "PRIME.ANA"))
    assert (rules["suporte.logix"].wrap_up, rules["suporte.rm"].wrap_up) == (60, 90)
    assert rules["suporte.rm"].dispositions == ("resolvido", "engano")
    assert rules["suporte.rm"].disposition_required
    assert rules["suporte.rm"].service_target == ServiceTarget(90, 15)
    assert rules["suporte.rm"].levels == {1: 30}
