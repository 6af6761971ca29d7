"""Finding words in Chinese, which has no blanks between them: texts as pairs of characters, on both databases.

民法典 becomes the tokens 民法 法典 典, one after the other; a word is found where its pairs stand next to each other, and
one character where a token begins with it. Each character is five letters from a to p, so that no tokenizer and no
query language finds anything of its own in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

LONGEST = 12_000
"""Characters of a text that can be found; PostgreSQL counts places no further than 16,383."""
MOST_WORDS = 5
OWN = "fts_"
"""How tables and indexes begin that only this search uses: no copy holds them, no comparison of tables sees them."""

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_BREAK_IN_WORDS = re.compile(rf"(?<={_WIDE})\s+(?={_WIDE})")
"""A line that ends in the middle of Chinese words."""
_RUN = re.compile(r"[^\W_]+")


def grams_of(text: str) -> str:
    """The tokens of a text, parted by blanks: what the column holds that is searched."""
    return " ".join(token for run in _runs(text[:LONGEST]) for token in _tokens(run))


def grams_from(column: str) -> Callable[[Any], str]:
    """The default of a column of tokens: those of the text that goes into `column` of the same row."""

    def make(context: Any) -> str:
        return grams_of(context.get_current_parameters()[column] or "")

    return make


def words_in(query: str) -> list[str]:
    """What is asked for, parted by blanks, at most `MOST_WORDS`."""
    return query.split()[:MOST_WORDS]


def can_find(word: str) -> bool:
    """Signs alone have no tokens: they are looked for in the text itself."""
    return bool(_RUN.search(unicodedata.normalize("NFKC", word)))


def _runs(text: str) -> Iterator[str]:
    """Letters, figures and characters that stand together; full-width and capitals are as the others."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    yield from _RUN.findall(folded if folded.isalnum() else _BREAK_IN_WORDS.sub("", folded))


class _Codes(dict[int, str]):
    """Each character as five letters from a to p, made when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = coded = f"{code & 0xFFFFF:05x}".translate(_LETTERS)
        return coded


_CODES = _Codes()
_WIDTH = 5


def _tokens(run: str) -> list[str]:
    """Each pair, and the last character by itself: so every character begins a token."""
    coded = run.translate(_CODES)
    return [coded[at : at + 2 * _WIDTH] for at in range(0, len(coded), _WIDTH)]


def _sought(run: str) -> list[str]:
    """The pairs of a word; of one character its beginning of a token."""
    return _tokens(run)[:-1] or [run.translate(_CODES)]


def fts5_query(word: str) -> str:
    """For SQLite: every run of the word as a phrase, all of them."""
    return " AND ".join(f'"{" ".join(_sought(run))}"{"*" if len(run) == 1 else ""}' for run in _runs(word))


def tsquery(word: str) -> str:
    """The same for PostgreSQL."""
    return " & ".join(f"({' <-> '.join(_sought(run))}{':*' if len(run) == 1 else ''})" for run in _runs(word))


class _Holds(FunctionElement[bool]):
    """(key, tokens, the question for FTS5, the same for PostgreSQL): rows whose text holds the word."""

    type = sa.Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """As it stands: `… IN (…) = 1`, which SQLite would get, is no use of the index."""
        return self


@compiles(_Holds, "sqlite")
def _in_fts5(element: _Holds, compiler: Any, **options: Any) -> str:
    key, _column, query, _other = element.clauses
    table = f"{OWN}{key.table.name}"
    asked = compiler.process(query, **options)
    return f"{compiler.process(key, **options)} IN (SELECT rowid FROM {table} WHERE {table} MATCH {asked})"  # noqa: S608  names of ours


@compiles(_Holds, "postgresql")
def _in_tsvector(element: _Holds, compiler: Any, **options: Any) -> str:
    _key, tokens, _other, query = element.clauses
    return (
        f"to_tsvector('simple', {compiler.process(tokens, **options)}) @@ "
        f"to_tsquery('simple', {compiler.process(query, **options)})"
    )


def holds(key: Any, tokens: Any, text: Any, word: str) -> ColumnElement[bool]:
    """SQL: the text holds this word. `key` and `tokens` are columns of the table that `make_index` was told of."""
    if not can_find(word):
        found: ColumnElement[bool] = text.contains(word, autoescape=True)
        return found
    asked = [sa.literal(query, sa.Text()) for query in (fts5_query(word), tsquery(word))]
    return _Holds(key, tokens, *asked)


def make_index(dialect: str, table: str, key: str = "id", column: str = "grams") -> list[str]:
    """Statements for a migration. On SQLite triggers keep the index in step, in the transaction that writes."""
    own = f"{OWN}{table}"
    if dialect == "postgresql":
        return [f"CREATE INDEX {own} ON {table} USING gin (to_tsvector('simple', {column}))"]
    put = f"INSERT INTO {own}(rowid, {column}) VALUES (new.{key}, new.{column});"  # noqa: S608  names of ours
    take = f"INSERT INTO {own}({own}, rowid, {column}) VALUES ('delete', old.{key}, old.{column});"  # noqa: S608
    return [
        f"CREATE VIRTUAL TABLE {own} USING fts5({column}, content='{table}', content_rowid='{key}', tokenize='ascii')",
        f"CREATE TRIGGER {own}_put AFTER INSERT ON {table} BEGIN {put} END",
        f"CREATE TRIGGER {own}_taken AFTER DELETE ON {table} BEGIN {take} END",
        f"CREATE TRIGGER {own}_changed AFTER UPDATE OF {column} ON {table} BEGIN {take} {put} END",
    ]


def fill_index(dialect: str, table: str) -> list[str]:
    """For rows that were there before: PostgreSQL has read them already."""
    own = f"{OWN}{table}"
    return [] if dialect == "postgresql" else [f"INSERT INTO {own}({own}) VALUES ('rebuild')"]  # noqa: S608


def drop_index(dialect: str, table: str) -> list[str]:
    own = f"{OWN}{table}"
    if dialect == "postgresql":
        return [f"DROP INDEX {own}"]
    return [*(f"DROP TRIGGER {own}_{what}" for what in ("put", "taken", "changed")), f"DROP TABLE {own}"]


def is_own(name: str | None) -> bool:
    return bool(name) and str(name).startswith(OWN)
