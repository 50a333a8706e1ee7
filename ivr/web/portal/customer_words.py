"""``in_customer_words`` says what is wrong with what a customer wrote, in words for customers and their language.

What ``data`` raises is written for staff, who load files; its code tells which of these sentences is meant.
"""

from __future__ import annotations

from data.contact import MAX_CONTACTS
from ivr.web.shell.languages import gettext as _
from wording.message import Message


def in_customer_words(error: ValueError) -> str:
    """Return the sentence for ``error``; one that fits anything where its code is not known here."""
    told = error.args[0] if error.args else ""
    code = told.code if isinstance(told, Message) else ""
    sentences = {
        "contacts-too-many": _("A company has %(most)s contacts at most, the administrator included.")
        % {"most": MAX_CONTACTS},
        "contact-name-taken": _("Another contact has this name: write the whole name of each."),
        "contact-email-malformed": _("Write an e-mail address like ana@example.com."),
        "contact-email-taken": _("Another contact has this e-mail address: each one needs an own one."),
        "contact-mobile-malformed": _(
            "Write a mobile number with its area code, like 11 91234-5678, or with + and its country."
        ),
        "contact-mobile-taken": _("Another contact has this mobile number: each one needs an own one."),
        "contact-surveys-malformed": _("Write severities from 1 to 4, like 1 2, or nothing for none."),
        "contact-password-malformed": _("Write four to eight digits."),
        "contact-administrator-stays": _(
            "The administrator cannot be blocked: hand the part over to another contact first."
        ),
        "contact-not-administrator": _("Another contact is the administrator by now."),
        "contact-cannot-administrate": _(
            "The part is handed to a contact who is not blocked and has an e-mail address."
        ),
        "contact-address-needs-password": _("For another e-mail address or mobile number, type your password as well."),
        "invitations-too-many": _("Too many invitations were sent today. Nothing was changed: try again tomorrow."),
        "contact-gone": _("This contact is not there any more: load the page again."),
        "value-not-yes-or-no": _("Write yes or no."),
        "value-empty": _("Write something here."),
    }
    return sentences.get(code) or _("This cannot be taken: write it in one line, in plain letters.")
