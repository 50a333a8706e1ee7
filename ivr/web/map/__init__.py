"""The map is the page of a line's menu: its picture, its list for narrow windows, and what each state says."""

from __future__ import annotations

from importlib import resources


def picture_style() -> str:
    """Return the style sheet of the picture, which the page links to and a file by itself holds."""
    return (resources.files(__name__) / "picture.css").read_text(encoding="utf-8")
