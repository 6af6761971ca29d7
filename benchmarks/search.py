"""A word in ten thousand questions: through our conditions, through the bare index, and by looking at every stem.

    python benchmarks/search.py [--questions 10000] [--postgres URL]

Goal: at most three times the bare index, and never slower than LIKE.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]

from benchmarks.measuring import ROUNDS, Cell, Cpu, once
from studyhall import migrations
from studyhall.bank.browsing import Filters
from studyhall.bank.models import Bank, Question, QuestionVersion
from studyhall.core import clock, search_words
from studyhall.core.db import Database

SYLLABLES = (
    "国家机关应当依照法律规定保护公民权利和义务合同土地承包经营村民委员会选举治安管理处罚行政许可复议诉讼"
)
WORDS = {"rare": "罕见", "common": "依照", "three": "委员会", "one": "罕"}
TIMES = 20


def main() -> None:
    asked = _asked()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(asked.postgres or f"sqlite:///{folder}/search.sqlite3")
        migrations.upgrade(database)
        _fill(database, asked.questions)
        cpu = Cpu(database.engine)
        for about, word in WORDS.items():
            cells = [Cell(name, _times(database, run, word)) for name, run in RUNS.items()]
            for number in range(ROUNDS + 1):
                for cell in cells:
                    once(cell, cpu, number)
            ours, index, like = (cell.each * 1000 for cell in cells)
            with database.reading() as session:
                hits = _ours(session, word)
            print(
                f"{about:7} {hits:6} hits  ours {ours:7.3f} ms  index {index:7.3f} ms  LIKE {like:7.3f} ms  "
                f"{ours / index:5.2f} x the index, {ours / like:5.2f} x LIKE"
            )
        database.close()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--postgres", help="an empty database of its own")
    return parser.parse_args()


def _fill(database: Database, count: int) -> None:
    """Stems of 30 to 80 characters; one in a hundred has the rare word."""
    dice = random.Random(1)
    with database.writing() as session:
        bank = Bank(name="题库")
        session.add(bank)
        session.flush()
        numbers = range(1, count + 1)
        rows = [{"id": n, "bank_id": bank.id, "key": f"q-{n}", "state": "in_use"} for n in numbers]
        session.execute(sa.insert(Question), rows)
        fixed: dict[str, Any] = {
            "kind": "judge",
            "options": [],
            "answer": True,
            "points": [],
            "explanation": "",
            "number": 1,
        }
        session.execute(
            sa.insert(QuestionVersion),
            [
                {**fixed, "id": n, "question_id": n, "difficulty": 1, "content_hash": f"{n:064d}",
                 "created_at": clock.now(), "stem": _stem(dice) + ("罕见。" if n % 100 == 0 else "")}
                for n in numbers
            ],
        )  # fmt: skip
        session.execute(sa.update(Question).values(current_version_id=Question.id))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _stem(dice: random.Random) -> str:
    return "".join(dice.choice(SYLLABLES) for _ in range(dice.randint(30, 80)))


def _counted(session: Session, *conditions: Any) -> int:
    joined = (
        sa.select(sa.func.count())
        .select_from(Question)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
    )
    return session.scalar(joined.where(*conditions)) or 0


def _ours(session: Session, word: str) -> int:
    return _counted(session, *Filters(words=word).conditions())


def _like(session: Session, word: str) -> int:
    return _counted(session, *Filters().conditions(), QuestionVersion.stem.contains(word, autoescape=True))


def _index(session: Session, word: str) -> int:
    """The index alone, with the same join: what no search on it can be faster than."""
    if session.get_bind().dialect.name == "sqlite":
        query, asked = (
            search_words.fts5_query(word),
            "SELECT rowid FROM fts_question_version WHERE fts_question_version MATCH :q",
        )
    else:
        query = search_words.tsquery(word)
        asked = (
            "SELECT id FROM question_version WHERE to_tsvector('simple', grams) @@ to_tsquery('simple', :q)"
        )
    text = f"SELECT count(*) FROM ({asked}) AS hit JOIN question ON question.current_version_id = hit.{asked.split()[1]}"
    return session.scalar(sa.text(text), {"q": query}) or 0


RUNS: dict[str, Callable[[Session, str], int]] = {"ours": _ours, "index": _index, "LIKE": _like}


def _times(database: Database, run: Callable[[Session, str], int], word: str) -> Callable[[int], int]:
    def work(_number: int) -> int:
        with database.reading() as session:
            for _ in range(TIMES):
                run(session, word)
        return TIMES

    return work


if __name__ == "__main__":
    main()
