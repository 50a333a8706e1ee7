"""The schema of what follows a call by ``routing.yaml``: billed services, and questions to contacts."""

from __future__ import annotations

from ivr.schema.shapes import (
    DATE,
    FLAG,
    TEXT,
    Schema,
    key,
    mapping,
    named,
    one_or_list,
    whole,
)


def surveys() -> Schema:
    """Return the schema of what contacts are asked after a solution."""
    texts = mapping(
        {
            "pt-BR": key("In Portuguese.", TEXT, "Como foi o atendimento?"),
            "es": key("In Spanish.", TEXT, "¿Cómo fue la atención?"),
        }
    )
    question = mapping({"text": key("Its words on the portal, by language.", texts, {"es": "¿Y bien?"})}, "text")
    return mapping(
        {
            "questions": key(
                "The questions by name, in their order; each is answered by a figure from 1 to 5.",
                named(question),
                {"atendimento": {"text": {"pt-BR": "Como foi o atendimento?"}}},
            ),
            "link_days": key("Days for which the link of a mail is good; default: 15.", whole(1, 90), 15),
        },
        "questions",
    )


def service() -> Schema:
    """Return the schema of one billed service."""
    return mapping(
        {
            "desks": key(
                "Destinations, or beginnings of several names, that give it.", one_or_list(TEXT), "consultoria"
            ),
            "currency": key("The currency of its prices; default: BRL.", TEXT, "BRL", "MXN", "USD"),
            "prices": key(
                "What an hour costs, from which day on.",
                one_or_list(
                    mapping(
                        {
                            "from": key("The first day of the price.", DATE, "2026-01-01"),
                            "hour": key("The price of an hour.", TEXT, "400.00"),
                        },
                        "from",
                        "hour",
                    )
                ),
                [{"from": "2026-01-01", "hour": "400.00"}],
            ),
            "title": key("Its name for customers; default: the name without dashes.", TEXT, "Consultoria Técnica"),
            "waived_if_product_at_fault": key(
                "Whether nothing is charged where the product is at fault; default: no.", FLAG, True
            ),
            "charged_to_unit": key(
                "Whether the franchise pays where the company belongs to one; default: no.", FLAG, True
            ),
            "bills_preparation": key(
                "Whether it bills the preparation of remote accesses on free tickets; default: no.", FLAG, True
            ),
            "term": key(
                "The prompt that a customer agrees to on a ticket, with {preco}.", TEXT, "termo-consultoria-do-suporte"
            ),
            "appointments": key(
                "When it is given by appointment; without it: at once.",
                mapping(
                    {
                        "hours": key("The hours within which appointments lie.", TEXT, "consultoria"),
                        "confirm_hours": key(
                            "Hours within which a proposed time is to be confirmed; default: 24.", whole(1, 720), 24
                        ),
                    },
                    "hours",
                ),
                {"hours": "consultoria", "confirm_hours": 24},
            ),
        },
        "desks",
    )
