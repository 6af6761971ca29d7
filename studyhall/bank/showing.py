"""What the page of an article shows of the bank: its questions with answer and explanation.

Whoever is being examined must not read his answers here. Who that is, is known higher up: quizzes puts a
rule in with `withhold`, and the questions it names stay away from that reader.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from studyhall.bank.answer_words import answer_words
from studyhall.bank.asked import Asked, asked
from studyhall.bank.models import Bank, Citation, Question, QuestionState, QuestionVersion
from studyhall.bank.queries import usable_by
from studyhall.bank.record import KIND_NAMES, Kind
from studyhall.core.access import Actor
from studyhall.core.db import db
from studyhall.core.errors import Missing
from studyhall.core.words import Translated

Withholding = Callable[[Session, Actor], set[int]]
"""The ids of questions whose answers this person may not read yet."""

_withholding: list[Withholding] = []


def withhold(rule: Withholding) -> None:
    """Put a rule in. Putting it in twice changes nothing."""
    if rule not in _withholding:
        _withholding.append(rule)


def withheld(session: Session, actor: Actor) -> set[int]:
    return set().union(*(rule(session, actor) for rule in _withholding))


def of_article(
    session: Session, actor: Actor, law_id: int, edition_id: int, article: int, sub: int
) -> list[Asked]:
    """Questions in use that cite this article, parts of cases too; easy ones first."""
    version_ids = session.scalars(
        sa.select(QuestionVersion.id)
        .join(Question, Question.current_version_id == QuestionVersion.id)
        .join(Bank, Bank.id == Question.bank_id)
        .join(Citation, Citation.version_id == QuestionVersion.id)
        .where(
            Citation.law_id == law_id,
            Citation.article == article,
            Citation.sub_article == sub,
            sa.or_(Citation.edition_id.is_(None), Citation.edition_id == edition_id),
            Question.state == QuestionState.IN_USE,
            QuestionVersion.kind != Kind.CASE,
            Question.id.not_in(withheld(session, actor)),
            usable_by(actor.unit_path),
        )
        .group_by(QuestionVersion.id, QuestionVersion.difficulty)
        .order_by(QuestionVersion.difficulty, QuestionVersion.id)
    ).all()
    return list(asked(session, version_ids).values())


def readable(session: Session, actor: Actor, question_id: int) -> Asked:
    """One question that this reader may see with its answer. Raises Missing for any other."""
    version_id = session.scalar(
        sa.select(Question.current_version_id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(
            Question.id == question_id,
            Question.state == QuestionState.IN_USE,
            Question.id.not_in(withheld(session, actor)),
            usable_by(actor.unit_path),
        )
    )
    if version_id is None:
        raise Missing
    return asked(session, [version_id])[version_id]


def article_panel(
    actor: Actor, law: Any, edition: Any, article: int, sub_article: int, **_about: object
) -> Markup | None:
    """Fills `article.aside`: 这一条有3道题."""
    questions = of_article(db.session, actor, law.id, edition.id, article, sub_article)
    if not questions:
        return None
    return Markup(  # noqa: S704  the template has escaped what stands in it
        render_template(
            "bank/_of_article.html",
            questions=questions,
            law=law,
            kinds=Translated(KIND_NAMES),
            answer_words=answer_words,
        )
    )
