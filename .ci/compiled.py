"""Compiles this project, and by using it what it needs, so that no command has to (``compiled.py``).

Where Python may keep nothing beside what it imports (PYTHONDONTWRITEBYTECODE, a folder of another user), each command
would compile a thousand files anew. Of all that is installed a line needs a tenth.
"""

from __future__ import annotations

import compileall
import contextlib
import importlib
import os
import pkgutil
from pathlib import Path

OURS = ("ivr", "routing", "data", "wording", "value_class")
COMMANDS = (["check"], ["replay", "--jobs", "1", "flows/internacional/calls/menu-principal.call.yaml"])
"""They load what is loaded when a line is asked something: a country's holidays, the documents of others."""

folders = [folder for folder in OURS if Path(folder).is_dir()]
for folder in folders:
    compileall.compile_dir(folder, quiet=1)
    for module in pkgutil.walk_packages([folder], f"{folder}."):
        # Migrations are what Alembic runs; a package that is an extra (a voice, a load test) is not here.
        if not module.name.startswith("data.migrations"):
            with contextlib.suppress(ImportError):
                importlib.import_module(module.name)
if folders:
    from ivr.cli import run

    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        for command in COMMANDS:
            run(command)
