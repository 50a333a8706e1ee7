"""The command line finds lines below the folder that ``IVR_FLOWS`` names, or in a folder given as a path."""

from __future__ import annotations

import os
from pathlib import Path

from ivr.errors import TargetError
from wording import message

DEFAULT_LINE = "4003-0015"

DEFAULT_FLOWS = Path("flows")


def flows_folder() -> Path:
    """Return the folder of lines: ``IVR_FLOWS``, else ``flows`` here, else ``flows`` beside the package."""
    given = os.environ.get("IVR_FLOWS")
    if given:
        folder = Path(given)
        if not folder.is_dir():
            raise TargetError(
                message(
                    "flows-is-no-folder",
                    "IVR_FLOWS is '{folder}', which is no folder; ivr new NAME makes a line there, or name the folder "
                    "that holds the lines",
                    folder=given,
                )
            )
        return folder
    beside = Path(__file__).parents[2] / DEFAULT_FLOWS
    return beside if beside.is_dir() and not DEFAULT_FLOWS.is_dir() else DEFAULT_FLOWS


def line_meant(flows: Path) -> str:
    """Return the line of a command that names none: 4003-0015, or the only one where that is not there."""
    from ivr.flow.folder import line_names

    names = line_names(flows)
    return names[0] if len(names) == 1 else DEFAULT_LINE


def folder_of(name: str, flows: Path) -> Path:
    """Return the folder of the line ``name``, which may also be a path to it; TargetError where there is none.

    A name of a line below ``flows`` is that line, also where a folder of that name stands here, as one into which its
    draft was pulled: ``./name`` is the folder.
    """
    from ivr.flow.folder import line_folder

    given = Path(name)
    is_a_name = "/" not in name and (flows / name / "menu.yaml").is_file()
    if not is_a_name and (given / "menu.yaml").is_file():
        return given
    return line_folder(flows, name)
