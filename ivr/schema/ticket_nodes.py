"""The schema of the states of ``menu.yaml`` that know tickets, the administrator and surveys."""

from __future__ import annotations

from typing import Final

from ivr.flow.nodes.access import OVER
from ivr.flow.nodes.ticket import ACTS, OFFERS
from ivr.schema.questions import NOT_EMPTY, QUESTION
from ivr.schema.shapes import (
    TEXT,
    Schema,
    choice,
    key,
    mapping,
    named,
    one_or_list,
    refer,
    whole,
)
from ivr.tickets.events import TicketState

TICKET_KINDS: Final[dict[str, Schema]] = {
    "ticket": mapping(
        {
            **QUESTION,
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
                    **NOT_EMPTY,
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
            **QUESTION,
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
                {**named(TEXT), **NOT_EMPTY},
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
}
"""Kinds of states that do something with a ticket, tell the administrator, or ask how a talk was."""
