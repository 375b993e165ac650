"""A care knows which matters were asked about apart from the consent; a part of a digest knows when
it was read, and when its client was told so.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Id, UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ITEMS = ("alerts", "deputy", "supervisor", "receipts")
_NAMED_BOTH = "2026-12"
"""The version of the question about alerts that asked about deputies in one breath."""


def upgrade() -> None:
    """A yes to alerts by that version was one to deputies; nobody was asked apart. Of digests of
    before it is known of the whole only if it was read.
    """
    listed = ", ".join(f"'{item}'" for item in ITEMS)
    op.create_table(
        "consent_questions",
        sa.Column("care_id", Id, sa.ForeignKey("cares.id"), primary_key=True),
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.CheckConstraint(f"item IN ({listed})", name="item"),
        sqlite_strict=True,
    )
    op.add_column("digest_sections", sa.Column("read_at", UtcDateTime))
    op.add_column("digest_sections", sa.Column("receipt_at", UtcDateTime))
    op.execute(
        "INSERT INTO consents (care_id, item, version, text_hash, language, update_id, given_at)"
        " SELECT care_id, 'deputy', version, text_hash, language, update_id, given_at"
        f" FROM consents WHERE item = 'alerts' AND version = '{_NAMED_BOTH}'"
        " AND revoked_at IS NULL"
    )


def downgrade() -> None:
    """A yes by that version is one again; it is not known any more who was asked."""
    op.execute(f"DELETE FROM consents WHERE item = 'deputy' AND version = '{_NAMED_BOTH}'")
    op.drop_column("digest_sections", "receipt_at")
    op.drop_column("digest_sections", "read_at")
    op.drop_table("consent_questions")
