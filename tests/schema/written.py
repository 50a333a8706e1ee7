"""``python -m tests.schema.written`` writes the shipped schemas, and the table of all keys in the guide, anew.

``make schema`` runs it; a test compares. Ops read Portuguese, so both are in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import yaml

from ivr.schema import FILES, rows, schema_of

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guia-de-operacao.md"
SCHEMAS = ROOT / "flows" / "schema"

HEADING = "## Todas as chaves"

NAMES = {
    "menu": "`menu.yaml`",
    "prompts": "`prompts.IDIOMA.yaml`",
    "routing": "`routing.yaml`",
    "call": "`*.call.yaml`, os roteiros de ligação",
    "scene": "`*.scene.yaml`, as cenas: várias ligações num só relógio",
    "account": "a semente de uma conta simulada, de `ivr call --seed`",
    "pronunciation": "`audio/pronunciation.yaml`",
}

INTRODUCTION = """\
Cada chave que a linha conhece, com um exemplo. `*` está no lugar de um nome que se escolhe. As chaves de um tipo de
estado começam pelo tipo (`menu.say`); as da ajuda, por `help`; as de um alvo, por `target`; as de um dia especial, por
`special_day`; num roteiro, as dos dados de ensaio por `fixtures`, as do que se espera por `expect`. Com um editor que
entende YAML (VS Code com a extensão YAML, por exemplo) isto aparece enquanto se escreve: a primeira linha de cada
arquivo diz onde está o esquema, e `ivr schema` os escreve."""


def schemas() -> dict[Path, str]:
    """Return each shipped file and what it has to hold."""
    return {
        SCHEMAS / f"{kind}.json": json.dumps(schema_of(kind, "pt-BR"), ensure_ascii=False, indent=1) + "\n"
        for kind in FILES
    }


def guide() -> str:
    """Return the guide with its table of keys as it has to be: the table is its last part."""
    return GUIDE.read_text(encoding="utf-8").partition(f"\n{HEADING}\n")[0] + "\n" + "\n".join(_table()) + "\n"


def _table() -> Iterator[str]:
    yield from (HEADING, "", INTRODUCTION)
    before: dict[str, object] = {}
    for kind in FILES:
        yield from ("", f"### {NAMES[kind]}", "", "| chave | o que é | exemplo |", "| --- | --- | --- |")
        told = dict(reversed(list(rows(schema_of(kind, "pt-BR")))))
        for name in dict.fromkeys(name for name, _ in rows(schema_of(kind, "pt-BR"))):
            if kind != "scene" or before.get(name) != told[name]["description"]:  # a scene has much of a call script
                yield f"| `{name}` | {told[name]['description']} | {_example(told[name]['examples'])} |"
        before = {name: row["description"] for name, row in told.items()}
        if kind == "pronunciation":
            yield "| `*` | Como se lê a palavra. | `TOTVS: Tótus` |"


def _example(examples: object) -> str:
    shown = examples[0] if isinstance(examples, list) else examples
    written = yaml.safe_dump(shown, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False)
    plain = written.removesuffix("...\n").strip().replace("'yes'", "yes")  # so people write it
    return f"`{plain}`".replace("|", "\\|")


def main() -> None:
    """Write them."""
    SCHEMAS.mkdir(exist_ok=True)
    for path, text in schemas().items():
        path.write_text(text, encoding="utf-8")
    GUIDE.write_text(guide(), encoding="utf-8")


if __name__ == "__main__":
    main()
