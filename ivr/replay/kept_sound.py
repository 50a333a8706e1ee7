"""Keeps what callers heard of media streams as WAV files, in a folder that a script or a command names."""

from __future__ import annotations

from pathlib import Path

from ivr.errors import TargetError
from ivr.simulator.transcript import Transcript
from ivr.wav import mu_law
from wording import message


def make_folder(folder: Path) -> None:
    """Make the folder before the call, which cannot be made again. Raises TargetError where that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_kept(folder, error) from None


def keep_sound(folder: Path, name: str, transcript: Transcript) -> None:
    """Write a WAV file of each stream of the call, ``NAME-1.wav`` and so on, and its path into the transcript.

    Files of the same name are written anew: they are what the call of now left. Raises TargetError where that fails.
    """
    if not transcript.streams:
        return
    events = [event for event in transcript.events if event.kind == "stream"]
    for number, (event, stream) in enumerate(zip(events, transcript.streams, strict=True), 1):
        path = folder / f"{name}-{number}.wav"
        try:
            path.write_bytes(mu_law(bytes(stream.kept)).written())
        except OSError as error:
            raise _not_kept(path, error) from None
        event.details["wav"] = str(path)


def _not_kept(path: Path, error: OSError) -> TargetError:
    why = (error.strerror or str(error)).lower()
    told = message(
        "sound-not-kept", "{path} cannot be written ({why}); name another folder to keep sound in", path=path, why=why
    )
    return TargetError(told)
