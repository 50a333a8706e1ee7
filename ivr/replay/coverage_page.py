"""The coverage of lines as one HTML page: figures, destinations, what is missing, and the menu with colours.

It needs nothing else to be looked at: no script, no other file, no request. Colours say nothing that words do not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from ivr.replay.destination_coverage import ENDINGS, TIMES, DestinationCoverage
from ivr.replay.line_coverage import MEANINGS, Aspect, LineCoverage
from ivr.replay.written_states import written_lines

_STYLE: Final = """
:root { color-scheme: light dark; --good: #1a7f37; --bad: #cf222e; --fair: #9a6700; --faint: #888; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .2rem .8rem; text-align: left; border-bottom: 1px solid #8884; }
td.figure { text-align: right; font-variant-numeric: tabular-nums; }
td.yes { color: var(--good); } td.no { color: var(--bad); font-weight: bold; } td.never { color: var(--faint); }
meter { width: 12rem; }
pre { overflow-x: auto; border: 1px solid #8884; padding: .5rem 0; }
pre span { display: block; padding: 0 .8rem; border-left: .3rem solid transparent; }
pre .met { border-color: var(--good); background: #1a7f3720; }
pre .partly { border-color: var(--fair); background: #9a670030; }
pre .missed { border-color: var(--bad); background: #cf222e30; }
pre i { color: var(--faint); font-style: normal; user-select: none; }
"""


def coverage_page(lines: Sequence[LineCoverage]) -> bytes:
    """Return the page, in UTF-8."""
    body = "\n".join(part for covered in lines for part in _line(covered))
    title = escape("Coverage of " + ", ".join(covered.name for covered in lines))
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n<style>{_STYLE}</style>\n</head>\n<body>\n'
        f"<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    ).encode()


def _line(covered: LineCoverage) -> Iterator[str]:
    calls = f"{covered.calls} call{'' if covered.calls == 1 else 's'}"
    yield f"<h2>{escape(covered.name)}, {calls}</h2>"
    yield from _figures(covered.aspects)
    if covered.destinations:
        yield from _destinations(covered.destinations)
    for aspect in covered.aspects:
        if aspect.name != "lines" and (missing := aspect.missing()):
            yield f"<details><summary>{len(missing)} {aspect.name} not tried</summary><ul>"
            places = ((f"{thing.mark.file}:{thing.mark.line}", thing.told) for thing in missing)
            yield from (f"<li><code>{escape(place)}</code> {escape(told)}</li>" for place, told in places)
            yield "</ul></details>"
    yield from _source(covered)


def _figures(aspects: Iterable[Aspect]) -> Iterator[str]:
    yield '<table><thead><tr><th scope="col">what</th><th scope="col">tried</th><th scope="col">of</th>'
    yield '<th scope="col">%</th><th scope="col"></th></tr></thead><tbody>'
    for aspect in aspects:
        bounds = 'min="0" max="100" low="80" high="95" optimum="100"'
        meter = f'<meter {bounds} value="{aspect.percent}">{aspect.percent} %</meter>'
        figures = "".join(f'<td class="figure">{each}</td>' for each in (aspect.tried, aspect.total, aspect.percent))
        yield f'<tr><th scope="row">{MEANINGS[aspect.name]}</th>{figures}<td>{meter}</td></tr>'
    yield "</tbody></table>"


def _destinations(destinations: Iterable[DestinationCoverage]) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{each}</th>' for each in (*TIMES, *ENDINGS))
    yield f'<table><thead><tr><th scope="col">destination</th>{heads}</tr></thead><tbody>'
    for each in destinations:
        cells = [
            *_cells(TIMES, each.possible_times, each.tried_times),
            *_cells(ENDINGS, each.possible_endings, each.tried_endings),
        ]
        yield f'<tr><th scope="row">{escape(each.name)}</th>{"".join(cells)}</tr>'
    yield "</tbody></table>"


def _cells(every: Iterable[str], possible: Iterable[str], tried: Iterable[str]) -> Iterator[str]:
    may, did = set(possible), set(tried)
    for each in every:
        look, word = ("yes", "yes") if each in did else ("no", "no") if each in may else ("never", "-")
        yield f'<td class="{look}">{word}</td>'


def _source(covered: LineCoverage) -> Iterator[str]:
    """The file of the menu; a line of it tells in a title what of it no call has met."""
    met = {aspect.name: aspect.met for aspect in covered.aspects}
    told = {aspect.name: aspect.things for aspect in covered.aspects}
    yield f"<h3>{escape(covered.menu)}</h3>"
    yield "<p>Green: a call went through it. Yellow: not everything in it was tried. Red: nothing of it was.</p>"
    rows = []
    for number, text in enumerate(written_lines(covered.menu), start=1):
        stands = covered.on_line.get(number, ())
        missing = [(name, key) for name, key in stands if key not in met[name]]
        look = "missed" if len(missing) == len(stands) else "partly" if missing else "met"
        words = "; ".join(told[name][key].told if key in told[name] else key for name, key in missing)
        title = f' title="{escape(f"not tried: {words}", quote=True)}"' if missing else ""
        opening = f'<span class="{look}"{title}>' if stands else "<span>"
        rows.append(f"{opening}<i>{number:5}</i>  {escape(text)}</span>")
    yield f"<pre>{''.join(rows)}</pre>"
