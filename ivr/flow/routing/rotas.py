"""``rotas``: who is on call, when, and how they are rung.

rotas:
  plantao-suporte:
    zone: America/Sao_Paulo              # default: the line's
    people: {ana: "+5511...", bruno: "+5511..."}
    ladder: {seconds: 25, rungs: 2, last_resort: {number: "+5511..."}}
    shifts:
      - {days: seg-sex, time: "07:00-19:00", who: [ana, bruno]}
      - {days: sab-dom, time: "00:00-24:00", weeks: [[ana, bruno], [bruno, ana]], anchor: "2026-01-03"}
      - {from: "2026-12-24", to: "2026-12-26", time: "00:00-24:00", who: bruno}   # stands in for the others
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from ivr.flow.routing.days import parse_days
from ivr.flow.routing.section import Places, dates, parse_date, read_zone, sections
from ivr.flow.routing.targets import read_target
from ivr.source.fields import Fields
from ivr.source.yaml import Sequence, Text, Value
from routing.numbers import parse_any_number
from routing.rotas import Ladder, Rota, Shift
from routing.spans import EVERY_DAY, parse_span
from routing.targets import Number, Queue, Sip
from wording import message, phrase


def read_rotas(root: Fields, zone: ZoneInfo, places: Places) -> dict[str, Rota | None]:
    """All rotas of the file by name, None where they are faulty."""
    rotas: dict[str, Rota | None] = {}
    for name, mark, fields in sections(root, "rotas", phrase("the rota"), required=False):
        places[f"rotas.{name}"] = mark
        rotas[name] = _rota(name, fields, zone, places)
    return rotas


def _rota(name: str, fields: Fields, line_zone: ZoneInfo, places: Places) -> Rota | None:
    before = len(fields.diagnostics.errors)
    zone = fields.parsed("zone", read_zone, line_zone) or line_zone
    people = _people(fields, f"rotas.{name}.people", places)
    ladder = _ladder(fields, f"rotas.{name}.ladder", places)
    shifts = []
    for at, item in enumerate(fields.items("shifts", required=True)):
        shift = Fields.of(item, phrase("a shift of {owner}", owner=fields.owner), fields.diagnostics, fields.mark)
        places[f"rotas.{name}.shifts[{at}]"] = shift.mark
        shifts.append(_shift(shift))
    fields.finish()
    if len(fields.diagnostics.errors) > before:
        return None
    return fields.built(lambda: Rota(name, zone, people, tuple(filter(None, shifts)), ladder))


def _people(fields: Fields, key: str, places: Places) -> dict[str, str]:
    written = fields.mapping_of("people", required=True)
    numbers = (
        Fields(written, phrase("the people of {owner}", owner=fields.owner), fields.diagnostics) if written else None
    )
    people: dict[str, str] = {}
    for person, mark, _ in written.items() if written else ():
        places[f"{key}.{person}"] = mark
        number = numbers.parsed(person, parse_any_number, required=True) if numbers else None
        same = next((other for other, known in people.items() if number and known == number), None)
        if same:
            fields.diagnostics.warning(
                mark,
                message(
                    "one-number-of-two-people",
                    "'{person}' and '{same}' of {owner} have one number; check it",
                    person=person,
                    same=same,
                    owner=fields.owner,
                ),
            )
        if number:
            people[person] = number
    return people


def _ladder(fields: Fields, key: str, places: Places) -> Ladder:
    written = fields.mapping_of("ladder")
    if written is None:
        return Ladder()
    ladder = Fields(written, phrase("the ladder of {owner}", owner=fields.owner), fields.diagnostics)
    places[key] = ladder.mark
    seconds = ladder.whole("seconds", 30)
    rungs = ladder.whole("rungs", 1, least=1) if ladder.has("rungs") else None
    value = ladder.value("last_resort")
    last = None
    if value is not None:
        resort = Fields.of(
            value, phrase("the last resort of {owner}", owner=fields.owner), fields.diagnostics, ladder.mark
        )
        last = read_target(resort, ("number", "sip", "queue"))
    ladder.finish()
    last_resort = last if isinstance(last, Number | Sip | Queue) else None
    return ladder.built(lambda: Ladder(seconds, rungs, last_resort)) or Ladder()


def _shift(fields: Fields) -> Shift | None:
    before = len(fields.diagnostics.errors)
    days = fields.parsed("days", parse_days, EVERY_DAY) or EVERY_DAY
    span = fields.parsed("time", parse_span, required=True)
    season = dates(fields)
    anchor = fields.parsed("anchor", parse_date)
    weeks = fields.items("weeks")
    teams = [_team(week, fields) for week in weeks] or [
        _team(Sequence(fields.texts("who"), fields.mark_of("who")), fields)
    ]
    fields.finish()
    if span is None or len(fields.diagnostics.errors) > before:
        return None
    return fields.built(lambda: Shift(tuple(teams), span, days, anchor, season))


def _team(week: Value, fields: Fields) -> tuple[str, ...]:
    people = week.items if isinstance(week, Sequence) else (week,)
    if all(isinstance(person, Text) for person in people):
        names = tuple(person for person in people if isinstance(person, Text))
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            fields.diagnostics.warning(
                week.mark,
                message(
                    "person-twice-in-a-week",
                    "'{person}' stands twice in one week of {owner}, and is rung once more after not "
                    "answering; delete one",
                    person=twice,
                    owner=fields.owner,
                ),
            )
        return names
    fields.diagnostics.error(
        week.mark, message("week-is-no-list", "a week of {owner} must be a list of people", owner=fields.owner)
    )
    return ()
