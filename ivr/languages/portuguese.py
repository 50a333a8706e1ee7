"""Portuguese, as it is spoken in Brazil."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from ivr.languages.dictation import Dictation
from ivr.languages.drafts import DraftNotices
from ivr.languages.keys import KeyWords
from ivr.languages.language import Language
from ivr.languages.money import Money
from ivr.languages.numbers import Numbers
from ivr.languages.openings import Openings, same_month
from ivr.languages.spans import Spans
from ivr.languages.spelling import Spelling
from ivr.languages.talks import TalkNotices
from ivr.languages.tickets import TicketNotices
from ivr.languages.writing import Writing

_HOURS: Final = (
    "meia-noite", "uma", "duas", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", "onze", "meio-dia",
    "treze", "quatorze", "quinze", "dezesseis", "dezessete", "dezoito", "dezenove", "vinte", "vinte e uma",
    "vinte e duas", "vinte e três",
)  # fmt: skip
_MINUTES: Final = {
    5: "cinco", 10: "dez", 15: "quinze", 20: "vinte", 25: "vinte e cinco", 30: "meia", 35: "trinta e cinco",
    40: "quarenta", 45: "quarenta e cinco", 50: "cinquenta", 55: "cinquenta e cinco",
}  # fmt: skip
_DAYS: Final = ("na segunda-feira", "na terça-feira", "na quarta-feira", "na quinta-feira", "na sexta-feira",
                "no sábado", "no domingo")  # fmt: skip
_MONTHS: Final = ("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
                  "novembro", "dezembro")  # fmt: skip


def _day(day: date, today: date) -> tuple[str, ...]:
    """``na segunda-feira, dia 23,``; the month where it is another one."""
    number = "primeiro" if day.day == 1 else str(day.day)
    weekday = f"{_DAYS[day.weekday()]}, dia"
    if same_month(day, today):
        return weekday, f"{number},"
    return weekday, number, f"de {_MONTHS[day.month - 1]},"


def _hour(moment: datetime) -> tuple[str, ...]:
    """``às oito horas``, ``às treze e meia``, ``ao meio-dia``."""
    hour, minute = moment.hour, moment.minute
    before = {0: "à", 1: "à", 12: "ao"}.get(hour, "às")
    if minute == 0:
        after = "" if hour in {0, 12} else " hora" if hour == 1 else " horas"
        return (f"{before} {_HOURS[hour]}{after}",)
    told = f"{before} {_HOURS[hour]}"
    if minute in _MINUTES:
        return told, f"e {_MINUTES[minute]}"
    return f"{told} e", str(minute), "minuto" if minute == 1 else "minutos"


PORTUGUESE: Final = Language(
    openings=Openings(
        today="hoje",
        tomorrow="amanhã",
        other_day="em outra data",
        day=_day,
        hour=_hour,
    ),
    numbers=Numbers(
        names=("zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"),
        telephones={8: (4, 4), 10: (2, 4, 4), 11: (2, 5, 4)},
        below_a_minute="menos de um minuto",
        one_minute="cerca de um minuto",
        minutes="cerca de {} minutos",
    ),
    spans=Spans(
        one_hour="uma hora",
        hours="{} horas",
        one_minute="um minuto",
        minutes="{} minutos",
        joiner="e",
        below_a_month="menos de um mês",
        one_month="um mês",
        months="{} meses",
    ),
    money=Money(
        currencies={
            "BRL": ("real", "reais", "centavo", "centavos"),
            "MXN": ("peso mexicano", "pesos mexicanos", "centavo", "centavos"),
            "USD": ("dólar", "dólares", "centavo", "centavos"),
        },
        joiner="e",
        signs={"BRL": "R$", "MXN": "MX$", "USD": "US$"},
        thousands=".",
        decimal=",",
    ),
    spelling=Spelling(
        words=(
            "amor", "bola", "casa", "dado", "escola", "faca", "gato", "hotel", "igreja",
            "janela", "kiwi", "lua", "macaco", "navio", "ovo", "pato", "queijo", "rato",
            "sapo", "tatu", "uva", "vaca", "web", "xadrez", "yoga", "zebra",
        ),
        as_in="de",
        other_signs={"Ñ": "N com til", "&": "e comercial"},
    ),
    dictation=Dictation(
        digits={
            "zero": "0", "um": "1", "uma": "1", "dois": "2", "duas": "2", "tres": "3", "quatro": "4", "cinco": "5",
            "seis": "6", "meia": "6", "sete": "7", "oito": "8", "nove": "9",
        },
        letters={
            "be": "B", "ce": "C", "de": "D", "efe": "F", "ge": "G", "aga": "H", "jota": "J", "ka": "K", "ca": "K",
            "ele": "L", "eme": "M", "ene": "N", "pe": "P", "que": "Q", "erre": "R", "esse": "S", "te": "T", "ve": "V",
            "dablio": "W", "xis": "X", "ipsilon": "Y", "ze": "Z",
        },
        phrases={"dê": "d"},
        joiner="e",
        punctuation=frozenset({"ponto", "barra", "traco", "hifen"}),
    ),
    keys=KeyWords(
        press=r"(?:tecl(?:e|ar|ando)|digit(?:e|ar|ando)|apert(?:e|ar|ando)|pression(?:e|ar|ando)|disque|discar"
        r"|(?:escolha|selecione)(?=\s+(?:a\s+)?(?:opcao|tecla)\b))",
        noun=r"(?:[ao]\s+)?(?:tecla|numero|opcao)|[ao]",
        join=r"(?:\s*,\s*(?:ou\s+|e\s+)?|\s+ou\s+|\s+e\s+)(?:[ao]\s+)?",
        other=r"\s+e\s+depois|\s*,\s*depois|\s+(?:numeros?|digitos?|algarismos?|caracteres|vez|vezes)\b"
        r"|(?<=\bum)\s+(?!para\b|ou\b|e\b|ao\b|se\b)[a-z]",  # "digite um código" announces no key
        acts=r"repete|chama|volta",
        then=r"(?:e\s*,?\s+)?(?:logo\s+|so\s+)?(?:depois|em seguida|entao|a seguir)",
        again=r"ligue|ligando|(?:torne|volte) a ligar|lig(?:ar|acao) (?:de novo|novamente|outra vez)"
        r"|(?:outra|proxima|nova) ligacao|menu (?:principal|inicial)|primeiro menu",
        names={
            "zero": "0", "um": "1", "dois": "2", "tres": "3", "quatro": "4", "cinco": "5", "seis": "6", "meia": "6",
            "sete": "7", "oito": "8", "nove": "9", "asterisco": "*", "estrela": "*", "jogo da velha": "#",
            "cerquilha": "#", "sustenido": "#", "hashtag": "#",
        },
    ),
    writing=Writing(
        days=("segunda", "terca", "quarta", "quinta", "sexta", "sabado", "domingo"),
        short_days=("seg", "ter", "qua", "qui", "sex", "sab", "dom"),
        always=frozenset({"sempre", "aberto", "24 horas"}),
        sections={
            "frases": "prompts", "textos": "prompts", "mensagens": "prompts", "audios": "prompts",
            "destinos": "destinations", "mesas": "destinations", "nomes": "destinations", "estados": "states",
            "linha": "line", "cabecalho": "line", "horarios": "hours", "horario": "hours", "calendarios": "calendars",
            "feriados": "calendars", "plantoes": "rotas", "plantao": "rotas", "escalas": "rotas", "turnos": "rotas",
            "permitidos": "allowed", "contratos": "contracts", "codigos": "access_codes",
            "codigos de acesso": "access_codes", "regioes": "regions", "exige": "requires", "requisitos": "requires",
            "servicos": "services", "avisos": "announcements", "comunicados": "announcements",
            "atendentes": "agents", "agentes": "agents", "chamados": "tickets",
        },
        secrets=frozenset({"senha"}),
    ),
    drafts=DraftNotices(
        heard="Você ouve o rascunho desta linha. Nada do que for pedido nesta chamada vale.",
        faulty="O rascunho desta linha tem erros. Você ouve a versão publicada, e esta chamada vale.",
    ),
    talks=TalkNotices(
        offered="Ligação para {}.",
        called_back="Retorno para {}.",
        consulted="Um colega quer falar com você: {}.",
        company="De {}.",
        waited="Espera há {}.",
        asked="Tecle 1 para atender, ou 2 para recusar.",
        taken="Esta ligação já foi atendida.",
        gone="O cliente desligou.",
        dialling="Aguarde, que estamos ligando para o cliente.",
        unreached="O cliente não atendeu.",
        supervising="Tecle 1 para acompanhar a conversa.",
        lost="A ligação com o atendente caiu. Continue na linha, que já vamos atender você.",
        passed_on="Vamos passar a sua ligação. Continue na linha, por favor.",
    ),
    tickets=TicketNotices(by_telephone="Ligação para {}"),
    last_resort="Desculpe, estamos com um problema técnico. Ligue de novo em alguns minutos.",
)  # fmt: skip
