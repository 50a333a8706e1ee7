"""The schema of the states of ``menu.yaml``, a kind a row."""

from __future__ import annotations

from typing import Final

from ivr.flow.nodes.collect import FORMATS
from ivr.flow.rules import OPEN, RULES
from ivr.schema.questions import NOT_EMPTY, ONE_DIGIT, ONE_KEY, QUESTION, STRIKES
from ivr.schema.shapes import (
    FLAG,
    KEYPAD,
    TEXT,
    Schema,
    choice,
    key,
    mapping,
    named,
    one_or_list,
    whole,
)
from ivr.schema.ticket_nodes import TICKET_KINDS

KINDS: Final[dict[str, Schema]] = {
    "menu": mapping(
        {
            **QUESTION,
            "keys": {
                **key("Each key, and the state that it leads to.", named(TEXT, ONE_KEY), {"1": "suporte"}),
                **NOT_EMPTY,
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
            **QUESTION,
            "format": key("What is keyed.", choice(each.value for each in FORMATS), *(each.value for each in FORMATS)),
            "next": key("The state after a good entry.", TEXT, "senha"),
            "back": key("Where * alone leads.", TEXT, "software"),
            "skip": key("Where an empty entry leads; without it silence gets help.", TEXT, "area-suporte"),
            "keys": key("Entries of one digit that lead elsewhere.", named(TEXT, ONE_DIGIT), {"0": "area-suporte"}),
            "strikes": STRIKES,
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
            "strikes": STRIKES,
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
                **NOT_EMPTY,
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
            "strikes": STRIKES,
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
    **TICKET_KINDS,
    "hangup": mapping({"say": key("The last prompt.", TEXT, "despedida")}),
}
"""Each kind of state, with the keys that its reader in ``ivr/flow/nodes`` knows."""
