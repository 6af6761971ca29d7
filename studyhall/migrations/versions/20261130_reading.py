"""Files that take long to read."""

import sqlalchemy as sa
from alembic import op

from studyhall.core import db

revision = "20261130_reading"
down_revision = "20261123_wider"
branch_labels = None
depends_on = None

STAGES = "stage IN ('waiting', 'reading', 'comparing', 'keeping', 'done', 'failed')"


def upgrade() -> None:
    op.create_table(
        "import_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_unit_id", sa.Integer(), nullable=False),
        sa.Column("bank", sa.String(length=80), nullable=False),
        sa.Column("file_name", sa.String(length=250), nullable=False),
        sa.Column("folder", sa.String(length=250), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", db.Moment(timezone=True), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("beat_at", db.Moment(timezone=True), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("batches", sa.Integer(), nullable=False),
        sa.CheckConstraint(STAGES, name=op.f("ck_import_job_stage_known")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_import_job_asked_by_person")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_job_batch_id_import_batch")
        ),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["unit.id"], name=op.f("fk_import_job_owner_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    with op.batch_alter_table("import_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_job_owner_unit_id"), ["owner_unit_id"], unique=False)


def downgrade() -> None:
    op.drop_table("import_job")
