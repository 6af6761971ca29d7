"""A whole paper at once: opened, answered and handed in by the same rules as on the pages, in few statements.

For what writes papers in bulk, such as the demo's past: an answer is read, kept and graded exactly as if it
had been saved by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.asked import Asked, asked
from studyhall.core import clock
from studyhall.core.access import Actor
from studyhall.quizzes import taking
from studyhall.quizzes.answers import KINDS, from_shown
from studyhall.quizzes.assembly import Candidate
from studyhall.quizzes.models import Assessment, AttemptItem

Answers = Callable[[Sequence[tuple[Asked, str]]], Sequence[Sequence[str]]]
"""What somebody answers to a paper, in its own letters: given each question and the order of its options."""


def sit(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    answers: Answers,
    begins: datetime,
    used: timedelta,
    *,
    candidates: Sequence[Candidate] | None = None,
    seed: int | None = None,
) -> taking.Receipt:
    """One attempt from opening to handing in. `used` is cut at the deadline; `candidates` saves asking
    anew; `seed` deals a known paper.

    Raises what opening and handing in raise.
    """
    with clock.standing_at(begins):
        attempt = taking.begin(session, actor, assessment, begins, candidates=candidates, seed=seed)
    table = cast(sa.Table, AttemptItem.__table__)
    items = session.execute(
        sa.select(table.c.position, table.c.version_id, table.c.option_order)
        .where(table.c.attempt_id == attempt.id)
        .order_by(table.c.position)
    ).all()
    questions = asked(session, [item.version_id for item in items])
    ends = min(begins + used, attempt.deadline)
    floor = attempt.device_number * taking.DEVICE_SPAN
    said = answers([(questions[item.version_id], item.option_order) for item in items])
    rows = []
    for number, (item, given) in enumerate(zip(items, said, strict=True), 1):
        question = questions[item.version_id]
        answer = KINDS[question.kind].read(from_shown(given, item.option_order), question.letters)
        at = begins + (ends - begins) * number / (len(items) + 1)
        rows.append({"at": item.position, "said": answer, "when": at if answer else None, "no": floor + 1})
    session.connection().execute(
        sa.update(table)
        .where(table.c.attempt_id == attempt.id, table.c.position == sa.bindparam("at"))
        .values(answer=sa.bindparam("said"), answered_at=sa.bindparam("when"), save_no=sa.bindparam("no")),
        rows,
    )
    with clock.standing_at(ends):
        return taking.hand_in(session, attempt.id, actor, ends)
