"""Letters tell the contact of a ticket what happened to it, and lead to the portal for the rest.

They name its number and subject, dates and minutes; never what was asked, answered or solved: a mail lies in other
people's hands, and the portal asks who reads. Which event brings about which is ``ivr.service_desk.letters``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from data.contact_profile import find_contact
from data.ticket_events import events_of
from data.tickets import find_ticket
from ivr.service_desk.letters import is_true
from ivr.service_desk.surveys import survey_link
from ivr.worker.letters.letter import Letter, LetterText
from value_class import value_class

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.contact_profile import PortalContact
    from data.mails import WantedMail
    from data.vault import Vault

_LONGEST_SUBJECT: Final = 120


@value_class
class _Frame:
    """What stands around every letter about a ticket in one language."""

    before: str
    after: str


_FRAMES: Final[Mapping[str, _Frame]] = {
    "pt-BR": _Frame(
        "Olá, {name},\n\n",
        """

Chamado {number}: {subject}
{portal}/chamados/{number}

Esta mensagem é automática e não lê respostas: responda no portal. Nossa equipe nunca pede senhas por e-mail.
""",
    ),
    "es": _Frame(
        "Hola, {name}:\n\n",
        """

Caso {number}: {subject}
{portal}/chamados/{number}

Este mensaje es automático y no lee respuestas: responda en el portal. Nuestro equipo nunca pide contraseñas por correo.
""",
    ),
}

_MORE: Final[Mapping[str, Mapping[str, str]]] = {
    "pt-BR": {
        "forecast": "Previsão de retorno: {forecast}.",
        "linked_to": "Ele continua o chamado {linked_to}.",
        "accepted": "A solução foi aceita.",
        "silence-accepted": "O prazo para responder à solução terminou, e ela vale como aceita.",
        "billed": "Tempo cobrado se ela for aceita: {billed} h. O valor está no portal.",
        "left-unanswered": "Nossa pergunta ficou sem resposta até o fim do prazo.",
    },
    "es": {
        "forecast": "Previsión de respuesta: {forecast}.",
        "linked_to": "Continúa el caso {linked_to}.",
        "accepted": "La solución fue aceptada.",
        "silence-accepted": "El plazo para responder a la solución terminó, y vale como aceptada.",
        "billed": "Tiempo que se cobra si se acepta: {billed} h. El importe está en el portal.",
        "left-unanswered": "Nuestra pregunta quedó sin respuesta hasta el fin del plazo.",
    },
}
"""Sentences that a letter has where there is something to tell."""

_SURVEY: Final[Mapping[str, str]] = {
    "pt-BR": "\n\nComo foi? Responda em um minuto, sem senha, uma vez só:\n{portal}{survey}",
    "es": "\n\n¿Cómo fue? Responda en un minuto, sin contraseña, una sola vez:\n{portal}{survey}",
}
"""Stands in the letter of a solution about which the contact is asked."""


class TicketLetter(Letter):
    """A letter about one ticket, named and worded by ``of``: subject and first paragraph in each language."""

    def __init__(self, name: str, of: Mapping[str, tuple[str, str]]) -> None:
        self._name = name
        self._texts = {
            tag: LetterText(subject, f"{_FRAMES[tag].before}{first}{{more}}{_FRAMES[tag].after}")
            for tag, (subject, first) in of.items()
        }

    @property
    def name(self) -> str:  # type: ignore[override]
        """Return its name in the rows of the outbox."""
        return self._name

    @property
    def texts(self) -> Mapping[str, LetterText]:  # type: ignore[override]
        """Return its words by the languages of the portal."""
        return self._texts

    def text(self, contact: PortalContact, wanted: WantedMail) -> LetterText:
        """Return the words, with the survey's link where one goes with the letter; see ``Letter``."""
        words = super().text(contact, wanted)
        if "survey" not in wanted.details:
            return words
        asked = _SURVEY.get(contact.language or wanted.language, _SURVEY["pt-BR"])
        return replace(words, body=words.body.replace("{more}", f"{{more}}{asked}"))

    def why_not(self, connection: Connection, wanted: WantedMail, now: datetime) -> str | None:
        """The ticket is gone, or has moved on; see ``Letter``."""
        del now
        number = str(wanted.details.get("ticket", ""))
        if find_ticket(connection, number) is None:
            return "the ticket is gone"
        position = int(wanted.details.get("position", 0))
        return None if is_true(wanted.letter, position, events_of(connection, number)) else "the ticket has moved on"

    def blanks(self, connection: Connection, vault: Vault, wanted: WantedMail) -> Mapping[str, str]:
        """Return number, subject, last day, and the sentences for which there is something to tell; see ``Letter``."""
        survey = str(wanted.details.get("survey", ""))
        number = str(wanted.details.get("ticket", ""))
        ticket = find_ticket(connection, number)
        subject = " ".join((ticket.subject if ticket else "").split())[:_LONGEST_SUBJECT]
        contact = find_contact(connection, wanted.contact_id)
        tag = (contact.language if contact else None) or wanted.language
        words = _MORE.get(tag, _MORE["pt-BR"])
        facts = {
            "forecast": str(wanted.details.get("forecast", "")),
            "linked_to": (ticket.linked_to or "") if ticket else "",
            "merged_into": (ticket.merged_into or "") if ticket else "",
        }
        told = [words[each].format_map(facts) for each in ("linked_to", "forecast") if facts[each] and self._opens]
        if wanted.details.get("billed"):
            told.append(words["billed"].format(billed=wanted.details["billed"]))
        closed = words.get(str(wanted.details.get("event", "")))
        told += [closed] if closed and not self._opens else []
        more = "".join(f"\n{each}" for each in told)
        return {
            "number": number,
            "subject": subject,
            "last_day": str(wanted.details.get("last_day", "")),
            "more": more,
            "survey": survey_link(vault, survey) if survey else "",
        } | facts

    @property
    def _opens(self) -> bool:
        return self._name == "ticket-opened"


TICKET_LETTERS: Final[tuple[TicketLetter, ...]] = (
    TicketLetter(
        "ticket-opened",
        {
            "pt-BR": ("Chamado {number} aberto", "o seu chamado foi registrado com o número {number}."),
            "es": ("Caso {number} abierto", "su caso quedó registrado con el número {number}."),
        },
    ),
    TicketLetter(
        "ticket-question",
        {
            "pt-BR": (
                "Chamado {number}: precisamos da sua resposta",
                "fizemos uma pergunta sobre o seu chamado e aguardamos a resposta até {last_day}. Depois disso o"
                " chamado se encerra de vez; até lá a previsão fica parada.",
            ),
            "es": (
                "Caso {number}: necesitamos su respuesta",
                "le hicimos una pregunta sobre su caso y esperamos la respuesta hasta el {last_day}. Después el caso se"
                " cierra definitivamente; hasta entonces la previsión queda detenida.",
            ),
        },
    ),
    TicketLetter(
        "ticket-solution",
        {
            "pt-BR": (
                "Chamado {number}: solução enviada",
                "enviamos uma solução para o seu chamado. Aceite, recuse com o motivo ou adie o aceite até {last_day};"
                " sem resposta até lá, ela vale como aceita e o chamado se encerra de vez.",
            ),
            "es": (
                "Caso {number}: solución enviada",
                "enviamos una solución para su caso. Acéptela, rechácela con el motivo o aplace la aceptación hasta el"
                " {last_day}; sin respuesta hasta entonces, vale como aceptada y el caso se cierra definitivamente.",
            ),
        },
    ),
    TicketLetter(
        "ticket-reminder",
        {
            "pt-BR": (
                "Chamado {number}: solução aguarda seu aceite até {last_day}",
                "lembramos que uma solução aguarda o seu aceite até {last_day}. Sem resposta até lá, ela vale como"
                " aceita e o chamado se encerra de vez.",
            ),
            "es": (
                "Caso {number}: la solución lo espera hasta el {last_day}",
                "le recordamos que una solución espera su aceptación hasta el {last_day}. Sin respuesta hasta entonces,"
                " vale como aceptada y el caso se cierra definitivamente.",
            ),
        },
    ),
    TicketLetter(
        "ticket-message",
        {
            "pt-BR": ("Chamado {number}: nova mensagem", "há uma mensagem nossa no seu chamado."),
            "es": ("Caso {number}: mensaje nuevo", "hay un mensaje nuestro en su caso."),
        },
    ),
    TicketLetter(
        "ticket-access",
        {
            "pt-BR": (
                "Chamado {number}: pedimos acesso remoto",
                "pedimos permissão para ver a sua tela, só para olhar. Veja no portal a ferramenta, o motivo e o que"
                " for cobrado, e permita ou recuse.",
            ),
            "es": (
                "Caso {number}: pedimos acceso remoto",
                "pedimos permiso para ver su pantalla, solo para mirar. Vea en el portal la herramienta, el motivo y lo"
                " que se cobre, y permita o rechace.",
            ),
        },
    ),
    TicketLetter(
        "ticket-appointment",
        {
            "pt-BR": (
                "Chamado {number}: agendamento",
                "há novidade no agendamento do seu chamado. Um horário proposto espera a sua confirmação por até 24"
                " horas; depois disso perde a validade.",
            ),
            "es": (
                "Caso {number}: cita",
                "hay novedades en la cita de su caso. Un horario propuesto espera su confirmación hasta 24 horas;"
                " después pierde validez.",
            ),
        },
    ),
    TicketLetter(
        "ticket-closed",
        {
            "pt-BR": (
                "Chamado {number} encerrado",
                "o seu chamado foi encerrado de vez. O que você escrever nele abre um novo chamado, ligado a ele.",
            ),
            "es": (
                "Caso {number} cerrado",
                "su caso fue cerrado definitivamente. Lo que escriba en él abre un caso nuevo, vinculado a él.",
            ),
        },
    ),
    TicketLetter(
        "ticket-merged",
        {
            "pt-BR": (
                "Chamado {number}: continua no chamado {merged_into}",
                "o seu chamado foi reunido ao chamado {merged_into}, do mesmo assunto, e continua nele.",
            ),
            "es": (
                "Caso {number}: continúa en el caso {merged_into}",
                "su caso fue reunido con el caso {merged_into}, del mismo asunto, y continúa en él.",
            ),
        },
    ),
)
"""Each letter about a ticket."""
