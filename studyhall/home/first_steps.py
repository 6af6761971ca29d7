"""What an empty site does first: units, people, bank, the first contest, the first meeting."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.bank.models import Question
from studyhall.people.models import Membership, Unit
from studyhall.quizzes.models import Assessment
from studyhall.study.models import StudySession


@dataclass(frozen=True)
class Step:
    """One of the five, with where it is done."""

    title: str
    hint: str
    endpoint: str
    act: str
    done: bool

    @property
    def url(self) -> str | None:
        """None while this version has no such page."""
        return url_for(self.endpoint) if self.endpoint in current_app.view_functions else None


FEW_PEOPLE = 2
"""The first administrator alone is nobody's roster."""


def first_steps(session: Session, unit: Unit | None) -> list[Step]:
    """The five steps with what is done of them; empty once all are."""
    steps = [
        Step(
            _("单位"), _("下面的办公室、站所、村；有名册的先做第2步，单位跟着建好"),
            "people.units", _("建单位"), _units(session, unit),
        ),
        Step(
            _("人员"), _("导入名册，表里的单位也会一起建；再打印密码条发下去"),
            "people.import_sheet", _("导入名册"), _people(session, unit),
        ),
        Step(
            _("题库"), _("导入自己的题，或者载入系统自带的一千多道"),
            "bank.index", _("看题库"), _bank(session),
        ),
        Step(
            _("第一次月月赛"), _("都填好了，看一遍就能发布"),
            "quizzes.new", _("设月月赛"), _contest(session, unit),
        ),
        Step(_("登记学习"), _("开过的会，点一次名"), "study.index", _("登记"), _study(session, unit)),
    ]  # fmt: skip
    return [] if all(step.done for step in steps) else steps


def _units(session: Session, unit: Unit | None) -> bool:
    below = sa.exists().where(Unit.parent_id == (unit.id if unit else 0))
    return bool(session.scalar(sa.select(below)))


def _people(session: Session, unit: Unit | None) -> bool:
    count = session.scalar(
        sa.select(sa.func.count(sa.distinct(Membership.person_id)))
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Unit.path.startswith(unit.path if unit else "-", autoescape=True))
    )
    return (count or 0) >= FEW_PEOPLE


def _bank(session: Session) -> bool:
    return bool(session.scalar(sa.select(sa.exists().select_from(Question))))


def _contest(session: Session, unit: Unit | None) -> bool:
    return _owned(session, Assessment, unit)


def _study(session: Session, unit: Unit | None) -> bool:
    return _owned(session, StudySession, unit)


def _owned(session: Session, table: type[Assessment] | type[StudySession], unit: Unit | None) -> bool:
    mine = (
        sa.select(table.id)
        .join(Unit, Unit.id == table.owner_unit_id)
        .where(Unit.path.startswith(unit.path if unit else "-", autoescape=True))
    )
    return bool(session.scalar(sa.select(sa.exists(mine))))
