"""Spanish, as it is spoken in Mexico."""

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

_HOURS: Final = ("doce", "una", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once")
_MINUTES: Final = {
    5: "cinco", 10: "diez", 15: "cuarto", 20: "veinte", 25: "veinticinco", 30: "media", 35: "treinta y cinco",
    40: "cuarenta", 45: "cuarenta y cinco", 50: "cincuenta", 55: "cincuenta y cinco",
}  # fmt: skip
_DAYS: Final = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_MONTHS: Final = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
                  "noviembre", "diciembre")  # fmt: skip


def _day(day: date, today: date) -> tuple[str, ...]:
    """``el lunes 23``; the month where it is another one."""
    number = "primero" if day.day == 1 else str(day.day)
    weekday = f"el {_DAYS[day.weekday()]}"
    if same_month(day, today):
        return weekday, f"{number},"
    return weekday, number, f"de {_MONTHS[day.month - 1]},"


def _hour(moment: datetime) -> tuple[str, ...]:
    """``a las ocho de la mañana``, ``a la una y media de la tarde``, ``al mediodía``."""
    hour, minute = moment.hour, moment.minute
    if minute == 0 and hour in {0, 12}:
        return ("al mediodía" if hour else "a la medianoche",)
    told = f"{'a la' if hour % 12 == 1 else 'a las'} {_HOURS[hour % 12]}"
    if minute == 0:
        return (f"{told} {_part_of_day(hour)}",)
    if minute in _MINUTES:
        return told, f"y {_MINUTES[minute]}", _part_of_day(hour)
    return f"{told} y", str(minute), "minuto" if minute == 1 else "minutos", _part_of_day(hour)


def _part_of_day(hour: int) -> str:
    if hour == 0 or hour >= 19:
        return "de la noche"
    return "de la madrugada" if hour < 5 else "de la mañana" if hour < 12 else "de la tarde"


SPANISH: Final = Language(
    openings=Openings(
        today="hoy",
        tomorrow="mañana",
        other_day="en otra fecha",
        day=_day,
        hour=_hour,
    ),
    numbers=Numbers(
        names=("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
        telephones={10: (2, 4, 4)},
        below_a_minute="menos de un minuto",
        one_minute="cerca de un minuto",
        minutes="cerca de {} minutos",
    ),
    spans=Spans(
        one_hour="una hora",
        hours="{} horas",
        one_minute="un minuto",
        minutes="{} minutos",
        joiner="y",
        below_a_month="menos de un mes",
        one_month="un mes",
        months="{} meses",
    ),
    money=Money(
        currencies={
            "BRL": ("real", "reales", "centavo", "centavos"),
            "MXN": ("peso", "pesos", "centavo", "centavos"),
            "USD": ("dólar", "dólares", "centavo", "centavos"),
        },
        joiner="con",
        signs={"BRL": "R$", "MXN": "MX$", "USD": "US$"},
        thousands=",",
        decimal=".",
    ),
    spelling=Spelling(
        words=(
            "amor", "burro", "casa", "dado", "escuela", "foca", "gato", "hotel", "iglesia",
            "jarra", "kilo", "luna", "mesa", "nube", "oso", "perro", "queso", "rana",
            "sol", "taza", "uva", "vaca", "web", "xilófono", "yate", "zapato",
        ),
        as_in="de",
        other_signs={"Ñ": "Ñ de ñandú", "&": "signo y"},
    ),
    dictation=Dictation(
        digits={
            "cero": "0", "uno": "1", "un": "1", "una": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5",
            "seis": "6", "siete": "7", "ocho": "8", "nueve": "9",
        },
        letters={
            "be": "B", "ce": "C", "de": "D", "efe": "F", "ge": "G", "hache": "H", "jota": "J", "ka": "K", "ele": "L",
            "eme": "M", "ene": "N", "pe": "P", "cu": "Q", "erre": "R", "ere": "R", "ese": "S", "te": "T", "ve": "V",
            "uve": "V", "equis": "X", "ye": "Y", "zeta": "Z",
        },
        phrases={"doble u": "w", "doble ve": "w", "doble v": "w", "uve doble": "w", "ve doble": "w", "i griega": "ye"},
        joiner="y",
        punctuation=frozenset({"punto", "diagonal", "barra", "guion"}),
    ),
    keys=KeyWords(
        press=r"(?:mar(?:que|car|cando)|oprim(?:a|ir)|presion(?:e|ar)|pulse|pulsar|tecle(?:e|ar)|digit(?:e|ar)"
        r"|(?:elija|seleccione)(?=\s+(?:la\s+)?(?:opcion|tecla)\b))",
        noun=r"(?:el\s+|la\s+)?(?:numero|tecla|opcion)|el|la",
        join=r"(?:\s*,\s*(?:o\s+|y\s+)?|\s+o\s+|\s+y\s+)(?:el\s+|la\s+)?",
        other=r"\s+y\s+(?:luego|despues)|\s*,\s*(?:luego|despues)"
        r"|\s+(?:numeros?|digitos?|cifras?|caracteres|vez|veces)\b"
        r"|(?<=\bun)\s+(?!para\b|o\b|y\b|si\b)[a-z]",  # "marque un código" announces no key
        acts=r"repite|llama|regresa|vuelve",
        then=r"(?:y\s*,?\s+)?(?:luego|despues|enseguida|en seguida|a continuacion)",
        again=r"llame|llamando|(?:vuelva|volver) a llamar|llamar (?:de nuevo|otra vez|nuevamente)"
        r"|(?:otra|proxima|nueva) llamada|menu (?:principal|inicial)|primer menu",
        names={
            "cero": "0", "uno": "1", "un": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6",
            "siete": "7", "ocho": "8", "nueve": "9", "asterisco": "*", "estrella": "*", "gato": "#", "numeral": "#",
            "almohadilla": "#", "signo de numero": "#",
        },
    ),
    writing=Writing(
        days=("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
        short_days=("lun", "mar", "mie", "jue", "vie", "sab", "dom"),
        always=frozenset({"siempre", "24 horas"}),
        sections={
            "textos": "prompts", "mensajes": "prompts", "audios": "prompts", "destinos": "destinations",
            "mesas": "destinations", "estados": "states", "linea": "line", "horarios": "hours", "horario": "hours",
            "calendarios": "calendars", "turnos": "rotas", "permitidos": "allowed", "contratos": "contracts",
            "codigos": "access_codes", "regiones": "regions", "requisitos": "requires",
            "avisos": "announcements", "anuncios": "announcements", "agentes": "agents",
        },
        secrets=frozenset({"contraseña", "contrasena"}),
    ),
    drafts=DraftNotices(
        heard="Está escuchando el borrador de esta línea. Nada de lo que pida en esta llamada vale.",
        faulty="El borrador de esta línea tiene errores. Va a escuchar la versión publicada, y esta llamada vale.",
    ),
    talks=TalkNotices(
        offered="Llamada para {}.",
        called_back="Devolución de llamada para {}.",
        consulted="Un colega quiere hablar con usted: {}.",
        company="De {}.",
        waited="Espera desde hace {}.",
        asked="Marque 1 para atender, o 2 para rechazar.",
        taken="Esta llamada ya fue atendida.",
        gone="El cliente colgó.",
        dialling="Espere, estamos llamando al cliente.",
        unreached="El cliente no contestó.",
        supervising="Marque 1 para acompañar la conversación.",
        lost="Se cortó la llamada con el agente. Siga en la línea, que ya lo vamos a atender.",
        passed_on="Vamos a pasar su llamada. Siga en la línea, por favor.",
    ),
    tickets=TicketNotices(by_telephone="Llamada a {}"),
    last_resort="Disculpe, tenemos un problema técnico. Llame de nuevo en unos minutos.",
)  # fmt: skip
