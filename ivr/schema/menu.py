"""The schema of ``menu.yaml``: the line, and its states by name."""

from __future__ import annotations

from ivr.flow.header import RECORDED, SAID
from ivr.schema.nodes import KINDS
from ivr.schema.questions import HELPS, STATE_NAMES
from ivr.schema.shapes import (
    FLAG,
    NUMBER,
    TEXT,
    Schema,
    choice,
    document,
    key,
    mapping,
    named,
    one_or_list,
    refer,
    whole,
)
from routing.documents import COUNTRIES


def menu() -> Schema:
    """Return the schema of the file."""
    shape = mapping(
        {
            "line": key(
                "What the line says about itself, and what holds for all states.", _line(), {"number": "+551140030015"}
            ),
            "states": key(
                "Every state by its name: one box of the menu, of exactly one kind.",
                named(refer("state"), STATE_NAMES),
                {"principal": {"menu": {"say": "principal", "keys": {"1": "cst"}}}},
            ),
        },
        "line",
        "states",
    )
    return document("The menu of a line", shape, state=_state(), help=_help(), offer=_offer(), **KINDS)


def _line() -> Schema:
    return mapping(
        {
            "number": key("The line's own number, in E.164.", NUMBER, "+551140030015"),
            "language": key("The language that callers hear, as Twilio names it.", TEXT, "pt-BR", "es-MX", "en-US"),
            "voice": key(
                "A voice of Twilio that says everything; or recorded (clips of audio/ are played) or say.",
                TEXT,
                "Polly.Camila-Neural",
                RECORDED,
                SAID,
            ),
            "say_voice": key(
                "With voice: recorded or say, Twilio's voice for what is not played.", TEXT, "Polly.Camila-Neural"
            ),
            "zone": key("The time zone of the line, by its IANA name.", TEXT, "America/Sao_Paulo"),
            "start": key("The first state of a call.", TEXT, "boas-vindas"),
            "human": key("The state of a caller who cannot be understood: a route to people.", TEXT, "assessoria"),
            "transfer": key("The state that rings the destinations.", TEXT, "transferencia"),
            "after_call": key(
                "Where a call ends whose caller has been served and says nothing more.", TEXT, "despedida"
            ),
            "keys": key(
                "Keys that do the same in every menu where they are free.",
                mapping(
                    {
                        "repeat": key("The key that says the menu again.", choice("0123456789"), "9"),
                        "human": key("The key that asks for a person.", choice("0123456789"), "0"),
                    }
                ),
                {"repeat": "9", "human": "0"},
            ),
            "accept": key("The prompt that asks staff to press 1 to take a call.", TEXT, "atender"),
            "apology": key("The prompt when something breaks, before a person is rung.", TEXT, "desculpas"),
            "moment": key("The prompt while what is slow or broken is tried again.", TEXT, "um-momento"),
            "changed": key(
                "The prompt before a question that is asked again since the menu changed.", TEXT, "menu-mudou"
            ),
            "wait": key("The prompt of a caller who waits in a queue.", TEXT, "espera"),
            "max_turns": key("After so many answers a call goes to a person.", whole(10, 500), 80),
            "menu_seconds": key("Seconds to wait for a key of a menu.", whole(1, 60), 6),
            "collect_seconds": key("Seconds to wait for a key of a longer entry.", whole(1, 60), 8),
            "documents": key(
                "Countries whose tax documents callers may give.",
                one_or_list({"enum": [*COUNTRIES, *(each.lower() for each in COUNTRIES)]}),
                ["MX", "CO"],
                ["BR"],
            ),
            "drafts": key(
                "Telephones that hear the draft of the line where there is one.",
                one_or_list(NUMBER),
                ["+5511987654321"],
            ),
            "sac": key(
                "For regulated services (Decreto 11.034/2022): where complaints and cancellations lead.",
                mapping(
                    {
                        "complaint": key("The state of the option for complaints.", TEXT, "ouvidoria"),
                        "cancel": key("The state of the option for cancelling.", TEXT, "cancelamento"),
                    },
                    "complaint",
                    "cancel",
                ),
                {"complaint": "ouvidoria", "cancel": "cancelamento"},
            ),
            "strikes": key(
                "Counters of wrong entries that several states share, by name.",
                named(
                    mapping(
                        {
                            "limit": key("The wrong entry that leads away.", whole(1, 10), 3),
                            "then": key("The state that it leads to.", TEXT, "identificacao-esgotada"),
                        },
                        "then",
                    )
                ),
                {"identificacao": {"limit": 3, "then": "identificacao-esgotada"}},
            ),
            "rules": key(
                "Sentences that must hold on every way through the menu; each is proven.",
                one_or_list(TEXT),
                ["suporte is never reached without identified, contact active"],
            ),
            **HELPS,
        },
        "number",
        "language",
        "voice",
        "zone",
        "start",
        "human",
        "transfer",
        "apology",
        "wait",
        "no_input",
        "invalid",
    )


def _help() -> Schema:
    return mapping(
        {
            "say": key("The prompt that helps.", TEXT, "nao-entendi"),
            "repeat": key("Whether the question follows it.", FLAG, True),
        },
        "say",
    )


def _offer() -> Schema:
    return mapping(
        {
            "key": key("The key.", choice("123456789"), "1"),
            "say": key("The prompt that tells of it.", TEXT, "chamado-aceitar"),
            "next": key("The state that does it.", TEXT, "aceite-do-chamado"),
        },
        "key",
        "say",
        "next",
    )


def _state() -> Schema:
    rows = {
        "menu": key("A choice with one key or a few words.", refer("menu"), {"say": "principal", "keys": {"1": "cst"}}),
        "collect": key(
            "An entry of several keys: a document, a password, an access code.",
            refer("collect"),
            {"say": "documento", "format": "document", "next": "senha"},
        ),
        "check": key(
            "A question about the customer, or about destinations, that the line can answer.",
            refer("check"),
            {"rule": "finance", "outcomes": {"clear": "contato", "within-grace": "contato", "overdue": "cobranca"}},
        ),
        "branch": key(
            "Where to go by a key that was pressed earlier.",
            refer("branch"),
            {"menu": "software", "keys": {"2": "suporte"}, "otherwise": "principal"},
        ),
        "say": key("One sentence, then on.", refer("say"), {"prompt": "boas-vindas", "next": "principal"}),
        "route": key("Chooses the destination; a transfer rings it.", refer("route"), {"to": "suporte.rm"}),
        "transfer": key(
            "Rings the destination that a route chose.",
            refer("transfer"),
            {"say": "transferindo", "served": "despedida"},
        ),
        "record": key(
            "The caller leaves a message.",
            refer("record"),
            {"say": "recado", "next": "recado-guardado", "empty": "despedida"},
        ),
        "closure": key(
            "Staff close or open a destination by telephone.",
            refer("closure"),
            {"say": "fechamento", "desks": {"1": "suporte", "0": "all"}},
        ),
        "callback": key(
            "The caller is called back, with the place in the queue that was left.",
            refer("callback"),
            {"say": "retorno", "next": "retorno-anotado", "refused": "recado", "no_number": "recado"},
        ),
        "text": key(
            "A caller on a mobile may have a text sent.",
            refer("text"),
            {
                "say": "texto",
                "words": "Protocolo {protocolo}.",
                "next": "texto-mandado",
                "refused": "recado",
                "no_mobile": "recado",
            },
        ),
        "ticket": key(
            "Tells the ticket that was keyed, and offers what is possible in its state.",
            refer("ticket"),
            {"say": "chamado-opcoes", "forecast": "chamado-previsao"},
        ),
        "act": key(
            "Accepts or refuses a ticket's solution, postpones it, or leaves a message.",
            refer("act"),
            {"does": "accept", "say": "confirmar-aceite", "next": "chamado-foi-aceito"},
        ),
        "access": key(
            "Tells a remote access that was asked for on a ticket; the caller allows or refuses it.",
            refer("access"),
            {"say": "acesso-pedido", "back": "chamado", "denied": "contato"},
        ),
        "administrator": key(
            "Tells an identified caller the administrator of the company.",
            refer("administrator"),
            {"say": "administrador", "next": "menu-assessoria", "unknown": "assessoria.portal"},
        ),
        "survey": key(
            "Asks how a talk was, after talks with the desks that ops name.",
            refer("survey"),
            {
                "desks": ["consultoria"],
                "questions": {"atendimento": "pesquisa-atendimento"},
                "wrong": "pesquisa-de-1-a-5",
                "next": "despedida",
            },
        ),
        "hangup": key("A last sentence, and the call ends.", refer("hangup"), {"say": "despedida"}),
    }
    return {**mapping(rows), "minProperties": 1, "maxProperties": 1}
