"""The cast of the demo data: the companies, and what each of them shows to callers in its name.

All of them are invented; their documents only have check digits that are right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from value_class import value_class

FAR = "2039-12-31"
"""Fine at any day on which somebody may try the line."""


@value_class
class Person:
    """A contact and the flags it has, by the names of the columns."""

    name: str
    password: str
    flags: frozenset[str] = frozenset({"support"})


@value_class
class Bill:
    """An invoice; ``paid`` as in the file."""

    number: str
    amount: str
    due: str
    grace_days: int = 0
    paid: str = "no"


@value_class
class Firm:
    """A company with all that belongs to it. ``document`` has no punctuation; ``case`` says what it shows."""

    document: str
    name: str
    case: str
    people: tuple[Person, ...]
    bills: tuple[Bill, ...] = ()
    contract_until: str = FAR
    datacenter: str = "no"
    special_contract: str = ""
    area_code: str = ""
    country: str = "BR"
    """Whose tax office gave the document."""


def person(name: str, password: str, flags: str = "support") -> Person:
    """A contact with the flags named in ``flags``, separated by spaces."""
    return Person(name, password, frozenset(flags.split()))


def blocked(firm: Firm) -> Firm:
    """``firm`` with every contact blocked."""
    return replace(firm, people=tuple(replace(each, flags=each.flags | {"blocked"}) for each in firm.people))


def blocked_but_first(firm: Firm) -> Firm:
    """``firm`` with every contact blocked but its administrator."""
    return replace(firm, people=(firm.people[0], *blocked(firm).people[1:]))


def without(firm: Firm, flag: str) -> Firm:
    """``firm`` with nobody who has ``flag``."""
    return replace(firm, people=tuple(replace(each, flags=each.flags - {flag}) for each in firm.people))


# More than its days of grace late since December 2023, and so on every day from then on.
OVERDUE = Bill("F-2023-11", "1890.00", "2023-11-10", grace_days=30)
# Late, but with a delay agreed that ends in 2051: within grace on every day of this demo's life.
AGREED = Bill("F-2024-02", "742.50", "2024-02-10", grace_days=9999)
PAID_LATE = Bill("F-2023-06", "1310.00", "2023-06-10", paid="yes")
PAID = Bill("F-2024-01", "980.00", "2024-01-10", paid="yes")

KNOWN = (
    Firm(
        "11222333000181",
        "Padaria Pão Quente Ltda",
        "five contacts, one of each kind",
        (
            person("Ana", "1234", "administrator support"),
            person("Bruno", "4321", "support consultancy"),
            person("Carla", "2468", "support blocked"),
            person("Davi", "1357", ""),
            person("Elisa", "9753"),
        ),
        (PAID,),
    ),
    Firm(
        "11444777000161",
        "Metalúrgica Horizonte S.A.",
        "Datacenter contract; special contract SLA",
        (person("Fabiana", "2580", "administrator support consultancy"), person("Gustavo", "1472")),
        (PAID,),
        datacenter="yes",
        special_contract="SLA",
        area_code="21",
    ),
    Firm(
        "34190256000120",
        "Transportes Andorinha Ltda",
        "invoice overdue beyond grace",
        (person("Helena", "1470", "administrator support"), person("Igor", "2581", "support consultancy")),
        (PAID_LATE, OVERDUE),
    ),
    Firm(
        "33907184000127",
        "Farmácia Boa Saúde Ltda",
        "invoice late, within the agreed grace",
        (person("Joana", "3690", "administrator support"), person("Kleber", "3691", "support consultancy")),
        (AGREED,),
    ),
    Firm(
        "60735219000160",
        "Livraria Estante Cheia Ltda",
        "contract ended on 2024-12-31",
        (person("Laura", "7410", "administrator support"), person("Mário", "7411", "support consultancy")),
        contract_until="2024-12-31",
    ),
    Firm(
        "12ABC34501DE35",
        "Agro Nova Era S.A.",
        "CNPJ with letters; fine",
        (person("Nádia", "8520", "administrator support"), person("Otávio", "8521", "support consultancy")),
        (PAID,),
    ),
    Firm(
        "52998224725",
        "Maria de Souza (produtora rural)",
        "CPF; fine",
        (person("Maria", "9630", "administrator support consultancy"),),
    ),
    Firm(
        "11144477735",
        "João Pereira ME",
        "CPF; invoice overdue beyond grace",
        (person("João", "1590", "administrator support"),),
        (replace(OVERDUE, number="F-2023-10", amount="230.00", due="2023-10-05"),),
    ),
)

# What each of the others shows: its name, its kind of document, and what makes it differ from a plain firm.
OTHERS: tuple[tuple[str, str, str, Callable[[Firm], Firm]], ...] = (
    ("Supermercado Bom Preço do Vale Ltda", "cnpj", "fine", lambda firm: firm),
    ("Tecelagem Fio de Ouro S.A.", "cnpj", "paid late, fine now", lambda firm: replace(firm, bills=(PAID_LATE, PAID))),
    ("Construtora Pedra Firme Ltda", "cnpj", "Datacenter contract", lambda firm: replace(firm, datacenter="yes")),
    ("Hospital Vale Sereno", "cnpj", "special contract BSO", lambda firm: replace(firm, special_contract="BSO")),
    (
        "Distribuidora Rota Norte Ltda",
        "cnpj",
        "Datacenter contract; special contract SLA",
        lambda firm: replace(firm, datacenter="yes", special_contract="SLA"),
    ),
    ("Colégio Novo Saber Ltda", "cnpj", "contract without end", lambda firm: replace(firm, contract_until="")),
    (
        "Gráfica Boa Impressão Ltda",
        "cnpj",
        "contract ended on 2022-06-30",
        lambda firm: replace(firm, contract_until="2022-06-30"),
    ),
    (
        "Frigorífico Campo Largo S.A.",
        "cnpj",
        "two invoices overdue beyond grace",
        lambda firm: replace(firm, bills=(OVERDUE, replace(OVERDUE, number="F-2023-12", due="2023-12-10"))),
    ),
    (
        "Auto Peças Giro Certo Ltda",
        "cnpj",
        "overdue and contract ended on 2023-12-31",
        lambda firm: replace(firm, bills=(OVERDUE,), contract_until="2023-12-31"),
    ),
    (
        "Cerâmica Barro Vivo Ltda",
        "cnpj",
        "one invoice paid late, one within the agreed grace",
        lambda firm: replace(firm, bills=(PAID_LATE, AGREED)),
    ),
    ("Clínica Sorriso Largo Ltda", "cnpj", "every contact but one is blocked", blocked_but_first),
    ("Moinho Trigo Dourado S.A.", "cnpj", "nobody may order consultancy", lambda firm: without(firm, "consultancy")),
    ("Laticínios Serra Clara Ltda", "cnpj", "nobody may call support", lambda firm: without(firm, "support")),
    ("Papelaria Folha Branca Ltda", "cnpj", "five contacts", lambda firm: firm),
    ("Biotec Amanhã S.A.", "letters", "CNPJ with letters; Datacenter", lambda firm: replace(firm, datacenter="yes")),
    ("Solar do Cerrado Ltda", "letters", "CNPJ with letters; overdue", lambda firm: replace(firm, bills=(OVERDUE,))),
    ("Antônio Lima (contador)", "cpf", "CPF; fine", lambda firm: firm),
    (
        "Beatriz Rocha (veterinária)",
        "cpf",
        "CPF; contract ended on 2024-05-31",
        lambda firm: replace(firm, contract_until="2024-05-31"),
    ),
    ("Célia Nunes (arquiteta)", "cpf", "CPF; the contact is blocked", blocked),
)

# The customers of the line in Spanish. They come last, so that nobody else's draw changes.
INTERNATIONAL = (
    Firm(
        "55015502000188",
        "Comercial Puebla do Brasil Ltda",
        "special contract PRIME, with a facilitator of its own",
        (person("Valentina", "5501", "administrator support consultancy"), person("Ximena", "5502")),
        (PAID,),
        special_contract="PRIME.VALERIA",
    ),
    Firm(
        "55035504000139",
        "Importadora Jalisco Ltda",
        "special contract PRIME",
        (person("Rodrigo", "5503", "administrator support"), person("Lupita", "5504", "support consultancy")),
        special_contract="PRIME",
    ),
    Firm(
        "CPU150312822",
        "Comercializadora Puerto Azul S.A. de C.V.",
        "RFC of Mexico; fine",
        (person("Citlali", "5506", "administrator support"), person("Emiliano", "5507", "support consultancy")),
        (PAID,),
        country="MX",
    ),
    Firm(
        "9004561231",
        "Alimentos del Valle S.A.S.",
        "NIT of Colombia; contract ended on 2024-12-31",
        (person("Catalina", "5701", "administrator support"),),
        contract_until="2024-12-31",
        country="CO",
    ),
    Firm(
        "20601234565",
        "Textiles Andinos S.A.C.",
        "RUC of Peru; invoice overdue beyond grace",
        (person("Killa", "5101", "administrator support"),),
        (OVERDUE,),
        country="PE",
    ),
    Firm(
        "30712345671",
        "Molinos del Plata S.A.",
        "CUIT of Argentina; special contract PRIME",
        (person("Florencia", "5401", "administrator support"), person("Joaquín", "5402", "support consultancy")),
        special_contract="PRIME",
        country="AR",
    ),
)

FIRST_TO_DIAL = (
    ("fine, asks for support", "11222333000181", "1234"),
    ("may not order consultancy", "11222333000181", "1234"),
    ("may order consultancy", "11222333000181", "4321"),
    ("blocked contact", "11222333000181", "2468"),
    ("contact without support", "11222333000181", "1357"),
    ("Datacenter contract, special contract SLA", "11444777000161", "2580"),
    ("no Datacenter contract", "11222333000181", "9753"),
    ("invoice overdue beyond grace", "34190256000120", "1470"),
    ("overdue, would order consultancy", "34190256000120", "2581"),
    ("late but within grace", "33907184000127", "3690"),
    ("special contract PRIME, facilitator VALERIA", "55015502000188", "5501"),
    ("RFC of Mexico", "CPU150312822", "5506"),
    ("CUIT of Argentina, special contract PRIME", "30712345671", "5401"),
    ("contract ended", "60735219000160", "7410"),
    ("CNPJ with letters", "12ABC34501DE35", "8520"),
    ("CPF, fine", "52998224725", "9630"),
    ("CPF, overdue", "11144477735", "1590"),
)
