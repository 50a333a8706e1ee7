"""Lines made of menus only, as large and as odd as a test wants them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ivr.flow.folder import load_line
from ivr.flow.line import Line

HEADER = """
line:
  number: "+551140030015"
  language: pt-BR
  voice: Polly.Camila-Neural
  zone: America/Sao_Paulo
  start: {start}
  human: gente
  transfer: ligar
  apology: frase
  wait: frase
  keys: {{human: "0"}}
  no_input: [{{say: frase, repeat: yes}}]
  invalid: [{{say: frase, repeat: yes}}]
states:
"""

FOOTER = """
  gente: {route: {to: mesa}}
  fim: {hangup: {say: frase}}
  ligar:
    transfer: {say: frase, next_target_say: frase, on_call_say: frase, closed_say: frase, unreachable_say: frase,
      served: fim, closed: fim, unreachable: fim}
"""

PROMPTS = """
prompts:
  frase: Um momento.
  todas: "Tecle 1, 2, 3, 4, 5, 6, 7, 8, 9 ou 0; asterisco volta."
destinations: {mesa: a mesa}
"""

ROUTING = """
destinations:
  mesa: {hours: always, targets: [{number: "+551150900700", ring: 25}]}
"""


def of_menus(folder: Path, menus: Mapping[str, Mapping[str, str]], back: Mapping[str, str] | None = None) -> Line:
    """The line whose menus lead by their keys to other ones, to ``gente`` (people) and to ``fim`` (the end).

    Calls begin in the first one; ``back`` says where ``*`` leads, from those that it names.
    """
    states = ""
    for name, keys in menus.items():
        told = ", ".join(f'"{key}": {target}' for key, target in keys.items())
        states += f"  {name}:\n    menu:\n      say: todas\n      keys: {{{told}}}\n"
        if back and name in back:
            states += f"      back: {back[name]}\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "menu.yaml").write_text(HEADER.format(start=next(iter(menus))) + states + FOOTER, encoding="utf-8")
    (folder / "prompts.pt-BR.yaml").write_text(PROMPTS, encoding="utf-8")
    (folder / "routing.yaml").write_text(ROUTING, encoding="utf-8")
    return load_line(folder)


def wide(count: int) -> dict[str, dict[str, str]]:
    """``count`` menus, each of which leads to three others, to people and to the end."""
    return {
        f"m{at}": {str(key): f"m{3 * at + key}" for key in (1, 2, 3) if 3 * at + key < count}
        | {"8": "gente", "9": "fim"}
        for at in range(count)
    }


def deep(count: int) -> dict[str, dict[str, str]]:
    """``count`` menus, each of which leads to the next one only."""
    return {f"m{at}": {"1": f"m{at + 1}" if at + 1 < count else "fim"} for at in range(count)}
