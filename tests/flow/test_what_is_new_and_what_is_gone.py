"""What an edit of a line adds is told as new, and taken back as gone: each row is one edit, told forth and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flow.diff import changes
from ivr.flow.folder import read_line
from ivr.flow.line import Line
from tests.lines import MENU, PROMPTS, ROUTING, write_line

ROTA = """\
rotas:
  plantao:
    people: {ana: "+551150900101"}
    shifts: [{time: "00:00-24:00", who: [ana]}]
"""

EDITS = {
    "hours": (
        "routing",
        "hours:\n",
        'hours:\n  toda-noite: {windows: [{days: dom-sab, open: "20:00-24:00"},'
        ' {days: seg, on_call: "08:00-09:00"}]}\n',
        ["the hours toda-noite are new: on seg 20:00-24:00, on call 08:00-09:00; from ter to dom"
         " 20:00-24:00"],
        ["the hours toda-noite are gone"],
    ),
    "a day of the week": (
        "routing", "days: seg-sex, open: [", "days: seg-sab, open: [",
        ["comercial answers on sab now: 08:00-12:00, 13:30-18:00"],
        ["comercial does not answer on sab any more (was 08:00-12:00, 13:30-18:00)"],
    ),
    "a day at both ends": (
        "routing", 'verao: {windows: [{days: dom-sab, open: "09:00-17:00", from:',
        'verao: {windows: [{days: dom-sab, open: "08:00-18:00", from:',
        ["verao opens at 08:00 and closes at 18:00 every day (was 09:00 and 17:00), from 2026-12-01 to 2027-02-28"],
        ["verao opens at 09:00 and closes at 17:00 every day (was 08:00 and 18:00), from 2026-12-01 to 2027-02-28"],
    ),
    "a season that ends": (
        "routing", 'open: "07:00-09:00", to:', 'open: "07:00-10:00", to:',
        ["ate closes at 10:00 on sab (was 09:00), until 2026-12-31"],
        ["ate closes at 09:00 on sab (was 10:00), until 2026-12-31"],
    ),
    "a season that begins": (
        "routing", 'open: "10:00-11:00", from:', 'open: "09:00-11:00", from:',
        ["desde opens at 09:00 on sab (was 10:00), since 2026-12-01"],
        ["desde opens at 10:00 on sab (was 09:00), since 2026-12-01"],
    ),
    "special days": (
        "routing", 'special_days: [{date: "2026-12-24", name: véspera, open: "08:00-12:00"}]',
        'special_days: [{date: "2026-12-24", name: véspera, open: "08:00-11:00"},'
        ' {from: "2026-12-28", to: "2026-12-30", name: recesso}]',
        ["the hours comercial: 2026-12-24 is now véspera, 08:00-11:00 (was véspera, 08:00-12:00)",
         "the hours comercial: 2026-12-28 - 2026-12-30 is a special day now: recesso, closed all day"],
        ["the hours comercial: 2026-12-24 is now véspera, 08:00-12:00 (was véspera, 08:00-11:00)",
         "the hours comercial: 2026-12-28 - 2026-12-30 is no special day any more (was recesso, closed all day)"],
    ),
    "holidays of a choice": (
        "routing", "optional: [carnaval]", "optional: [corpus-christi]",
        ["the calendar matriz: corpus-christi is a holiday now",
         "the calendar matriz: carnaval is no holiday any more"],
        ["the calendar matriz: carnaval is a holiday now",
         "the calendar matriz: corpus-christi is no holiday any more"],
    ),
    "holidays by their days": (
        "routing", 'extra: {"2026-12-28": aniversário}', 'extra: {"2026-12-28": festa, "2026-12-29": folga}',
        ["the calendar matriz: 2026-12-28 is called festa now (was aniversário)",
         "the calendar matriz: 2026-12-29 (folga) is a holiday now"],
        ["the calendar matriz: 2026-12-28 is called aniversário now (was festa)",
         "the calendar matriz: 2026-12-29 (folga) is not a holiday any more"],
    ),
    "a holiday that is worked": (
        "routing", 'working: ["2026-11-20"]', 'working: ["2026-09-07"]',
        ["the calendar matriz: 2026-09-07 is a working day now",
         "the calendar matriz: 2026-11-20 is no working day by order any more"],
        ["the calendar matriz: 2026-11-20 is a working day now",
         "the calendar matriz: 2026-09-07 is no working day by order any more"],
    ),
    "a desk": (
        "routing", "access_codes:\n", '  outra: {hours: always, targets: [{number: "+551150900777", ring: 20}]}\n'
        "access_codes:\n", ["the desk outra is new"], ["the desk outra is gone"],
    ),
    "targets that share the calls": (
        "routing", '[{number: "+551150900700", ring: 25}]',
        '[{share: [{weight: 1, number: "+551150900700", ring: 25}, {weight: 3, number: "+551150900701", ring: 20}]}]',
        ["gente: targets.1 is now 1 of 4: ring +551150900700 for 25 s, 3 of 4: ring +551150900701 for 20 s"
         " (was ring +551150900700 for 25 s)"],
        ["gente: targets.1 is now ring +551150900700 for 25 s (was 1 of 4: ring +551150900700 for 25 s, 3 of 4: ring"
         " +551150900701 for 20 s)"],
    ),
    "codes": (
        "routing", '"05.1.0002": rh}', '"05.2": rh}',
        ["the code 05.2 is new and goes to rh", "the code 05.1.0002 is gone (went to rh)"],
        ["the code 05.1.0002 is new and goes to rh", "the code 05.2 is gone (went to rh)"],
    ),
    "the shape of codes": (
        "routing", "format: NN.N.NNNN", "format: NN.N.NNNNN",
        ["codes are like NN.N.NNNNN (was NN.N.NNNN)"], ["codes are like NN.N.NNNN (was NN.N.NNNNN)"],
    ),
    "a rota": ("routing", "destinations:\n  mesa.rm:\n", f"{ROTA}destinations:\n  mesa.rm:\n",
               ["the rota plantao is new"], ["the rota plantao is gone"]),
    "bounds of callbacks": (
        "routing", "expires_hours: 48", "expires_hours: 24",
        ["callbacks: expires is now 24 h (was 48 h)"], ["callbacks: expires is now 48 h (was 24 h)"],
    ),
    "a state": (
        "menu", "  desligar: {hangup: {}}\n", "  desligar: {hangup: {}}\n  sozinho: {hangup: {say: espera}}\n",
        ["sozinho: a new hangup"], ["sozinho: the hangup is gone"],
    ),
    "a way that asks again": (
        "menu", '"2": mesa.rh, "3": mesa.fila}', '"2": mesa.rh, "3": areas, "4": areas, "5": gente}',
        ["areas: key 3 now asks again (was mesa.fila)", "areas: key 4 is new and asks again",
         "areas: key 5 is new and goes to gente", "1 state can no longer be reached: mesa.fila",
         "no call comes to the desk mesa.fila any more"],
        ["areas: key 3 now goes to mesa.fila (was areas)", "areas: key 4 is gone (was areas)",
         "areas: key 5 is gone (was gente)", "1 state can be reached now: mesa.fila"],
    ),
    "prompts": (
        "prompts", "  silencio: Não ouvi nada.\n", "  novo: Um texto.\n  silencio: Não ouvi nada.\n",
        ["prompt novo is new"], ["prompt novo is gone"],
    ),
    "recordings": (
        "prompts", "  aviso: Isto é importante.\n", "  aviso: {text: Isto é importante., play: aviso.wav}\n",
        ["prompt aviso plays aviso.wav (was the clip of its text)"],
        ["prompt aviso plays the clip of its text (was aviso.wav)"],
    ),
    "a recording of what is announced": (
        "prompts", "  mudanca: {text: Mudamos., until", "  mudanca: {text: Mudamos., play: mudanca.wav, until",
        ["announcement mudanca plays mudanca.wav (was the clip of its text)"],
        ["announcement mudanca plays the clip of its text (was mudanca.wav)"],
    ),
    "spoken names": (
        "prompts", "  mesa.rm: a mesa RM\n", "  mesa.rm: a mesa do RM\n  mesa.outra: a outra\n",
        ["mesa.rm is spoken of as 'a mesa do RM' (was 'a mesa RM')", "mesa.outra is spoken of as 'a outra'"],
        ["mesa.rm is spoken of as 'a mesa RM' (was 'a mesa do RM')",
         "mesa.outra has no spoken name any more (was 'a outra')"],
    ),
}  # fmt: skip

SEASONS = """\
hours:
  verao: {windows: [{days: dom-sab, open: "09:00-17:00", from: "2026-12-01", to: "2027-02-28"}]}
  ate: {windows: [{days: sab, open: "07:00-09:00", to: "2026-12-31"}]}
  desde: {windows: [{days: sab, open: "10:00-11:00", from: "2026-12-01"}]}
"""

BEFORE = {
    "menu": MENU,
    "prompts": PROMPTS.replace(
        "destinations:\n", "announcements:\n  mudanca: {text: Mudamos., until: 2026-03-10T18:00}\ndestinations:\n"
    ),
    "routing": ROUTING.replace("hours:\n", SEASONS, 1)
    .replace(
        "{state: SP}",
        '{state: SP, optional: [carnaval], extra: {"2026-12-28": aniversário}, working: ["2026-11-20"],'
        ' special_days: [{date: "2026-12-24", name: véspera, open: "08:00-12:00"}]}',
    )
    .replace("destinations:\n", "callbacks: {expires_hours: 48}\ndestinations:\n", 1),
}


def line_of(folder: Path, files: dict[str, str]) -> Line:
    line, _ = read_line(write_line(folder, **files))
    assert line
    return line


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[str]]:
    """What all edits together are told as, and what taking them back is."""
    after = dict(BEFORE)
    for file, old, new, *_ in EDITS.values():
        assert old in after[file], old
        after[file] = after[file].replace(old, new, 1)
    folder = tmp_path_factory.mktemp("lines")
    one, other = line_of(folder / "before", BEFORE), line_of(folder / "after", after)
    return sentences(one, other), sentences(other, one)


def sentences(before: Line, after: Line) -> list[str]:
    return [change.sentence for change in changes(before, after)]


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_told_forth_and_back(name: str, told: tuple[list[str], list[str]]) -> None:
    *_, forth, back = EDITS[name]
    assert set(forth) <= set(told[0])
    assert set(back) <= set(told[1])


def test_nothing_else_is_told(told: tuple[list[str], list[str]]) -> None:
    for at, sentences in enumerate(told, start=3):
        expected = sorted(sentence for edit in EDITS.values() for sentence in edit[at])
        assert sorted(sentences) == expected


@pytest.mark.parametrize(
    ("file", "old", "new", "name"),
    [
        ("routing", 'open: "07:00-09:00"', 'open: "07:00-99:00"', "ate"),
        ("routing", 'targets: [{number: "+551150900105", ring: 20}]', "targets: nenhum", "mesa.rh"),
        ("menu", "desligar: {hangup: {}}", "desligar: {desligue: {}}", "desligar"),
    ],
    ids=["hours", "a desk", "a state"],
)
def test_what_has_faults_after_an_edit_is_not_told_as_gone(
    file: str, old: str, new: str, name: str, tmp_path: Path
) -> None:
    assert old in BEFORE[file]
    after = {**BEFORE, file: BEFORE[file].replace(old, new)}
    told = sentences(line_of(tmp_path / "before", BEFORE), line_of(tmp_path / "after", after))
    assert told == [f"{name} has faults, so that its changes are not told"]
