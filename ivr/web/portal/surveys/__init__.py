"""The page of a survey asks a contact by the link of a mail, and records the answers once."""
