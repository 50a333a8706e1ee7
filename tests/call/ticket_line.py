"""The small line where identified callers key a ticket's number, a new password, or ask who administers the portal."""

from __future__ import annotations

from pathlib import Path

from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.tickets.events import TicketState
from tests.lines import MENU, PROMPTS, ROUTING, write_line

_TOLD = "".join(f"        {state}: estado-{state}\n" for state in TicketState)

STATES = f"""\
  atendimento:
    menu: {{say: areas, keys: {{"1": numero, "2": senha-nova, "3": administrador, "4": areas}}, human: mesa.rh}}
  numero: {{collect: {{say: numero, format: ticket, next: chamado, back: atendimento, strikes: numeros}}}}
  chamado:
    ticket:
      states:
{_TOLD}      forecast: previsao
      late: atrasado
      offers:
        access: {{key: "5", say: oferta-de-acesso, next: acesso}}
        accept: {{key: "1", say: aceitar, next: aceite}}
        refuse: {{key: "2", say: recusar, next: recusa}}
        postpone: {{key: "3", say: adiar, next: prazo}}
        message: {{key: "4", say: escrever, next: mensagem}}
      say: opcoes
      back: numero
      billed: cobrado
      human: mesa-do-chamado
  cobrado: {{say: {{prompt: aviso, next: mesa-do-chamado}}}}
  mesa-do-chamado: {{route: {{ticket: mesa, unknown: areas}}}}
  aceite:
    act:
      {{does: accept, say: confirmar, billed: cobranca, seconds: 8, next: feito,
       declined: chamado, impossible: chamado}}
  recusa:
    act:
      {{does: refuse, say: motivo, seconds: 90, silence: 4, next: feito, declined: chamado, impossible: chamado}}
  prazo: {{act: {{does: postpone, say: confirmar, next: feito, declined: chamado, impossible: chamado}}}}
  mensagem:
    act: {{does: message, say: motivo, next: feito, declined: chamado, impossible: chamado, linked: outro-aberto}}
  acesso:
    access:
      say: pedido
      preparation: preparo
      unauthorised: sem-perfil
      allow: {{key: "1", say: permitir, next: feito}}
      refuse: {{key: "2", say: negar, next: feito}}
      over: {{allowed: ja-permitido, refused: ja-recusado, expired: pedido-vencido, ended: encerrado}}
      back: chamado
      denied: areas
      billed: cobrado
      human: mesa-do-chamado
  trocada: {{say: {{prompt: feito, next: atendimento}}}}
  feito: {{say: {{prompt: feito, next: depois}}}}
  depois: {{menu: {{say: areas, keys: {{"1": aceite, "2": atendimento}}, human: mesa.rh}}}}
  outro-aberto: {{say: {{prompt: outro-aberto, next: atendimento}}}}
  senha-nova: {{collect: {{say: senha, format: new-password, next: de-novo, back: atendimento, strikes: numeros}}}}
  de-novo: {{collect: {{say: senha, format: new-password-again, next: trocada, back: senha-nova, strikes: numeros}}}}
  administrador: {{administrator: {{say: administrador, next: atendimento, unknown: areas}}}}
  tchau: {{"""

SAID = (
    "".join(f'  estado-{state}: "Chamado {{chamado}}: {state}."\n' for state in TicketState)
    + """\
  numero: Digite o número do chamado.
  previsao: A previsão é {previsao}.
  atrasado: A previsão era {previsao}.
  aceitar: Para aceitar, 1.
  recusar: Para recusar, 2.
  adiar: Para mais prazo, 3.
  escrever: Para um recado, 4.
  opcoes: Para outro chamado, asterisco.
  confirmar: Para confirmar, tecle 1. O prazo é {prazo}.
  cobranca: Serão cobrados {cobranca}.
  motivo: Fale depois do sinal.
  oferta-de-acesso: Para o acesso remoto, 5.
  pedido: Pediram acesso por {ferramenta}; responda até {validade}.
  preparo: O preparo custa {cobranca}.
  sem-perfil: Quem permite é o administrador.
  permitir: Para permitir, 1.
  negar: Para negar, 2.
  ja-permitido: Já foi permitido, até {validade}.
  ja-recusado: Já foi recusado.
  pedido-vencido: O pedido venceu.
  encerrado: O pedido foi encerrado.
  feito: Está feito.
  outro-aberto: Abri o chamado {protocolo}.
  administrador: É {administrador}.
destinations:
"""
)

TICKETS = """\
tickets:
  calendars: {comercial: [{from: "2026-01-01", hours: comercial}]}
  areas: {sustentacao: comercial, fabrica: comercial, inovacao: comercial, consultoria: comercial}
  desks: {mesa: {area: sustentacao, calendar: comercial}}
"""


def ticket_line(folder: Path) -> Line:
    """Write the line into a folder below ``folder``, and read it."""
    menu = MENU.replace('{"2": codigo, "4": areas}', '{"2": codigo, "4": atendimento}').replace("  tchau: {", STATES)
    menu = menu.replace("  strikes:\n", "  strikes:\n    numeros: {limit: 3, then: atendimento}\n")
    menu = menu.replace("  apology: desculpas\n", '  apology: desculpas\n  keys: {human: "0", repeat: "9"}\n')
    prompts = PROMPTS.replace("destinations:\n", SAID)
    return load_line(write_line(folder / "ensaio", menu=menu, prompts=prompts, routing=ROUTING + TICKETS))
