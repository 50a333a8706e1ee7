"""A section of a file under another name: told once, instead of everything that is missing without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ivr.flow.faults import Faults
from ivr.flow.fields import suggest
from ivr.flow.yaml import Mapping
from ivr.source.folding import fold

SECTIONS: Final = {
    "menu": ("line", "states"),
    "prompts": ("prompts", "destinations"),
    "routing": (
        "allowed", "calendars", "hours", "rotas", "destinations", "contracts", "access_codes", "regions", "requires",
        "services", "callbacks",
    ),
}  # fmt: skip

_OTHER_NAMES: Final = {
    "frases": "prompts", "textos": "prompts", "mensagens": "prompts", "audios": "prompts", "mensajes": "prompts",
    "destinos": "destinations", "mesas": "destinations", "desks": "destinations", "nomes": "destinations",
    "estados": "states", "menus": "states", "linha": "line", "linea": "line", "cabecalho": "line",
    "horarios": "hours", "horario": "hours", "calendarios": "calendars", "feriados": "calendars",
    "holidays": "calendars", "plantoes": "rotas", "plantao": "rotas", "escalas": "rotas", "turnos": "rotas",
    "permitidos": "allowed", "contratos": "contracts", "codigos": "access_codes", "codigos de acesso": "access_codes",
    "regioes": "regions", "regiones": "regions", "exige": "requires", "requisitos": "requires", "servicos": "services",
}  # fmt: skip
"""What ops call the sections in their own languages, in small letters without accents."""


def misnamed(root: Mapping, file: str, faults: Faults) -> bool:
    """Tell each section of ``file`` that stands under another name while its own is missing; true where one does."""
    known: Sequence[str] = SECTIONS[file]
    missing = [name for name in known if name not in root.entries]
    found = False
    for name, (key, _) in root.entries.items():
        if name in known:
            continue
        meant = _OTHER_NAMES.get(fold(name).replace("_", " ").replace("-", " "), "")
        hint = f"; did you mean '{meant}'?" if meant in missing else suggest(name, missing)
        if hint:
            found = True
            faults.error(key.mark, f"the {file} file has no section '{name}'{hint} (sections: {', '.join(known)})")
    return found
