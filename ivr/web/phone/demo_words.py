"""``DEMO_WORDS`` marks for the catalogues what demo customers show; ``data.demo`` itself speaks no language."""

from __future__ import annotations

from typing import Final

from ivr.web.shell.layout import N_

DEMO_WORDS: Final = (
    N_("fine, asks for support"),
    N_("may order consultancy"),
    N_("blocked contact"),
    N_("contact without support"),
    N_("no Datacenter contract"),
    N_("Datacenter contract, special contract SLA"),
    N_("invoice overdue beyond grace"),
    N_("overdue, would order consultancy"),
    N_("late but within grace"),
    N_("contract ended"),
    N_("CNPJ with letters"),
    N_("CPF, fine"),
    N_("CPF, overdue"),
    N_("special contract PRIME, facilitator VALERIA"),
    N_("RFC of Mexico"),
    N_("CUIT of Argentina, special contract PRIME"),
    N_("Datacenter contract; special contract SLA"),
    N_("invoice late, within the agreed grace"),
    N_("contract ended on 2024-12-31"),
    N_("CNPJ with letters; fine"),
    N_("fine"),
    N_("paid late, fine now"),
    N_("Datacenter contract"),
    N_("special contract BSO"),
    N_("contract without end"),
    N_("contract ended on 2022-06-30"),
    N_("two invoices overdue beyond grace"),
    N_("overdue and contract ended on 2023-12-31"),
    N_("one invoice paid late, one within the agreed grace"),
    N_("every contact but one is blocked"),
    N_("nobody may order consultancy"),
    N_("nobody may call support"),
    N_("five contacts"),
    N_("CNPJ with letters; Datacenter"),
    N_("CNPJ with letters; overdue"),
    N_("CPF; fine"),
    N_("CPF; contract ended on 2024-05-31"),
    N_("CPF; the contact is blocked"),
    N_("special contract PRIME, with a facilitator of its own"),
    N_("special contract PRIME"),
    N_("RFC of Mexico; fine"),
    N_("NIT of Colombia; contract ended on 2024-12-31"),
    N_("RUC of Peru; invoice overdue beyond grace"),
    N_("CUIT of Argentina; special contract PRIME"),
)
