"""The wheel, built and installed somewhere else: it has everything, and needs nothing of the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed wheel in ``site``, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)  # where pip asks the same of it
        wheel = build_wheel(str(folder))
    # Of a wheel of pure Python nothing needs an installer: its content is what is installed.
    with zipfile.ZipFile(folder / wheel) as packed:
        packed.extractall(folder / "site")
    return folder


def _ran(elsewhere: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The command in that folder. The checkout is on this Python's own path, so that it is put out of sight."""
    away = f"import sys; sys.path = [p for p in sys.path if p != {str(ROOT)!r}]; sys.path.insert(0, 'site');"
    code = f"{away} sys.argv[0] = 'ivr'; from ivr.cli import main; assert 'site' in __import__('ivr').__file__; main()"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        cwd=elsewhere,
        env=clean | more,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_wheel_elsewhere_lints_and_makes_lines_and_rehearses(elsewhere: Path) -> None:
    serve = _ran(elsewhere, "serve", "--port", "0")
    assert serve.returncode == 2
    (line,) = serve.stderr.splitlines()
    assert "ivr new NAME makes one" in line
    made = _ran(elsewhere, "new", "casa")
    assert made.returncode == 0, made.stderr
    replayed = _ran(elsewhere, "replay", "flows", "--jobs", "1")
    assert "3 calls, all passed" in replayed.stdout, replayed.stdout + replayed.stderr
    (elsewhere / "oi.xml").write_text("<Response><Say>Oi</Say></Response>", encoding="utf-8")
    linted = _ran(elsewhere, "lint", "oi.xml")
    assert (linted.returncode, linted.stderr) == (0, "")


def test_the_wheel_has_migrations_demo_data_and_the_pytest_plugin(elsewhere: Path) -> None:
    site = elsewhere / "site"
    assert len(list((site / "data/migrations/versions").glob("0*.py"))) >= 13
    assert (site / "data/demo/contacts.csv").is_file()
    assert (site / "ivr/line_template/calls/primeiras.call.yaml").is_file()
    assert {path.name for path in (site / "ivr/studio/voices").iterdir()} >= {"pf_dora.bin", "ef_dora.bin", "LICENSE"}
    (about,) = site.glob("ivr_4003_0015-*.dist-info")
    entries = (about / "entry_points.txt").read_text()
    assert "ivr.simulator.pytest_plugin" in entries
    assert "ivr.call_tests.plugin" in entries
    assert not [path for path in site.iterdir() if path.name in {"tests", "flows", "bench"}]
