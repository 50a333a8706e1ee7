"""The wheel, built and installed somewhere else: it has everything, and needs nothing of the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel

from ivr.cli.missing_part import LINE_MODULES

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


IVR = "sys.argv[0] = 'ivr'; from ivr.cli import main; assert 'site' in __import__('ivr').__file__; main()"
PYTEST = "import pytest; sys.exit(pytest.main(sys.argv[1:]))"

WITHOUT = """
import importlib.abc
class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in {modules!r}:
            raise ModuleNotFoundError(f"No module named '{{name}}'", name=name)
sys.meta_path.insert(0, Missing())
"""
"""As it is where the packages of the extra were not installed."""


def _ran(
    elsewhere: Path, *arguments: str, run: str = IVR, without: frozenset[str] = frozenset(), **more: str
) -> subprocess.CompletedProcess[str]:
    """The command in that folder. The checkout is on this Python's own path, so that it is put out of sight."""
    away = f"import sys; sys.path = [p for p in sys.path if p != {str(ROOT)!r}]; sys.path.insert(0, 'site')"
    code = "\n".join([away, WITHOUT.format(modules=set(without)), run])
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


SHOP = """\
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/xml")])
    return [b"<Response><Gather><Say>Press 1.</Say></Gather></Response>"]
"""

TEST = """\
from shop_app import app

def test_the_shop(phone):
    phone.dial(app).hears("press 1")
"""


@pytest.fixture
def project(elsewhere: Path) -> Path:
    """Somebody's app, its test and its call script, beside the installed wheel."""
    folder = elsewhere / "shop"
    folder.mkdir(exist_ok=True)
    (folder / "shop_app.py").write_text(SHOP, encoding="utf-8")
    (folder / "test_shop.py").write_text(TEST, encoding="utf-8")
    (folder / "shop.call.yaml").write_text("call: Shop\nsteps: [{hear: press 1}, {hang_up: true}]\n", encoding="utf-8")
    return folder


PLUGINS = ("-p", "ivr.simulator.pytest_plugin", "-p", "ivr.call_tests.plugin", "-p", "no:cacheprovider")


def test_a_base_install_telephones_the_apps_of_others(elsewhere: Path, project: Path) -> None:
    asked = ("-q", *PLUGINS, "--rootdir", "shop", "shop", "--ivr-target", "shop_app:app/voice")
    code = f"sys.path.insert(0, 'shop'); {PYTEST}"
    more = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ran = _ran(elsewhere, *asked, run=code, without=LINE_MODULES, **more)
    assert "2 passed" in ran.stdout, ran.stdout + ran.stderr
    (project / "shop.call.yaml").write_text("call: A\nsteps: [{press: '1'}]\nfixtures: {staff: []}\n", encoding="utf-8")
    ran = _ran(elsewhere, *asked, run=code, without=LINE_MODULES, **more)
    assert "pip install 'ivr-4003-0015[line]'" in ran.stdout
    assert "Traceback" not in ran.stdout


@pytest.mark.parametrize(
    "arguments", [("serve",), ("call", "--at", "2026-03-10T09:00"), ("users",), ("replay", "shop")]
)
def test_what_a_line_runs_with_is_said_where_it_is_missing(elsewhere: Path, arguments: tuple[str, ...]) -> None:
    ran = _ran(elsewhere, *arguments, without=LINE_MODULES)
    assert ran.returncode == 2
    (line,) = ran.stderr.splitlines()
    assert line.endswith("is not installed): pip install 'ivr-4003-0015[line]'")


def test_help_and_lint_need_nothing_of_a_line(elsewhere: Path) -> None:
    (elsewhere / "oi.xml").write_text("<Response><Say>Oi</Say></Response>", encoding="utf-8")
    for arguments in (("--help",), ("lint", "oi.xml")):
        ran = _ran(elsewhere, *arguments, without=LINE_MODULES)
        assert (ran.returncode, ran.stderr) == (0, "")
