"""Stems as pairs of characters, and the index that finds words in them."""

import sqlalchemy as sa
from alembic import op

from studyhall.core import search_words

revision = "20261130_search"
down_revision = "20261130_reading"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000


def upgrade() -> None:
    op.add_column("question_version", sa.Column("grams", sa.Text(), nullable=True))
    connection = op.get_bind()
    version = sa.table("question_version", sa.column("id"), sa.column("stem"), sa.column("grams"))
    statement = (
        sa.update(version).where(version.c.id == sa.bindparam("key")).values(grams=sa.bindparam("tokens"))
    )
    last = 0
    while rows := connection.execute(
        sa.select(version.c.id, version.c.stem)
        .where(version.c.id > last)
        .order_by(version.c.id)
        .limit(_AT_ONCE)
    ).all():
        last = rows[-1].id
        connection.execute(
            statement, [{"key": row.id, "tokens": search_words.grams_of(row.stem)} for row in rows]
        )
    name = connection.dialect.name
    make = search_words.make_index(name, "question_version")
    for words in [*make, *search_words.fill_index(name, "question_version")]:
        op.execute(words)


def downgrade() -> None:
    for words in search_words.drop_index(op.get_bind().dialect.name, "question_version"):
        op.execute(words)
    op.drop_column("question_version", "grams")
