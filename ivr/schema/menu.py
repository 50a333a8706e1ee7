"""The schema of ``menu.yaml``: the line, and its states by name."""

from __future__ import annotations

from typing import Final

from ivr.flow.header import RECORDED, SAID
from ivr.flow.nodes.access import OVER
from ivr.flow.nodes.collect import FORMATS
from ivr.flow.nodes.ticket import ACTS, OFFERS
from ivr.flow.rules import OPEN, RULES
from ivr.schema.shapes import (
    FLAG,
    KEYPAD,
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
from ivr.tickets.events import TicketState
from routing.documents import COUNTRIES

STATE_NAMES: Final = "^[a-z0-9]+([-._][a-z0-9]+)*$"
ONE_KEY: Final = "^[0-9*#]$"
ONE_DIGIT: Final = "^[0-9]$"


_HELPS: Final = {
    "no_input": key(
        "What a caller hears who keys nothing: help that grows, one row a time.",
        one_or_list(refer("help")),
        [{"say": "silencio", "repeat": "yes"}],
    ),
    "invalid": key(
        "What a caller hears after a wrong key: help that grows, one row a time.",
        one_or_list(refer("help")),
        [{"say": "nao-entendi", "repeat": "yes"}],
    ),
}


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
            **_HELPS,
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


_NOT_EMPTY: Final[Schema] = {"minProperties": 1}
_SAY: Final = key("The prompt that asks.", TEXT, "principal")
_HUMAN: Final = key("The state when help is used up; default: the line's.", TEXT, "assessoria")
_STRIKES: Final = key("The counter to which a wrong entry adds.", TEXT, "identificacao")
_QUESTION: Final = {
    "say": _SAY,
    **_HELPS,
    "human": _HUMAN,
}

KINDS: Final[dict[str, Schema]] = {
    "menu": mapping(
        {
            **_QUESTION,
            "keys": {
                **key("Each key, and the state that it leads to.", named(TEXT, ONE_KEY), {"1": "suporte"}),
                **_NOT_EMPTY,
            },
            "back": key("Where * leads; without it * repeats.", TEXT, "principal"),
            "repeat": key("A free key that says the menu again; default: the line's.", KEYPAD, "9"),
            "speech": key(
                "Words that count as a key.", named(one_or_list(TEXT), ONE_KEY), {"2": ["software", "programas"]}
            ),
            "code": key(
                "Keys for staff that no prompt tells: one after the other, all of them free.",
                mapping(
                    {
                        "keys": key("The keys.", KEYPAD, "868"),
                        "next": key("The state that they lead to.", TEXT, "fechamento"),
                    },
                    "keys",
                    "next",
                ),
                {"keys": "868", "next": "fechamento"},
            ),
            "remembered_as": key("The menu in which a branch takes these keys for pressed.", TEXT, "software"),
            "accepts": key(
                "The key that agrees to a prompt, which is kept with the call.", named(TEXT, ONE_KEY), {"1": "termo"}
            ),
            "seconds": key("Seconds to wait for a key; default: the line's menu_seconds.", whole(1, 60), 6),
        },
        "say",
        "keys",
    ),
    "collect": mapping(
        {
            **_QUESTION,
            "format": key("What is keyed.", choice(each.value for each in FORMATS), *(each.value for each in FORMATS)),
            "next": key("The state after a good entry.", TEXT, "senha"),
            "back": key("Where * alone leads.", TEXT, "software"),
            "skip": key("Where an empty entry leads; without it silence gets help.", TEXT, "area-suporte"),
            "keys": key("Entries of one digit that lead elsewhere.", named(TEXT, ONE_DIGIT), {"0": "area-suporte"}),
            "strikes": _STRIKES,
            "read_back": key("The menu that reads a CNPJ with letters back, to be confirmed.", TEXT, "conferir-cnpj"),
            "speech": key("Whether the entry may be spoken.", FLAG, True),
            "seconds": key("Seconds to wait for a key; default: the line's collect_seconds.", whole(1, 60), 8),
        },
        "say",
        "format",
        "next",
    ),
    "check": mapping(
        {
            "rule": key("The question.", choice([*RULES, OPEN.name]), "identity", "finance", "open"),
            "outcomes": key(
                "Each answer of the rule, and the state that it leads to.",
                {
                    **named(TEXT),
                    "propertyNames": choice(
                        dict.fromkeys(word for rule in [*RULES.values(), OPEN] for word in rule.outcomes)
                    ),
                },
                {"clear": "contato", "within-grace": "contato", "overdue": "cobranca"},
            ),
            "strikes": _STRIKES,
            "strikes_on": key("The answer that the counter counts; any other clears it.", TEXT, "refused"),
            "contract": key("Of the rule special: the contract asked for; default: any.", TEXT, "PRIME"),
            "destinations": key(
                "Of the rule open: destinations, or beginnings of several names.", one_or_list(TEXT), ["suporte"]
            ),
        },
        "rule",
        "outcomes",
    ),
    "branch": mapping(
        {
            "menu": key("The menu in which the key was pressed.", TEXT, "software"),
            "keys": {
                **key(
                    "Each key that was pressed, and the state that it leads to.", named(TEXT, ONE_KEY), {"1": "suporte"}
                ),
                **_NOT_EMPTY,
            },
            "otherwise": key("The state of a caller who never saw that menu.", TEXT, "principal"),
        },
        "menu",
        "keys",
    ),
    "say": mapping(
        {
            "prompt": key("The prompt that is said.", TEXT, "boas-vindas"),
            "next": key("The state that follows.", TEXT, "principal"),
            "barge_in": key("Whether a key may cut it short; no: it is heard to its end.", FLAG, False),
            "service": key("A service of routing.yaml, whose price fills {preco}.", TEXT, "consultoria-tecnica"),
            "emergency_say": key(
                "The prompt where it is not known when the destination opens again.", TEXT, "emergencia"
            ),
        },
        "prompt",
        "next",
    ),
    "route": mapping(
        {
            "to": key("The destination, by name.", TEXT, "suporte.rm"),
            "code": key("The collect state in which an access code was keyed.", TEXT, "codigo"),
            "under": key("The beginning of the destinations that the codes' areas stand under.", TEXT, "suporte"),
            "unknown": key(
                "The state after a code that the table does not have, or with a ticket of no such destination.",
                TEXT,
                "codigo-desconhecido",
            ),
            "region": key("A table of 'regions' of routing.yaml, by the caller's area code.", TEXT, "franquias"),
            "ticket": key("The beginning of the destinations one of which the ticket has.", TEXT, "suporte"),
            "strikes": _STRIKES,
            "transfer": key("The transfer that rings; default: the line's.", TEXT, "transferencia"),
        }
    ),
    "transfer": mapping(
        {
            "say": key("The prompt before it rings; {destino} is the destination.", TEXT, "transferindo"),
            "next_target_say": key("The prompt before another target of the same destination.", TEXT, "outro"),
            "on_call_say": key("The prompt before it rings the staff on call.", TEXT, "plantao"),
            "closed_say": key(
                "The prompt of a closed destination; {destino} and {abertura} are known.", TEXT, "fechado"
            ),
            "emergency_say": key(
                "The prompt of one closed until further notice; default: closed_say.", TEXT, "emergencia"
            ),
            "unreachable_say": key("The prompt when no target answered.", TEXT, "indisponivel"),
            "protocol_say": key("The prompt that tells the protocol number, once in a call.", TEXT, "protocolo"),
            "ticket_say": key(
                "In its place, where the call opens a ticket: {protocolo} and {dia} or {previsao}.",
                TEXT,
                "chamado-aberto",
            ),
            "served": key("The state after a person talked with the caller.", TEXT, "despedida"),
            "closed": key("The state after the caller heard that it is closed.", TEXT, "recado"),
            "unreachable": key("The state after the caller heard that no target answered.", TEXT, "recado"),
            "no_message": key(
                "In place of closed and unreachable, for destinations that take no message.", TEXT, "despedida"
            ),
            "waiting": key(
                "What is told in a queue, and the keys that lead out of it.",
                mapping(
                    {
                        "every": key("Seconds between two announcements.", whole(5, 300), 30),
                        "position": key(
                            "The prompt that tells the place in the queue, {posicao}.", TEXT, "posicao-na-fila"
                        ),
                        "expected": key(
                            "The prompt that tells how long it may take, {espera}.", TEXT, "tempo-de-espera"
                        ),
                        "offer": key("The prompt that tells the keys.", TEXT, "saida-da-fila"),
                        "keys": key("Each key, and the state that it leads to.", named(TEXT, ONE_KEY), {"1": "recado"}),
                        "severity": key(
                            "What is asked once, of callers with a ticket, to tell how severe it is.",
                            mapping(
                                {
                                    "usable": key("Whether the function can be used.", TEXT, "severidade-uso"),
                                    "way_round": key("Whether there is a way round.", TEXT, "severidade-contorno"),
                                    "corrupts": key("Whether data are being corrupted.", TEXT, "severidade-dados"),
                                    "yes_key": key("The key that says yes.", KEYPAD, "7"),
                                    "no_key": key("The key that says no.", KEYPAD, "8"),
                                    "noted": key(
                                        "What is said after the last answer; {previsao}.", TEXT, "severidade-anotada"
                                    ),
                                },
                                "usable",
                                "way_round",
                                "corrupts",
                                "yes_key",
                                "no_key",
                                "noted",
                            ),
                            {"yes_key": "7", "no_key": "8"},
                        ),
                    }
                ),
                {"every": 30, "position": "posicao-na-fila"},
            ),
        },
        "say",
        "next_target_say",
        "on_call_say",
        "closed_say",
        "unreachable_say",
        "served",
        "closed",
        "unreachable",
    ),
    "record": mapping(
        {
            "say": key("The prompt that invites to talk.", TEXT, "recado"),
            "seconds": key("Seconds of the longest message.", whole(5, 3600), 120),
            "silence": key("Seconds of silence that end it.", whole(1, 60), 5),
            "next": key("The state after a message.", TEXT, "recado-guardado"),
            "empty": key("The state where nothing was said.", TEXT, "despedida"),
        },
        "say",
        "next",
        "empty",
    ),
    "closure": mapping(
        {
            "say": key("The prompt that asks for number*password*destination.", TEXT, "fechamento"),
            "desks": key(
                "Each key, and what it closes: a destination, a beginning of several names, or all.",
                named(TEXT, ONE_DIGIT),
                {"1": "suporte", "0": "all"},
            ),
            "hours": key("After so many hours it opens by itself.", whole(1, 168), 4),
            "closed": key("The state after it was closed.", TEXT, "fechamento-feito"),
            "opened": key("The state after it was opened.", TEXT, "reabertura-feita"),
            "refused": key("The state after a wrong entry, or none.", TEXT, "despedida"),
            "seconds": key("Seconds to wait for a key; default: the line's collect_seconds.", whole(1, 60), 8),
        },
        "say",
        "desks",
        "closed",
        "opened",
        "refused",
    ),
    "callback": mapping(
        {
            "say": key("The prompt that tells the number, {telefone}, and to press 1.", TEXT, "retorno"),
            "seconds": key("Seconds to wait for the key; default: the line's menu_seconds.", whole(1, 60), 8),
            "next": key("The state after 1: the caller will be called.", TEXT, "retorno-anotado"),
            "refused": key("The state after another key, or none.", TEXT, "recado"),
            "no_number": key("The state where the number cannot be called.", TEXT, "recado"),
        },
        "say",
        "next",
        "refused",
        "no_number",
    ),
    "text": mapping(
        {
            "say": key("The prompt that tells the number, {telefone}, and to press 1.", TEXT, "texto"),
            "words": key(
                "What is sent; {protocolo}, {destino} and {abertura} are filled in.", TEXT, "Protocolo {protocolo}."
            ),
            "seconds": key("Seconds to wait for the key; default: the line's menu_seconds.", whole(1, 60), 8),
            "next": key("The state after 1: the text will be sent.", TEXT, "texto-mandado"),
            "refused": key("The state after another key, or none.", TEXT, "recado"),
            "no_mobile": key("The state of those who cannot be texted, and are offered nothing.", TEXT, "recado"),
        },
        "say",
        "words",
        "next",
        "refused",
        "no_mobile",
    ),
    "ticket": mapping(
        {
            **_QUESTION,
            "say": key("The prompt that is said last, whatever is offered.", TEXT, "chamado-opcoes"),
            "states": key(
                "The prompt of each state of a ticket; {prazo} is the customer's last day.",
                mapping(
                    {
                        state.value: key("The prompt of a ticket in this state.", TEXT, f"chamado-{state.value}")
                        for state in TicketState
                    },
                    *(state.value for state in TicketState),
                ),
                {state.value: f"chamado-{state.value}" for state in TicketState},
            ),
            "forecast": key("The prompt of the forecast, {previsao}.", TEXT, "chamado-previsao"),
            "late": key("The prompt in its place where the forecast is over.", TEXT, "chamado-atrasado"),
            "offers": key(
                "What is offered where the ticket allows it, each by a key.",
                {
                    **mapping(
                        {
                            name: key(
                                "What is offered.", refer("offer"), {"key": "1", "say": "oferta", "next": "aceite"}
                            )
                            for name in OFFERS
                        }
                    ),
                    **_NOT_EMPTY,
                },
                {"accept": {"key": "1", "say": "chamado-aceitar", "next": "aceite-do-chamado"}},
            ),
            "back": key("Where * leads.", TEXT, "numero-do-chamado"),
            "billed": key(
                "Where the key for people leads with a ticket of the area Consultoria.", TEXT, "perfil-consultoria"
            ),
            "seconds": key("Seconds to wait for a key; default: the line's menu_seconds.", whole(1, 60), 6),
        },
        "say",
        "states",
        "forecast",
        "offers",
    ),
    "act": mapping(
        {
            "does": key("What is done.", choice(ACTS), *ACTS),
            "say": key("The prompt that tells to press 1, or to speak after the beep.", TEXT, "confirmar-aceite"),
            "billed": key("The prompt of what will be billed, {cobranca}.", TEXT, "chamado-cobranca"),
            "seconds": key("Seconds to wait for the key, or of the longest recording.", whole(1, 600), 8),
            "silence": key("Seconds of silence that end a recording.", whole(1, 60), 5),
            "next": key("The state once it is done.", TEXT, "chamado-foi-aceito"),
            "declined": key("The state after another key, or where nothing was said.", TEXT, "chamado"),
            "impossible": key("The state where the ticket does not take it any more.", TEXT, "chamado"),
            "linked": key("The state after a message that opened another ticket.", TEXT, "chamado-novo"),
        },
        "does",
        "say",
        "next",
        "declined",
        "impossible",
    ),
    "access": mapping(
        {
            **_QUESTION,
            "say": key(
                "The prompt of what is asked for, {ferramenta}, and until when, {validade}.", TEXT, "acesso-pedido"
            ),
            "preparation": key(
                "The prompt of what is billed where the tool is not an approved one, {cobranca}.",
                TEXT,
                "acesso-preparo",
            ),
            "unauthorised": key(
                "The prompt for a contact who may order nothing that is billed, and so cannot allow it.",
                TEXT,
                "acesso-sem-perfil",
            ),
            "allow": key(
                "How it is allowed.",
                refer("offer"),
                {"key": "1", "say": "acesso-permitir", "next": "acesso-permitido"},
            ),
            "refuse": key(
                "How it is refused.",
                refer("offer"),
                {"key": "2", "say": "acesso-recusar", "next": "acesso-recusado"},
            ),
            "over": key(
                "The prompt of each thing that it may have come to; {validade} is until when it lasts.",
                mapping(
                    {
                        state.value: key("The prompt of one that is so.", TEXT, f"acesso-{state.value}")
                        for state in OVER
                    },
                    *(state.value for state in OVER),
                ),
                {state.value: f"acesso-{state.value}" for state in OVER},
            ),
            "back": key("Where * leads, and what follows where it waits for no answer.", TEXT, "chamado"),
            "denied": key("The state of a contact who was blocked, or has a pendency by now.", TEXT, "contato"),
            "billed": key(
                "Where the key for people leads with a ticket of the area Consultoria.", TEXT, "perfil-consultoria"
            ),
            "seconds": key("Seconds to wait for a key; default: the line's menu_seconds.", whole(1, 60), 6),
        },
        "say",
        "preparation",
        "unauthorised",
        "allow",
        "refuse",
        "over",
        "back",
        "denied",
    ),
    "administrator": mapping(
        {
            "say": key("The prompt that tells the name, {administrador}.", TEXT, "administrador"),
            "next": key("The state that follows.", TEXT, "menu-assessoria"),
            "unknown": key("The state of a company without an administrator.", TEXT, "assessoria.portal"),
        },
        "say",
        "next",
        "unknown",
    ),
    "survey": mapping(
        {
            "desks": key("After talks with these: desks, or beginnings of names.", one_or_list(TEXT), ["suporte"]),
            "questions": key(
                "The prompt of each question of surveys in routing.yaml, by its name.",
                {**named(TEXT), **_NOT_EMPTY},
                {"atendimento": "pesquisa-atendimento"},
            ),
            "wrong": key("The prompt before a question that got another key.", TEXT, "pesquisa-de-1-a-5"),
            "seconds": key("Seconds to wait for a key; default: the line's menu_seconds.", whole(1, 60), 6),
            "comment": key("The prompt that invites to speak after the beep; without it: none.", TEXT, "comentario"),
            "comment_seconds": key("Seconds of the longest comment; default: 60.", whole(5, 600), 60),
            "silence": key("Seconds of silence that end a recording.", whole(1, 60), 5),
            "next": key("The state once it is over, or where nothing is asked.", TEXT, "despedida"),
        },
        "desks",
        "questions",
        "wrong",
        "next",
    ),
    "hangup": mapping({"say": key("The last prompt.", TEXT, "despedida")}),
}
"""Each kind of state, with the keys that its reader in ``ivr/flow/nodes`` knows."""
