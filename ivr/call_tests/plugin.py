"""pytest collects ``*.call.yaml`` and ``*.scene.yaml``: each call or scene of a file is a test, named by its title.

pytest loads this module at its start, in every project that has this one installed, so it imports nothing of ours
before the first script is met.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from ivr.call_tests.rehearsal import Rehearsal
    from ivr.replay.script import BadScript, Script

ENDINGS: Final = (".call.yaml", ".scene.yaml")
"""What the name of a file of call scripts or scenes ends in, as in ``ivr.replay``."""

TARGET: Final = "ivr_target"

TUNNEL: Final = "ivr_tunnel"

MANNERS: Final = ("slow", "hasty", "hash", "mistyping", "leaving")
"""The words of ``ivr replay --as``, as in ``ivr.replay.manners``."""

_REHEARSAL: Final = pytest.StashKey["Rehearsal"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting that names what the scripts call."""
    told = "what call scripts telephone: a webhook's URL, or module:application/path; else the lines below flows/"
    parser.addini(TARGET, told)
    group = parser.getgroup("ivr", "call scripts")
    group.addoption("--ivr-target", default=None, metavar="TARGET", help=told)
    told = "a public name and where it leads, such as app.example.com=127.0.0.1:3000; may be repeated"
    parser.addini(TUNNEL, told, type="linelist")
    group.addoption("--ivr-tunnel", action="append", default=[], metavar="NAME=HOST:PORT", help=told)
    told = f"play each call script as another caller would ({', '.join(MANNERS)}); may be repeated"
    group.addoption("--ivr-as", action="append", default=[], choices=MANNERS, metavar="MANNER", help=told)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take a file of call scripts for tests."""
    return ScriptFile.from_parent(parent, path=file_path) if file_path.name.endswith(ENDINGS) else None


class ScriptFile(pytest.File):
    """A file of call scripts yields a test for each of them, and one that fails for a script that cannot be played."""

    def collect(self) -> Iterable[pytest.Item]:
        """Read the file; titles that stand in it twice are numbered."""
        seen: dict[str, int] = {}
        for script in self._scripts():
            title = str(script.title or "a script that cannot be read")  # xdist sends plain texts only
            seen[title] = seen.get(title, 0) + 1
            name = title if seen[title] == 1 else f"{title} #{seen[title]}"
            yield CallTest.from_parent(self, name=name, script=script)

    def _scripts(self) -> list[Script | BadScript]:
        try:
            return _rehearsal(self.config).read(self.path)
        except ModuleNotFoundError as error:
            from ivr.cli.missing_part import missing_part

            told = missing_part(error)
            if told is None:
                raise
            raise self.CollectError(told) from None


class CallTest(pytest.Item):
    """One call script is one test, which passes where the call goes as the script expects."""

    def __init__(self, *, script: Script | BadScript, **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]  # pytest's own: name and parent
        self._script = script
        self.extra_keyword_matches.update(_rehearsal(self.config).keywords(script))

    def runtest(self) -> None:
        """Play the call; the failure is told from its beginning to where it went wrong, without a traceback."""
        rehearsal = _rehearsal(self.config)
        if reason := rehearsal.nothing_to_call():
            pytest.skip(reason)
        if failure := rehearsal.failure(self._script):
            pytest.fail(failure, pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the script begins."""
        _, line = _rehearsal(self.config).place(self._script)
        return self.path, line - 1, self.name


def _rehearsal(config: pytest.Config) -> Rehearsal:
    """What the scripts of this run are played on; made with the first of them."""
    if _REHEARSAL not in config.stash:
        from ivr.call_tests.rehearsal import Rehearsal

        target = config.getoption("--ivr-target") or config.getini(TARGET)
        manners = config.getoption("--ivr-as")
        tunnel = [*config.getini(TUNNEL), *config.getoption("--ivr-tunnel")]
        config.stash[_REHEARSAL] = Rehearsal.of(
            target or None, config.rootpath, config.invocation_params.dir, manners, tunnel
        )
    return config.stash[_REHEARSAL]
