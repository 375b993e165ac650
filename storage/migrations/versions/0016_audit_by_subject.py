"""The audit trail is found by whom it is about, since clients ask for it."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index over the codes."""
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"])


def downgrade() -> None:
    """The index is gone."""
    op.drop_index(op.f("ix_audit_subject"), "audit")
