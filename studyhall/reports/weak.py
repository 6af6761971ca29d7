"""Which articles are known worst: right answers of those given, by article, over one contest's papers."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.models import Citation as CitationRow
from studyhall.core.citations import Citation
from studyhall.core.figures import share
from studyhall.people.models import Unit
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, Result
from studyhall.reports.tallies import units_below

AT_LEAST = 5
"""Fewer people than this and the article is not shown: it would say who."""


@dataclass(frozen=True)
class KnownArticle:
    """One article of a law, with how the questions resting on it were answered."""

    citation: Citation
    right: int
    answered: int
    people: int


def weakest_articles(
    session: Session, assessment: Assessment, unit: Unit, limit: int = 3
) -> list[KnownArticle]:
    """The articles with the lowest share of right answers, those all right left out.

    Counted are the questions dealt and answered in handed-in attempts of this unit's people and below; right
    is what earned its full points. A question that cites two articles counts for both. Paragraphs and items
    of one article count together.
    """
    # One version may cite two paragraphs of one article: its item still counts once.
    cited = (
        sa.select(CitationRow.version_id, CitationRow.law_title, CitationRow.article, CitationRow.sub_article)
        .distinct()
        .subquery()
    )
    article = (cited.c.law_title, cited.c.article, cited.c.sub_article)
    people = sa.func.count(sa.distinct(Attempt.person_id))
    rows = session.execute(
        sa.select(
            *article,
            sa.func.count().filter(AttemptItem.points == AttemptItem.worth),
            sa.func.count(),
            people,
        )
        .select_from(Attempt)
        .join(Result, Result.id == Attempt.result_id)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .join(cited, cited.c.version_id == AttemptItem.version_id)
        .where(
            Attempt.assessment_id == assessment.id,
            Attempt.handed_in_at.is_not(None),
            Result.unit_id.in_(units_below(unit)),
            AttemptItem.answer.is_not(None),
            AttemptItem.points.is_not(None),
        )
        .group_by(*article)
        .having(people >= AT_LEAST)
    )
    found = [
        KnownArticle(Citation(law, number, sub), right, answered, count)
        for law, number, sub, right, answered, count in rows
        if right < answered
    ]
    found.sort(key=lambda one: (share(one.right, one.answered), -one.answered, one.citation.article))
    return found[:limit]
