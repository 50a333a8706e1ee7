"""A day on which newer releases exist: what the Makefile installs is what the locks say, by its own command lines.

The packages are made here, a few lines each, and so are locks in the shape of ours; the recipe is that of the Makefile.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

BACKEND = """
import zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "ivr_4003_0015-0.1.0-py3-none-any.whl"
    about = "ivr_4003_0015-0.1.0.dist-info"
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        wheel.writestr(about + "/METADATA", "Metadata-Version: 2.1\\nName: ivr-4003-0015\\nVersion: 0.1.0\\n")
        wheel.writestr(about + "/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(about + "/RECORD", "")
    return name
"""

PIP = """#!/bin/sh
exec .venv/bin/python {pip} "$@"
"""

VENV = """#!/bin/sh
{python} -m venv --without-pip --clear .venv
cp pip .venv/bin/pip
"""
"""Takes the time of installing pip off the test: this Python's own is run by the one of .venv."""


def _wheel(folder: Path, name: str, version: str, *needs: str, extra: str = "", module: str = "") -> str:
    """A package without content; its entry in a lock."""
    about = f"{name}-{version}.dist-info"
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    lines += [f"Provides-Extra: {extra}"] if extra else []
    lines += [f"Requires-Dist: {need}" for need in needs]
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}/__init__.py", "")
        if module:
            wheel.writestr(f"{name}/build.py", module)
        wheel.writestr(f"{about}/METADATA", "\n".join(lines) + "\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{name}=={version} \\\n    --hash=sha256:{digest}\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the Makefile as it is, and an index beside it that offers newer releases than its locks name."""
    index = tmp_path / "index"
    index.mkdir()
    flask = _wheel(index, "flask", "3.1.3", "werkzeug>=3")
    werkzeug = _wheel(index, "werkzeug", "3.1.9")
    coverage = _wheel(index, "coverage", "7.17.3", extra="toml")
    cov = _wheel(index, "pytest_cov", "7.1.0", "coverage[toml]>=7.10.6").replace("pytest_cov==", "pytest-cov==")
    backend = _wheel(index, "hatchling", "1.33.0", module=BACKEND)
    for name in ("flask", "werkzeug", "hatchling", "pytest_cov"):
        _wheel(index, name, "99.0")
    _wheel(index, "coverage", "99.0", extra="toml")
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / ".ci", checkout / ".ci")
    shutil.copy(ROOT / "Makefile", checkout)
    (checkout / "requirements.lock").write_text(coverage + flask + cov + werkzeug)
    (checkout / "requirements-dev.lock").write_text(coverage + flask + backend + cov + werkzeug)
    (checkout / "requirements-build.lock").write_text(backend)
    (checkout / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling>=1.27"]\nbuild-backend = "hatchling.build"\n'
    )
    found = find_spec("pip")
    assert found
    assert found.origin
    # In a folder of its own, so that nothing else of this Python is seen.
    (tmp_path / "lent").mkdir()
    (tmp_path / "lent" / "pip").symlink_to(Path(found.origin).parent)
    for name, written in (("pip", PIP), ("python", VENV)):
        (checkout / name).write_text(written.format(python=sys.executable, pip=tmp_path / "lent" / "pip"))
        (checkout / name).chmod(0o755)
    return checkout


def _make(checkout: Path, target: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "MAKE", "MFLAGS"))}
    offline = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(checkout.parent / "index")}
    return subprocess.run(
        ["make", "--no-print-directory", target, "PYTHON=./python"],
        cwd=checkout,
        env=clean | offline | {"PIP_CACHE_DIR": str(checkout.parent / "cache")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _installed(checkout: Path) -> dict[str, str]:
    (packages,) = (checkout / ".venv" / "lib").glob("python*/site-packages")
    return {each.name: each.version for each in distributions(path=[str(packages)])}


OWN = {"ivr-4003-0015": "0.1.0"}
RUNS = OWN | {"flask": "3.1.3", "werkzeug": "3.1.9", "coverage": "7.17.3", "pytest_cov": "7.1.0"}
DEVELOPS = RUNS | {"hatchling": "1.33.0"}


@pytest.mark.skipif(shutil.which("make") is None, reason="the recipes are make's")
def test_newer_releases_than_the_locks_name_change_nothing(checkout: Path) -> None:
    ran = _make(checkout, ".venv/.runs")
    assert (ran.returncode, _installed(checkout)) == (0, RUNS), ran.stderr
    assert "No broken requirements found." in ran.stdout
    assert "4 packages of requirements.lock are installed" in ran.stdout
    develops = _make(checkout, "setup")
    assert (develops.returncode, _installed(checkout)) == (0, DEVELOPS), develops.stderr
    assert "5 packages of requirements-dev.lock are installed" in develops.stdout
    # Made once: the next day nothing is installed at all.
    assert "pip" not in _make(checkout, "setup").stdout


@pytest.mark.skipif(shutil.which("make") is None, reason="the recipes are make's")
def test_a_recipe_that_resolves_would_take_a_newer_release(checkout: Path) -> None:
    makefile = checkout / "Makefile"
    makefile.write_text(makefile.read_text(encoding="utf-8").replace("LOCKED := --no-deps ", "LOCKED := "))
    resolved = _make(checkout, ".venv/.runs")
    assert resolved.returncode != 0
    assert "must have their versions pinned" in resolved.stderr
