"""``regions``: which destination serves the region that a caller calls from.

regions:
  franquias:                          # a route names it: {route: {region: franquias}}
    country: BR                       # default
    default: franquia.sao-paulo       # every other number, hidden and foreign ones included
    area_codes: {"21-28": franquia.rio-de-janeiro, "31": franquia.minas-gerais}
"""

from __future__ import annotations

from ivr.flow.routing.section import Places, sections
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from routing.regions import Regions, parse_area_codes
from wording import message, phrase, reason


def read_regions(root: Fields, places: Places) -> tuple[dict[str, Regions], tuple[Text, ...]]:
    """All tables of regions by name, and every destination that one of them names."""
    tables: dict[str, Regions] = {}
    named: list[Text] = []
    for name, mark, fields in sections(root, "regions", phrase("the regions"), required=False):
        places[f"regions.{name}"] = mark
        country = fields.text("country", "BR")
        default = fields.text("default", required=True)
        if default:
            named.append(default)
        codes = _area_codes(fields, named)
        fields.finish()
        # Without a default, which was told, a route by these regions is not told that they are missing.
        tables[name] = Regions(name, country, default if default else "", codes)
    return tables, tuple(named)


def _area_codes(fields: Fields, named: list[Text]) -> dict[str, str]:
    codes: dict[str, str] = {}
    written = fields.mapping_of("area_codes", required=True)
    for text, mark, destination in written.items() if written else ():
        if not isinstance(destination, Text) or destination.is_null:
            fields.diagnostics.error(
                destination.mark,
                message(
                    "area-code-leads-to-no-destination",
                    "the area code {code} of {owner} must lead to the name of one desk",
                    code=text,
                    owner=fields.owner,
                ),
            )
            continue
        try:
            found = parse_area_codes(text)
        except ValueError as error:
            fields.diagnostics.error(mark, phrase("{owner}: {fault}", owner=fields.owner, fault=reason(error)))
            continue
        named.append(destination)
        for code in found:
            if code in codes:
                fields.diagnostics.error(
                    mark,
                    message(
                        "area-code-twice",
                        "the area code {area} of {owner} leads to '{other}' already",
                        area=code,
                        owner=fields.owner,
                        other=codes[code],
                    ),
                )
                break
            codes[code] = destination
    return codes
