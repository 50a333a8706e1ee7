"""The schema of ``routing.yaml``: destinations and all that decides who answers when."""

from __future__ import annotations

from typing import Final

from ivr.flow.routing.agents import SECONDS
from ivr.flow.routing.requires import KNOWN
from ivr.flow.routing.section import ALWAYS_OPEN
from ivr.schema.shapes import (
    DATE,
    FLAG,
    NUMBER,
    SPAN,
    TEXT,
    Schema,
    choice,
    document,
    either,
    key,
    mapping,
    named,
    one_or_list,
    refer,
    whole,
)
from ivr.schema.tickets import tickets
from routing.agent_rules import PLAIN_RULES
from routing.candidate import HIGHEST_LEVEL, LOWEST_LEVEL

_PLAIN_TARGETS: Final = ("number", "sip", "queue", "desk", "together")
_FROM: Final = key("The first day.", DATE, "2026-12-01")
_TO: Final = key("The last day.", DATE, "2027-02-28")
_ZONE: Final = key("The time zone; default: the line's.", TEXT, "America/Sao_Paulo")
_DAYS: Final = key("Days of the week.", TEXT, "seg-sex", "sab, dom", "todos")
_SPECIAL_DAYS: Final = key(
    "Dates with hours of their own; without hours they are closed.",
    one_or_list(refer("special_day")),
    [{"date": "2026-12-24", "name": "véspera de Natal", "open": "08:00-12:00"}],
)
_TARGETS: Final = key(
    "Whom to ring, one after the other.", one_or_list(refer("target")), [{"queue": "suporte-rm", "wait": 600}]
)


def routing() -> Schema:
    """Return the schema of the file."""
    sections: dict[str, Schema] = {
        "allowed": key("What the line may ring.", _allowed(), {"prefixes": ["+55115090"]}),
        "calendars": key("Which holidays are kept, by name.", named(_calendar()), {"matriz": {"state": "SP"}}),
        "hours": key(
            "When destinations are open, by name.",
            named(_hours()),
            {"suporte": {"windows": [{"days": "seg-sex", "open": "08:00-18:00"}]}},
        ),
        "rotas": key(
            "Who is on call when, by name.", named(_rota()), {"plantao": {"people": {"ana": "+551150900101"}}}
        ),
        "destinations": key(
            "Whom a call can be routed to, by name.", named(_destination()), {"suporte.rm": {"hours": "suporte"}}
        ),
        "contracts": key(
            "Targets that customers of a special contract reach first, by the contract's name.",
            named(_contract()),
            {"SLA": {"desks": "suporte", "targets": [{"queue": "suporte-sla"}]}},
        ),
        "access_codes": key("Product access codes, and where they lead.", _codes(), {"format": "NN.X.NNNN"}),
        "regions": key(
            "Which destination serves which area codes, by the table's name.",
            named(_region()),
            {"franquias": {"default": "franquia.sao-paulo", "area_codes": {"31": "franquia.minas-gerais"}}},
        ),
        "callbacks": key("Which numbers may be called back, and how often.", _callbacks(), {"per_day": 100}),
        "services": key(
            "What is billed, and the price of an hour from which day on.",
            named(_service()),
            {"consultoria-tecnica": {"desks": "consultoria", "prices": [{"from": "2026-01-01", "hour": "400.00"}]}},
        ),
        "surveys": key(
            "What contacts are asked after a solution was sent; without it: nothing.",
            _surveys(),
            {"questions": {"atendimento": {"text": {"pt-BR": "Como foi o atendimento?"}}}},
        ),
        "tickets": key(
            "How calls become tickets, and by which hours their forecast counts; without it no ticket is opened.",
            tickets(),
            {
                "calendars": {"suporte": [{"from": "2026-01-01", "hours": "suporte"}]},
                "desks": {"suporte": {"area": "sustentacao", "calendar": "suporte"}},
            },
        ),
        "agents": key(
            "How agents take the calls of a destination, of several whose names begin so, or of all.",
            named(_agents()),
            {"all": {"service_target": "80/20"}, "suporte": {"wrap_up": 60}},
        ),
        "requires": key(
            "What a caller has passed before a destination is rung; the menu is held to it.",
            named(one_or_list(choice(KNOWN))),
            {"suporte": ["identity", "contact", "contract"]},
        ),
    }
    return document(
        "Where the calls of a line go",
        mapping(sections, "destinations"),
        target=_target(),
        together=_together(),
        special_day=_special_day(),
    )


def _allowed() -> Schema:
    return mapping(
        {
            "country": key("The country whose ordinary numbers may be rung.", TEXT, "BR", "MX"),
            "numbers": key("Numbers that may be rung besides.", one_or_list(NUMBER), ["+5511999990000"]),
            "prefixes": key("Beginnings of numbers that may be rung.", one_or_list(NUMBER), ["+55115090"]),
            "sip_domains": key(
                "Domains of SIP addresses that may be rung.", one_or_list(TEXT), ["suporte.example.com"]
            ),
        }
    )


def _calendar() -> Schema:
    return mapping(
        {
            "country": key("The country whose holidays are kept; default: BR.", TEXT, "BR", "MX"),
            "state": key("The state whose holidays are kept as local ones.", TEXT, "SP"),
            "city": key("The city whose holidays are kept as local ones.", TEXT, "São Paulo Capital"),
            "optional": key("Days that not every house keeps.", one_or_list(TEXT), ["carnaval", "corpus-christi"]),
            "extra": key("Days kept like national holidays.", named(TEXT), {"2026-12-28": "aniversário da empresa"}),
            "local": key("Days kept like holidays of the city.", named(TEXT), {"2026-05-08": "aniversário da cidade"}),
            "working": key("Holidays on which one works.", one_or_list(DATE), ["2026-11-20"]),
            "special_days": _SPECIAL_DAYS,
        }
    )


def _special_day() -> Schema:
    return mapping(
        {
            "date": key("The day.", DATE, "2026-12-24"),
            "from": key("The first of several days.", DATE, "2026-12-28"),
            "to": key("The last of several days.", DATE, "2026-12-30"),
            "name": key("What the day is called.", TEXT, "véspera de Natal"),
            "open": key("When it is open on that day.", one_or_list(SPAN), "08:00-12:00"),
            "on_call": key("When the staff on call answer on that day.", one_or_list(SPAN), "12:00-18:00"),
            "break": key("When nobody answers for a while.", one_or_list(SPAN), "10:00-10:15"),
        },
        "name",
    )


def _hours() -> Schema:
    policies = choice(["closed", "on-call", "open"])
    return mapping(
        {
            "zone": _ZONE,
            "calendar": key("The calendar whose holidays are kept.", TEXT, "matriz"),
            "on_holiday": key("What a national holiday is; default: closed.", policies, "closed", "on-call"),
            "on_local_holiday": key("What a holiday of state or city is; default: closed.", policies, "on-call"),
            "special_days": _SPECIAL_DAYS,
            "windows": key(
                "Times of the week, each for days and, in a season, from a date to another.",
                one_or_list(
                    mapping(
                        {
                            "days": _DAYS,
                            "open": key(
                                "When it is open.", one_or_list(SPAN), "08:00-12:00", ["08:00-12:00", "13:30-18:00"]
                            ),
                            "on_call": key("When only the staff on call answer.", one_or_list(SPAN), "12:00-13:30"),
                            "break": key("When nobody answers for a while.", one_or_list(SPAN), "10:00-10:15"),
                            "from": _FROM,
                            "to": _TO,
                        },
                        "days",
                    )
                ),
                [{"days": "seg-sex", "open": ["08:00-12:00", "13:30-18:00"]}],
            ),
        }
    )


def _rota() -> Schema:
    teams = one_or_list(TEXT)
    return mapping(
        {
            "zone": _ZONE,
            "people": key("Who is on call, and at which number.", named(NUMBER), {"ana": "+551150900101"}),
            "ladder": key(
                "How the people of a shift are rung.",
                mapping(
                    {
                        "seconds": key("Seconds for which each is rung.", whole(0), 25),
                        "rungs": key("How many of them are rung; default: all.", whole(1), 2),
                        "last_resort": key(
                            "Who is rung when none of them answers.", refer("target"), {"number": "+551150900104"}
                        ),
                    }
                ),
                {"seconds": 25, "rungs": 2},
            ),
            "shifts": key(
                "Who is on call when; a shift with dates stands in for the others.",
                one_or_list(
                    mapping(
                        {
                            "days": _DAYS,
                            "time": key("From when to when.", SPAN, "07:00-19:00", "00:00-24:00"),
                            "who": key(
                                "Who, in the order in which they are rung.", one_or_list(TEXT), ["ana", "bruno"]
                            ),
                            "weeks": key(
                                "Teams that take turns, week by week.",
                                one_or_list(teams),
                                [["ana", "bruno"], ["bruno", "ana"]],
                            ),
                            "anchor": key("A day of the first team's week.", DATE, "2026-01-05"),
                            "from": _FROM,
                            "to": _TO,
                        },
                        "time",
                    )
                ),
                [{"days": "seg-sex", "time": "07:00-19:00", "who": ["ana", "bruno"]}],
            ),
        },
        "people",
        "shifts",
    )


def _destination() -> Schema:
    divert = mapping({"divert": key("The destination that takes the call instead.", TEXT, "assessoria")}, "divert")
    apologise = mapping(
        {"apologise": key("The prompt with which the line apologises.", TEXT, "indisponivel")}, "apologise"
    )
    ending = either({"enum": ["apologise"]}, apologise, divert)
    failure = either({"enum": ["next", "apologise"]}, apologise, divert)
    contracts = named(either(one_or_list(refer("target")), mapping({"targets": _TARGETS}, "targets")))
    older = mapping({"targets": _TARGETS, "queue": key("Has no effect any more.", whole(0), 1)})
    return mapping(
        {
            "hours": key("The hours that it keeps, or always.", TEXT, "suporte", ALWAYS_OPEN),
            "targets": _TARGETS,
            "on_call": key(
                "Who is on call: a rota, or a list of targets.",
                either(
                    mapping({"rota": key("The rota.", TEXT, "plantao-suporte")}, "rota"), one_or_list(refer("target"))
                ),
                {"rota": "plantao-suporte"},
            ),
            "closed": key(
                "What a caller finds when it is closed; default: announce.",
                either({"enum": ["announce", "on-call"]}, divert),
                "announce",
                "on-call",
                {"divert": "assessoria"},
            ),
            "busy": key("What follows a busy target; default: next.", failure, "next", {"divert": "assessoria"}),
            "no_answer": key(
                "What follows a target that does not answer; default: next.", failure, "next", "apologise"
            ),
            "failed": key("What follows a target that cannot be rung; default: next.", failure, "next"),
            "exhausted": key(
                "What follows the last target; default: apologise.", ending, "apologise", {"divert": "assessoria"}
            ),
            "limits": key(
                "How many calls its telephones take.",
                mapping(
                    {
                        "concurrent": key("Calls at the same time.", whole(1), 10),
                        "per_hour": key("Calls in an hour.", whole(1), 60),
                        "per_day": key("Calls in a day.", whole(1), 300),
                    }
                ),
                {"concurrent": 10},
            ),
            "contracts": key(
                "Targets of a special contract, rung before its own.",
                contracts,
                {"PRIME.ANA": [{"number": "+551150900104"}]},
            ),
            "priority": key(
                "The older name of contracts.", named(older), {"SLA": {"targets": [{"queue": "suporte-sla"}]}}
            ),
            "record": key("Whether its talks are recorded.", FLAG, True),
            "message": key("Whether a message is taken when it is closed; default: yes.", FLAG, False),
        },
        "hours",
    )


def _ring(default: int = 30) -> Schema:
    return key("Seconds for which it rings.", whole(0), default)


def _target() -> Schema:
    telephones = {
        "number": mapping(
            {
                "number": key("A telephone, in E.164.", NUMBER, "+551150900104"),
                "ring": _ring(),
                "accept": key("Whether the person who picks up must press 1.", FLAG, True),
            },
            "number",
        ),
        "sip": mapping({"sip": key("A SIP address.", TEXT, "sip:rm@suporte.example.com"), "ring": _ring(25)}, "sip"),
        "queue": mapping(
            {
                "queue": key("A queue in which the caller waits.", TEXT, "suporte-rm"),
                "wait": key("Seconds of the longest wait.", whole(0), 600),
            },
            "queue",
        ),
        "desk": mapping({"desk": key("Another destination, whose targets are rung.", TEXT, "suporte.geral")}, "desk"),
        "together": mapping(
            {
                "together": key(
                    "Telephones that ring at the same time.",
                    one_or_list(refer("together")),
                    [{"number": "+551150900104"}, {"sip": "sip:rm@suporte.example.com"}],
                ),
                "ring": _ring(25),
            },
            "together",
        ),
    }
    weight = {"weight": key("Its share of the calls.", whole(0), 70)}
    parts = [_with(telephones[kind], weight) for kind in _PLAIN_TARGETS]
    share = mapping(
        {
            "share": key(
                "Targets among which calls are shared by weight.",
                one_or_list(either(*parts)),
                [{"weight": 70, "queue": "sul"}, {"weight": 30, "queue": "norte"}],
            )
        },
        "share",
    )
    return either(*telephones.values(), share)


def _together() -> Schema:
    number = {
        "number": key("A telephone, in E.164.", NUMBER, "+551150900104"),
        "accept": key("Whether the person who picks up must press 1.", FLAG, True),
    }
    return either(
        mapping(number, "number"), mapping({"sip": key("A SIP address.", TEXT, "sip:rm@suporte.example.com")}, "sip")
    )


def _with(shape: Schema, more: dict[str, Schema]) -> Schema:
    properties = shape["properties"]
    return {**shape, "properties": {**properties, **more}} if isinstance(properties, dict) else shape


def _contract() -> Schema:
    return mapping(
        {
            "desks": key("Destinations, or beginnings of several names.", one_or_list(TEXT), "suporte"),
            "targets": _TARGETS,
        },
        "desks",
    )


def _codes() -> Schema:
    return mapping(
        {
            "format": key("N is a digit, X a digit or a letter.", TEXT, "NN.X.NNNN"),
            "table": key("Each beginning of a code, and the area that it leads to.", named(TEXT), {"05.1": "vitrine"}),
        },
        "format",
        "table",
    )


def _region() -> Schema:
    return mapping(
        {
            "country": key("The country of the area codes; default: BR.", TEXT, "BR"),
            "default": key("The destination of every other number.", TEXT, "franquia.sao-paulo"),
            "area_codes": key(
                "Area codes, and the destination of each.", named(TEXT), {"21-28": "franquia.rio-de-janeiro"}
            ),
        },
        "default",
        "area_codes",
    )


def _agents() -> Schema:
    def seconds(name: str, description: str) -> Schema:
        return key(description, whole(*SECONDS[name]), getattr(PLAIN_RULES, name))

    levels = [str(level) for level in range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)]
    return mapping(
        {
            "ring": seconds("ring", "Seconds for which an agent is rung."),
            "wrap_up": seconds("wrap_up", "Seconds at most to note down how a talk went."),
            "again": seconds("again", "Seconds until an agent who refused a call is rung for it again."),
            "preferred": seconds("preferred", "Seconds for which a call is kept for the agent whom it asks for."),
            "contracts": key("Whose calls come first; default: PRIME, SLA, BSO.", one_or_list(TEXT), ["PRIME", "SLA"]),
            "rise": seconds("rise", "Seconds of waiting in which a call rises by one rank of these contracts."),
            "levels": key(
                "Seconds for which a call is kept from agents of a level while better ones are on duty.",
                mapping({level: key("Seconds.", whole(0, 3600), 30) for level in levels}),
                {"1": 30},
            ),
            "service_target": key(
                "So many per cent of the calls are to be answered within so many seconds; default: 80/20.",
                {"type": "string", "pattern": "^[0-9]{1,3}/[0-9]{1,4}$"},
                "80/20",
            ),
            "short": seconds("short", "Who leaves within these seconds is not counted as lost."),
            "dispositions": key("The results of a talk.", one_or_list(TEXT), ["resolvido", "aguarda o cliente"]),
            "disposition": key(
                "Whether an agent must choose one; default: optional.", choice(("required", "optional")), "required"
            ),
            "supervised_say": key(
                "The prompt that a caller hears when a supervisor comes into the talk; without it: nothing.",
                TEXT,
                "supervisao",
            ),
        }
    )


def _callbacks() -> Schema:
    return mapping(
        {
            "prefixes": key(
                "Beginnings of the numbers that may be called back.", one_or_list(NUMBER), ["+5511", "+5521"]
            ),
            "per_number_a_day": key("Callbacks promised to one number in 24 hours.", whole(1, 10), 2),
            "per_day": key("Callbacks promised to all together in 24 hours.", whole(1, 10_000), 100),
            "expires_hours": key("Hours after which nobody is called any more.", whole(1, 336), 96),
        }
    )


def _surveys() -> Schema:
    texts = mapping(
        {
            "pt-BR": key("In Portuguese.", TEXT, "Como foi o atendimento?"),
            "es": key("In Spanish.", TEXT, "¿Cómo fue la atención?"),
        }
    )
    question = mapping({"text": key("Its words on the portal, by language.", texts, {"es": "¿Y bien?"})}, "text")
    return mapping(
        {
            "questions": key(
                "The questions by name, in their order; each is answered by a figure from 1 to 5.",
                named(question),
                {"atendimento": {"text": {"pt-BR": "Como foi o atendimento?"}}},
            ),
            "link_days": key("Days for which the link of a mail is good; default: 15.", whole(1, 90), 15),
        },
        "questions",
    )


def _service() -> Schema:
    return mapping(
        {
            "desks": key(
                "Destinations, or beginnings of several names, that give it.", one_or_list(TEXT), "consultoria"
            ),
            "currency": key("The currency of its prices; default: BRL.", TEXT, "BRL", "MXN", "USD"),
            "prices": key(
                "What an hour costs, from which day on.",
                one_or_list(
                    mapping(
                        {
                            "from": key("The first day of the price.", DATE, "2026-01-01"),
                            "hour": key("The price of an hour.", TEXT, "400.00"),
                        },
                        "from",
                        "hour",
                    )
                ),
                [{"from": "2026-01-01", "hour": "400.00"}],
            ),
            "title": key("Its name for customers; default: the name without dashes.", TEXT, "Consultoria Técnica"),
            "waived_if_product_at_fault": key(
                "Whether nothing is charged where the product is at fault; default: no.", FLAG, True
            ),
            "charged_to_unit": key(
                "Whether the franchise pays where the company belongs to one; default: no.", FLAG, True
            ),
            "bills_preparation": key(
                "Whether it bills the preparation of remote accesses on free tickets; default: no.", FLAG, True
            ),
            "term": key(
                "The prompt that a customer agrees to on a ticket, with {preco}.", TEXT, "termo-consultoria-do-suporte"
            ),
            "appointments": key(
                "When it is given by appointment; without it: at once.",
                mapping(
                    {
                        "hours": key("The hours within which appointments lie.", TEXT, "consultoria"),
                        "confirm_hours": key(
                            "Hours within which a proposed time is to be confirmed; default: 24.", whole(1, 720), 24
                        ),
                    },
                    "hours",
                ),
                {"hours": "consultoria", "confirm_hours": 24},
            ),
        },
        "desks",
    )
