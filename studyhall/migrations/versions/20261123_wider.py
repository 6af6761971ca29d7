"""What the second version adds to the tables."""

import sqlalchemy as sa
from alembic import op

from studyhall.core import db

revision = "20261123_wider"
down_revision = "20261123_beams"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clock_doubt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("noticed_at", db.Moment(timezone=True), nullable=False),
        sa.Column("expected_at", db.Moment(timezone=True), nullable=False),
        sa.Column("confirmed_at", db.Moment(timezone=True), nullable=True),
        sa.Column("confirmed_offset", sa.Float(), nullable=True),
        sa.Column("confirmed_event_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("reason IN ('behind', 'ahead')", name=op.f("ck_clock_doubt_reason_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_doubt")),
    )
    with op.batch_alter_table("clock_doubt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clock_doubt_confirmed_at"), ["confirmed_at"], unique=False)

    with op.batch_alter_table("import_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_item_question_id"), ["question_id"], unique=False)

    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_question_current_version_id"), ["current_version_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_current_version_id"))

    with op.batch_alter_table("import_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_item_question_id"))

    with op.batch_alter_table("clock_doubt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clock_doubt_confirmed_at"))

    op.drop_table("clock_doubt")
