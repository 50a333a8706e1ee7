"""``ivr schema`` writes schemas for editors, and every command speaks the language that it is asked to."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from ivr.cli.language import language, of_environment
from ivr.schema import FILES
from tests.cli.conftest import Ivr


def test_the_schema_of_one_kind_of_file_is_printed(ivr: Ivr) -> None:
    code, out, err = ivr("schema", "menu")
    assert (code, err) == (0, "")
    assert json.loads(out)["properties"]["line"]["description"].startswith("What the line says about itself")
    jsonschema_rs.meta.validate(json.loads(out))


def test_every_kind_of_file_has_a_schema_that_can_be_printed(ivr: Ivr) -> None:
    assert {kind: ivr("schema", kind)[0] for kind in FILES} == dict.fromkeys(FILES, 0)


def test_a_schema_speaks_the_language_that_is_asked_for(ivr: Ivr) -> None:
    _, out, _ = ivr("schema", "menu", "--language", "pt")
    assert json.loads(out)["title"] == "O menu de uma linha"


def test_all_schemas_are_written_once_and_again_only_by_force(ivr: Ivr, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "schema"
    assert ivr("schema", "--out", folder)[0] == 0
    assert {path.stem for path in folder.iterdir()} == FILES.keys()
    code, _, err = ivr("schema", "--out", folder)
    assert (code, err) == (
        2,
        f"ivr: {folder}/menu.json is there already; name another file with --out, or write over it with --force\n",
    )
    assert ivr("schema", "--out", folder, "--force")[0] == 0


def test_one_kind_or_a_folder_is_asked_for(ivr: Ivr, tmp_path: Path) -> None:
    for given in ((), ("menu", "--out", tmp_path)):
        assert ivr("schema", *given) == (
            2,
            "",
            "ivr schema: name one kind of file, or give --out FOLDER for all of them\n",
        )


def test_a_new_line_has_its_schemas_beside_it(ivr: Ivr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    assert ivr("new", "loja")[0] == 0
    menu = tmp_path / "flows" / "loja" / "menu.yaml"
    named = menu.read_text(encoding="utf-8").partition("\n")[0].rpartition("=")[2]
    assert json.loads((menu.parent / named).read_text(encoding="utf-8"))["title"] == "The menu of a line"


@pytest.mark.parametrize(
    ("environ", "tag"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "pt_BR.UTF-8"}, "pt-BR"),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "IVR_LANGUAGE": "pt-BR"}, "pt-BR"),
        ({"LANG": "pt_BR.UTF-8", "IVR_LANGUAGE": "en"}, "en"),
    ],
)
def test_the_variable_counts_before_the_locale(environ: dict[str, str], tag: str) -> None:
    assert of_environment(environ) == tag


def test_a_language_without_a_catalogue_is_refused(ivr: Ivr, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "'klingon' is no language that ivr speaks; write one of en, pt-BR"
    code, _, err = ivr("schema", "menu", "--language", "klingon")
    assert (code, err) == (2, f"ivr schema: Invalid value for '--language': {told}\n")
    monkeypatch.setenv("IVR_LANGUAGE", "klingon")
    assert ivr("schema", "menu") == (2, "", f"ivr: IVR_LANGUAGE: {told}\n")


def test_a_language_goes_with_the_command_that_it_was_chosen_for(ivr: Ivr) -> None:
    ivr("check", "internacional", "--language", "pt-BR")
    assert language() == "en"
