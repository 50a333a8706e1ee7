"""Changes of what callers hear: prompts that are reworded, new or gone, and the spoken names of destinations."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow.diff.change import Change
from ivr.flow.prompts import Prompts
from wording import phrase


def prompt_changes(before: Prompts, after: Prompts) -> Iterator[Change]:
    """Yield what differs between the texts of two lines."""
    for name, prompt in after.texts.items():
        former = before.texts.get(name)
        if former is None:
            told = phrase("prompt {name} is new", name=name)
            yield Change("prompt", name, told, prompt.text.mark, after=prompt.text)
        elif former.text != prompt.text:
            told = phrase("prompt {name} reworded", name=name)
            yield Change("prompt", name, told, prompt.text.mark, former.text, prompt.text)
        elif former.play != prompt.play:
            clip = phrase("the clip of its text")
            told = phrase(
                "prompt {name} plays {now} (was {was})", name=name, now=prompt.play or clip, was=former.play or clip
            )
            yield Change("prompt", name, told, prompt.text.mark)
    for name, prompt in before.texts.items():
        if name not in after.texts:
            told = phrase("prompt {name} is gone", name=name)
            yield Change("prompt", name, told, prompt.text.mark, before=prompt.text)
    for name in dict.fromkeys([*after.destinations, *before.destinations]):
        was, now = before.destinations.get(name), after.destinations.get(name)
        if now is not None and was is None:
            yield Change("prompt", name, phrase("{name} is spoken of as '{now}'", name=name, now=now), now.mark)
        elif now is None and was is not None:
            told = phrase("{name} has no spoken name any more (was '{was}')", name=name, was=was)
            yield Change("prompt", name, told, was.mark)
        elif now is not None and was != now:
            told = phrase("{name} is spoken of as '{now}' (was '{was}')", name=name, now=now, was=was)
            yield Change("prompt", name, told, now.mark)
