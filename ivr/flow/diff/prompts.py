"""Changes of what callers hear: prompts that are reworded, new or gone, and the spoken names of destinations."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow.diff.change import Change
from ivr.flow.prompts import Prompts


def prompt_changes(before: Prompts, after: Prompts) -> Iterator[Change]:
    """Yield what differs between the texts of two lines."""
    for name, prompt in after.texts.items():
        former = before.texts.get(name)
        if former is None:
            yield Change("prompt", name, f"prompt {name} is new", prompt.text.mark, after=prompt.text)
        elif former.text != prompt.text:
            yield Change("prompt", name, f"prompt {name} reworded", prompt.text.mark, former.text, prompt.text)
        elif former.play != prompt.play:
            plays = prompt.play or "the clip of its text"
            told = f"prompt {name} plays {plays} (was {former.play or 'the clip of its text'})"
            yield Change("prompt", name, told, prompt.text.mark)
    for name, prompt in before.texts.items():
        if name not in after.texts:
            yield Change("prompt", name, f"prompt {name} is gone", prompt.text.mark, before=prompt.text)
    for name in dict.fromkeys([*after.destinations, *before.destinations]):
        was, now = before.destinations.get(name), after.destinations.get(name)
        if now is not None and was is None:
            yield Change("prompt", name, f"{name} is spoken of as '{now}'", now.mark)
        elif now is None and was is not None:
            yield Change("prompt", name, f"{name} has no spoken name any more (was '{was}')", was.mark)
        elif now is not None and was != now:
            yield Change("prompt", name, f"{name} is spoken of as '{now}' (was '{was}')", now.mark)
