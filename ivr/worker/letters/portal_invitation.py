"""Tells a contact that a first password of the portal may be chosen now. It holds no secret: a code is asked for at the
portal, and sent to this same address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from ivr.worker.letters.letter import Letter, LetterText

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.mails import WantedMail
    from data.vault import Vault


class PortalInvitation(Letter):
    """Sent when Assessoria lets an administrator in, or an administrator a contact."""

    name: ClassVar[str] = "portal-invitation"
    texts: ClassVar[Mapping[str, LetterText]] = {
        "pt-BR": LetterText(
            "Seu acesso ao portal do cliente",
            """Olá, {name},

o seu acesso ao portal do cliente, pela empresa {company}, foi liberado. Para escolher a sua senha:

1. Abra {portal}/acesso e escreva este endereço de e-mail.
2. Um código chega aqui em seguida. Digite-o na mesma página e escolha a senha.

O convite vale por 7 dias. Nossa equipe nunca pede códigos nem senhas, por telefone ou por e-mail.
""",
        ),
        "es": LetterText(
            "Su acceso al portal del cliente",
            """Hola, {name}:

su acceso al portal del cliente, por la empresa {company}, fue habilitado. Para elegir su contraseña:

1. Abra {portal}/acesso y escriba esta dirección de correo.
2. Enseguida llega aquí un código. Escríbalo en la misma página y elija la contraseña.

La invitación vale por 7 días. Nuestro equipo nunca pide códigos ni contraseñas, ni por teléfono ni por correo.
""",
        ),
    }

    def blanks(self, connection: Connection, vault: Vault, wanted: WantedMail) -> Mapping[str, str]:
        """Return nothing more; see ``Letter``."""
        del connection, vault, wanted
        return {}
