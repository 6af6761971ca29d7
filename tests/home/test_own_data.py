"""One's own data to take away: every kind of record about oneself has its sheet, nobody else's is in it."""

from __future__ import annotations

import io
from collections.abc import Callable

import python_calamine
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.bank import faults
from studyhall.core.db import Database
from studyhall.people.models import Person
from studyhall.practice import proposals
from studyhall.quizzes import closing
from studyhall.quizzes.models import AttemptItem
from studyhall.study import own_study
from tests.factories import NOON, a_person, an_actor
from tests.practice.conftest import build_town
from tests.practice.test_evidence import practise, sit
from tests.practice.test_proposals import GOOD


def sheets(client: FlaskClient) -> dict[str, list[list[object]]]:
    """The rows of each sheet below its headings."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(client.get("/me/data.xlsx").data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_what_was_answered_practised_and_written_is_in_it(
    client_for: Callable[[Person], FlaskClient], sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        town = build_town(session)
        attempt = sit(session, town)
        closing.hand_in(session, attempt.id, town.actor, NOON)
        practised = practise(session, town, 5, "D").version_id
        # The paper is drawn by chance: the question practised may be one of its two wrong ones.
        dealt = sa.select(AttemptItem.version_id).where(AttemptItem.attempt_id == attempt.id)
        wrong = {*session.scalars(dealt), practised}
        proposals.propose(session, town.actor, GOOD)
        faults.report(session, town.actor, town.questions[6][0].id, "wording", "看不懂")
        own_study.log(session, town.actor, "信访工作条例", 3, 0, NOON)
        other = a_person(session, town.unit, name="别人")
        faults.report(session, an_actor(session, other), town.questions[7][0].id, "key", "别人写的")
    found = sheets(client_for(town.person))
    text = {name: str(rows) for name, rows in found.items()}
    assert text["测评作答"].count("五月月月赛") == 2
    assert text["测评"].count("五月月月赛") == 1
    assert text["自愿练习"].count("错") >= 1
    assert sum("第" in str(row[0]) and "条" in str(row[0]) for row in found["掌握情况"]) >= 1
    assert sum("2026-05" in str(row) for row in found["错题"]) == len(wrong)
    assert "谁来办？" in text["出题和题目有误"] and "题目说不清楚：看不懂" in text["出题和题目有误"]
    assert "信访工作条例" in text["自学"]
    assert "别人" not in str(found)
    stranger = sheets(client_for(other))
    assert "谁来办" not in str(stranger) and "别人写的" in str(stranger["出题和题目有误"])
