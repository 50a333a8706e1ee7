"""Whatever two people edit and others publish: nothing that somebody saved is overwritten, and nothing gets lost."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from data.drafts import DraftFile
from data.versions import sha256
from ivr.call.draft_files import FileEdit, conflicts, edited, merged

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PATHS = st.sampled_from(["menu.yaml", "routing.yaml", "calls/a.call.yaml"])
CONTENTS = st.sampled_from([b"", b"one", b"two", b"three"])
FILES = st.dictionaries(PATHS, CONTENTS)
CHANGES = st.dictionaries(PATHS, st.none() | CONTENTS)


def digests(files: dict[str, bytes]) -> dict[str, str]:
    return {path: sha256(content) for path, content in files.items()}


def stored(files: dict[str, bytes]) -> dict[str, DraftFile]:
    return {path: DraftFile(digest) for path, digest in digests(files).items()}


def edits(opened: dict[str, DraftFile], changes: dict[str, bytes | None]) -> list[FileEdit]:
    return [
        FileEdit(path, opened[path].sha256 if path in opened else None, content) for path, content in changes.items()
    ]


@given(FILES, CHANGES, CHANGES)
def test_of_two_who_opened_the_same_the_second_overwrites_nothing(
    files: dict[str, bytes], first: dict[str, bytes | None], second: dict[str, bytes | None]
) -> None:
    opened = stored(files)
    assert conflicts(edits(opened, first), opened) == []
    stands = edited(opened, edits(opened, first), NOW, "ana")
    found = {each.path for each in conflicts(edits(opened, second), stands)}
    for path, content in second.items():
        mine = None if content is None else sha256(content)
        theirs, was = (each[path].sha256 if path in each else None for each in (stands, opened))
        assert (path in found) is (theirs not in (was, mine))
    if not found:
        both = edited(stands, edits(opened, second), NOW, "rui")
        for path, file in stands.items():
            if path not in second:
                assert both[path] == file


@given(FILES, CHANGES)
def test_only_what_an_edit_changes_is_its_editor_s(files: dict[str, bytes], changes: dict[str, bytes | None]) -> None:
    opened = stored(files)
    for path, file in edited(opened, edits(opened, changes), NOW, "ana").items():
        assert file == (opened[path] if digests(files).get(path) == file.sha256 else DraftFile(file.sha256, NOW, "ana"))


@given(FILES, FILES, FILES)
def test_an_update_takes_what_the_draft_leaves_and_tells_the_rest(
    base: dict[str, bytes], draft: dict[str, bytes], published: dict[str, bytes]
) -> None:
    files, taken, kept = merged(digests(base), stored(draft), digests(published))
    now = {path: file.sha256 for path, file in files.items()}
    for path in {*base, *draft, *published}:
        was, mine, theirs = (digests(each).get(path) for each in (base, draft, published))
        assert now.get(path) == (theirs if mine == was else mine)
        assert (path in kept) is (mine != was and theirs not in (was, mine))
        assert (path in taken) is (mine == was != theirs)
