"""The line as its users start it, for browsers: ``ivr serve`` in a folder of its own, with the demo customers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).parents[2]
IVR = Path(sys.executable).with_name("ivr")
END = "Ctrl-C ends it."


@contextmanager
def served(folder: Path, **environ: str) -> Iterator[str]:
    """Serve the shipped lines on free ports, and give the address of the pages."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    with (folder / "stderr.txt").open("w") as stderr:
        process = subprocess.Popen(
            [IVR, "serve", "--port", "0", "--pages", "127.0.0.1:0"],
            cwd=folder,
            env=clean | {"IVR_FLOWS": str(ROOT / "flows"), "PYTHONUNBUFFERED": "1"} | environ,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    try:
        assert process.stdout is not None
        greeting = ""
        for line in process.stdout:
            greeting += line
            if line.strip() == END:
                break
        found = re.search(r"open this\s+(http://\S+)/ ", greeting)
        assert found, greeting + (folder / "stderr.txt").read_text()
        # The greeting is told before the process of the pages is up.
        assert requests.get(f"{found[1]}/health", timeout=60).ok
        yield found[1]
    finally:
        process.terminate()
        process.communicate(timeout=30)
