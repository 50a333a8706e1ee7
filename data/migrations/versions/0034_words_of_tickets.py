"""The index in which a file of SQLite finds words of tickets; triggers write it."""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_LISTED = ["line", "area", "analyst_id", "severity", "company_id", "contact_id", "channel"]
_MADE = (
    "CREATE VIRTUAL TABLE ticket_words USING fts5(folded, content='', detail='none', tokenize='ascii', prefix='1 2 3')",
    "INSERT INTO ticket_words(rowid, folded) SELECT CAST(number AS INTEGER), folded FROM ticket",
    "CREATE TRIGGER ticket_words_of_new AFTER INSERT ON ticket BEGIN"
    " INSERT INTO ticket_words(rowid, folded) VALUES (CAST(new.number AS INTEGER), new.folded); END",
    "CREATE TRIGGER ticket_words_of_gone AFTER DELETE ON ticket BEGIN"
    " INSERT INTO ticket_words(ticket_words, rowid, folded)"
    " VALUES ('delete', CAST(old.number AS INTEGER), old.folded); END",
    "CREATE TRIGGER ticket_words_of_changed AFTER UPDATE OF number, folded ON ticket"
    " WHEN old.folded <> new.folded OR old.number <> new.number BEGIN"
    " INSERT INTO ticket_words(ticket_words, rowid, folded)"
    " VALUES ('delete', CAST(old.number AS INTEGER), old.folded);"
    " INSERT INTO ticket_words(rowid, folded) VALUES (CAST(new.number AS INTEGER), new.folded); END",
)


def upgrade() -> None:
    """Forward. A server has its index of words since 0032."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.drop_index("ix_ticket_folded", "ticket")
    for statement in _MADE:
        op.execute(statement)


def downgrade() -> None:
    """Back. A search reads all texts."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for trigger in ("new", "gone", "changed"):
        op.execute(f"DROP TRIGGER ticket_words_of_{trigger}")
    op.execute("DROP TABLE ticket_words")
    columns = ["folded", "number", "opened_at", "state", "forecast_at", *_LISTED]
    op.create_index("ix_ticket_folded", "ticket", columns)
