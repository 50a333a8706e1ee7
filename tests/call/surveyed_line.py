"""The small line with a survey after talks with its desks ``mesa.*``, and not after those with people."""

from __future__ import annotations

from pathlib import Path

from ivr.flow.folder import load_line
from ivr.flow.line import Line
from tests.lines import MENU, PROMPTS, ROUTING, write_line

STATE = """\
  chegada-da-pesquisa: {menu: {say: areas, keys: {"1": pesquisa}, human: mesa.rh}}
  pesquisa:
    survey:
      desks: mesa
      questions: {atendimento: nota-atendimento, solucao: nota-solucao}
      wrong: de-1-a-5
      seconds: 7
      comment: comentario
      comment_seconds: 30
      silence: 4
      next: tchau
"""

SAID = """\
  nota-atendimento: De 1 a 5, como foi o atendimento?
  nota-solucao: E a solução?
  de-1-a-5: Tecle um número de 1 a 5.
  comentario: Fale depois do sinal.
"""

SURVEYS = """\
surveys:
  questions: {atendimento: {text: {pt-BR: "Como foi o atendimento?"}}, solucao: {text: {pt-BR: "E a solução?"}}}
"""


def surveyed_line(folder: Path) -> Line:
    """Write the line into a folder below ``folder``, and read it."""
    menu = MENU.replace("      served: tchau\n", "      served: pesquisa\n").replace(
        "  tchau: {", f"{STATE}  tchau: {{"
    )
    prompts = PROMPTS.replace("destinations:\n", f"{SAID}destinations:\n")
    return load_line(write_line(folder / "ensaio", menu=menu, prompts=prompts, routing=ROUTING + SURVEYS))
