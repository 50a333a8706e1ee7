"""A line that says ``sac`` is held to what the law asks of the telephone of a regulated service."""

from __future__ import annotations

from pathlib import Path

from tests.flow.lines import SHIPPED, told
from tests.lines import make_line


def _shipped(folder: Path, sac: str) -> Path:
    copy = folder / "4003-0015"
    copy.mkdir()
    for file in SHIPPED.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        (copy / file.name).write_text(text.replace("  wait: espera\n", f"  wait: espera\n  sac: {sac}\n"), "utf-8")
    (copy / "audio").symlink_to(SHIPPED / "audio")
    return copy


def test_complaint_and_cancellation_may_be_any_options_of_the_first_menu(tmp_path: Path) -> None:
    assert told(_shipped(tmp_path, "{complaint: ouvidoria, cancel: menu-assessoria}")) == []


def test_an_option_of_a_later_menu_is_none_of_the_first(tmp_path: Path) -> None:
    (fault,) = told(_shipped(tmp_path, "{complaint: ouvidoria, cancel: assessoria.portal}"))
    assert "'assessoria.portal', which is no option of the first menu, 'principal'" in fault


def test_where_wrong_keys_lead_is_no_option(tmp_path: Path) -> None:
    (fault,) = told(_shipped(tmp_path, "{complaint: ouvidoria, cancel: assessoria}"))
    assert "'assessoria', which is no option of the first menu" in fault


def test_who_does_not_say_so_is_not_held_to_it(tmp_path: Path) -> None:
    assert make_line(tmp_path).header.sac is None
