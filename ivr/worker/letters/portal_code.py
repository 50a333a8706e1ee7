"""The code with which a contact chooses a password of the portal. It is derived when it is sent, and stored nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from data.one_time_secrets import code_of, find_secret
from ivr.worker.letters.letter import Letter, LetterText

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from data.mails import WantedMail
    from data.vault import Vault


class PortalCode(Letter):
    """Its row names the one-time secret (``secret``)."""

    name: ClassVar[str] = "portal-code"
    texts: ClassVar[Mapping[str, LetterText]] = {
        "pt-BR": LetterText(
            "Seu código do portal do cliente",
            """Olá, {name},

pediram no portal do cliente um código para escolher a sua senha, pela empresa {company}.

    {code}

Digite o código na página que ficou aberta, no mesmo navegador em que ele foi pedido:
{portal}/acesso/codigo

Ele vale por 15 minutos e uma vez só. Se não foi você que pediu, não faça nada: sem o código
ninguém entra. Nossa equipe nunca pede este código nem a sua senha, por telefone ou por e-mail.
""",
            "{code} e o codigo do portal do cliente. Vale 15 minutos, so no navegador em que foi pedido. Nunca o diga a"
            " ninguem.",
        ),
        "es": LetterText(
            "Su código del portal del cliente",
            """Hola, {name}:

en el portal del cliente pidieron un código para elegir su contraseña, por la empresa {company}.

    {code}

Escriba el código en la página que quedó abierta, en el mismo navegador en que se pidió:
{portal}/acesso/codigo

Vale por 15 minutos y una sola vez. Si no fue usted quien lo pidió, no haga nada: sin el código
nadie entra. Nuestro equipo nunca pide este código ni su contraseña, ni por teléfono ni por correo.
""",
            "{code} es el codigo del portal del cliente. Vale 15 minutos, solo en el navegador en que se pidio. No lo"
            " diga a nadie.",
        ),
    }

    def why_not(self, connection: Connection, wanted: WantedMail, now: datetime) -> str | None:
        """Return why no code is sent any more; see ``Letter``."""
        secret = find_secret(connection, str(wanted.details.get("secret")))
        if secret is None or secret.used_at is not None or secret.until <= now:
            return "the code is not good any more"
        return None

    def blanks(self, connection: Connection, vault: Vault, wanted: WantedMail) -> Mapping[str, str]:
        """Return the code; see ``Letter``. Raises LookupError where its secret was dropped meanwhile."""
        secret = find_secret(connection, str(wanted.details.get("secret")))
        if secret is None:
            raise LookupError("the secret is gone")
        return {"code": code_of(vault, secret)}
