"""The schema of ``routing.yaml``: destinations and all that decides who answers when."""

from __future__ import annotations

from ivr.flow.routing.agents import SECONDS
from ivr.flow.routing.requires import KNOWN
from ivr.schema.destinations import contract, destination, target, together
from ivr.schema.hours import calendar, hours, rota, special_day
from ivr.schema.services import service, surveys
from ivr.schema.shapes import (
    NUMBER,
    TEXT,
    Schema,
    choice,
    document,
    key,
    mapping,
    named,
    one_or_list,
    whole,
)
from ivr.schema.tickets import tickets
from routing.agent_rules import PLAIN_RULES
from routing.candidate import HIGHEST_LEVEL, LOWEST_LEVEL


def routing() -> Schema:
    """Return the schema of the file."""
    sections: dict[str, Schema] = {
        "allowed": key("What the line may ring.", _allowed(), {"prefixes": ["+55115090"]}),
        "calendars": key("Which holidays are kept, by name.", named(calendar()), {"matriz": {"state": "SP"}}),
        "hours": key(
            "When destinations are open, by name.",
            named(hours()),
            {"suporte": {"windows": [{"days": "seg-sex", "open": "08:00-18:00"}]}},
        ),
        "rotas": key("Who is on call when, by name.", named(rota()), {"plantao": {"people": {"ana": "+551150900101"}}}),
        "destinations": key(
            "Whom a call can be routed to, by name.", named(destination()), {"suporte.rm": {"hours": "suporte"}}
        ),
        "contracts": key(
            "Targets that customers of a special contract reach first, by the contract's name.",
            named(contract()),
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
            named(service()),
            {"consultoria-tecnica": {"desks": "consultoria", "prices": [{"from": "2026-01-01", "hour": "400.00"}]}},
        ),
        "surveys": key(
            "What contacts are asked after a solution was sent; without it: nothing.",
            surveys(),
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
        target=target(),
        together=together(),
        special_day=special_day(),
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
