"""What the second version adds to the tables."""

from alembic import op

revision = "20261123_wider"
down_revision = "20261123_beams"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
