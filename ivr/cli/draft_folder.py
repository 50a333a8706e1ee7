"""A folder into which a draft was pulled remembers what it held then, so that a push tells edits from what is old."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ivr.errors import TargetError
from wording import message

if TYPE_CHECKING:
    from data.drafts import DraftFile
    from ivr.call.drafts import FileEdit

MEMORY: Final = ".ivr-draft.json"
"""The file in the folder that remembers; it is no file of the line, and belongs into no history of git."""


@dataclass(slots=True)
class DraftFolder:
    """The folder, with the SHA-256 of each file as it was pulled or pushed last; none in a folder that never was."""

    folder: Path
    pulled: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path) -> DraftFolder:
        """Read what the folder remembers. Raises TargetError where that is no memory of ours."""
        there = folder / MEMORY
        try:
            written = json.loads(there.read_text(encoding="utf-8"))
            files = {str(path): str(digest) for path, digest in written["files"].items()}
        except FileNotFoundError:
            return cls(folder)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise TargetError(
                message(
                    "draft-folder-forgot",
                    "{file} cannot be read; delete it, and pull into the folder again",
                    file=there,
                )
            ) from None
        return cls(folder, files)

    def edits(self, files: Mapping[str, bytes]) -> list[FileEdit]:
        """Return what was edited in ``files``, which the folder holds, since they were pulled."""
        from ivr.call.drafts import FileEdit

        found = [FileEdit(path, self.pulled.get(path), content) for path, content in files.items()]
        found = [edit for edit in found if edit.digest != edit.opened]
        found += [FileEdit(path, digest, None) for path, digest in self.pulled.items() if path not in files]
        return sorted(found, key=lambda edit: edit.path)

    def edited_on_both_sides(self, files: Mapping[str, DraftFile]) -> list[str]:
        """Return the paths that differ here from what was pulled, and from what ``files`` of the draft hold, which do
        so as well.
        """
        here = self._here()
        return sorted(path for path in {*here, *files} if self._side(path, here, files) == "both")

    def take(self, files: Mapping[str, DraftFile], contents: Mapping[str, bytes], *, force: bool) -> list[str]:
        """Write ``files`` of the draft into the folder, all but those that were edited here only; with ``force`` those
        that both sides edited, too. Return the paths that were written or deleted. Raises TargetError.
        """
        here = self._here()
        changes = ("draft", "both") if force else ("draft",)
        changed = [path for path in sorted({*here, *files}) if self._side(path, here, files) in changes]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in changed:
                there = self.folder / path
                if path in files:
                    there.parent.mkdir(parents=True, exist_ok=True)
                    there.write_bytes(contents[path])
                else:
                    there.unlink()
            self.remember(files, {*files, *self.pulled})
        except OSError as error:
            raise TargetError(
                message(
                    "draft-folder-not-written",
                    "{path} cannot be written: {why}; name another folder",
                    path=self.folder,
                    why=error.strerror,
                )
            ) from None
        return changed

    def remember(self, files: Mapping[str, DraftFile], paths: Collection[str]) -> None:
        """Remember that the files at ``paths`` are the same here and in ``files`` of the draft, or were seen there."""
        for path in paths:
            if path in files:
                self.pulled[path] = files[path].sha256
            else:
                self.pulled.pop(path, None)
        text = json.dumps({"files": dict(sorted(self.pulled.items()))}, indent=1)
        (self.folder / MEMORY).write_text(f"{text}\n", encoding="utf-8")

    def _here(self) -> dict[str, str]:
        from data.versions import sha256
        from ivr.flow.line_files import LineFiles

        if not (self.folder / "menu.yaml").exists() and not self.pulled:
            return {}
        return {path: sha256(content) for path, content in LineFiles.of_folder(self.folder).items()}

    def _side(self, path: str, here: Mapping[str, str], files: Mapping[str, DraftFile]) -> str:
        """Which side changed the file since it was pulled: none, here, the draft, or both, each in its own way."""
        mine, was = here.get(path), self.pulled.get(path)
        theirs = files[path].sha256 if path in files else None
        if mine == theirs:
            return "none"
        if mine == was:
            return "draft"
        return "here" if theirs == was else "both"
