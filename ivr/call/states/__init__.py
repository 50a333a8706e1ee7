"""Each kind of state is performed by a file of its own, as the kinds themselves are in ivr/flow/nodes.

``arrive`` is called when the call enters a state and ``hear`` when something happened while it waited there. Both
return the trigger that leads on, or None to wait. They read facts and write the turn, and ask no database. Each file of
this folder is read, and each kind must be performed by one of them.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from ivr.call.states.performer import PERFORMERS
from ivr.flow.nodes import KINDS

__all__ = ["PERFORMERS"]

for _file in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_file.name}")

for _kind in KINDS:
    if _kind not in PERFORMERS:
        raise ImportError(f"no file of ivr/call/states performs the kind '{_kind.kind}'; write {_kind.kind}.py there")
for _kind in PERFORMERS:
    if _kind not in KINDS:
        raise ImportError(f"ivr/call/states performs the kind '{_kind.kind}', which is none of KINDS in ivr/flow/nodes")
