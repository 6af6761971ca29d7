"""Entering meetings and calling rolls, on both databases."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import Actor, Role
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from studyhall.core.errors import Refused
from studyhall.people import exemptions, roster
from studyhall.people.models import Category, Person, Unit
from studyhall.study import attachments, holding, own_study, roll, series
from studyhall.study.attendance import Mark
from studyhall.study.models import Attachment, Attendance, SelfStudy, Series, StudySession
from tests.factories import NOON, a_person, a_township, an_actor

TODAY = date(2026, 5, 20)
NINE = date(2026, 5, 19)


@dataclass
class Office:
    township: Unit
    admin: Actor
    people: list[Person]
    nine: Series
    theory: Series

    def entry(self, day: date = NINE, **other: object) -> holding.Entry:
        given: dict[str, object] = {
            "state": "held", "held_on": day, "serves": ((self.nine.id, None),), "topic": "信访事项怎样受理",
            "basis": "《信访工作条例》第二十一条、第二十二条，《宪法》",
            "rule": roster.Rule((self.township.path,), tuple(Category)),
        }  # fmt: skip
        return holding.Entry(**(given | other))  # type: ignore[arg-type]


def an_office(session: Session, people: int = 3) -> Office:
    township = a_township(session)
    admin = a_person(session, None, name="管理员", roles=[(Role.ADMIN, township)])
    found = [a_person(session, township, name=f"干部{n}") for n in range(people)]
    first = date(2026, 1, 1)
    kept = [
        series.keep(
            session, None, township, series.Plan("nine", "逢九必讲", "month_days", (9, 19, 29), first)
        ),
        series.keep(session, None, township, series.Plan("theory", "集中学习", "none", (), first)),
    ]
    return Office(township, an_actor(session, admin), found, *kept)


@pytest.fixture
def office(session: Session) -> Office:
    return an_office(session)


def held(session: Session, office: Office, **other: object) -> StudySession:
    return holding.enter(session, office.admin, office.township, office.entry(**other), NOON)


def marks(session: Session, meeting: StudySession, *states: str) -> dict[int, Mark]:
    return {row.entry.id: Mark(state) for row, state in zip(roll.rows(session, meeting), states, strict=True)}


def test_a_meeting_on_its_due_day_stands_for_it(session: Session, office: Office) -> None:
    meeting = held(session, office)
    assert meeting.serves[0].due_on == NINE and not meeting.is_moved
    assert [(c.law_title, c.article) for c in meeting.citations] == [
        ("信访工作条例", 21), ("信访工作条例", 22), ("宪法", None),
    ]  # fmt: skip


def test_one_due_day_is_explained_once(session: Session, office: Office) -> None:
    held(session, office)
    with pytest.raises(Refused, match="已经登记过"):
        held(session, office, serves=((office.nine.id, NINE),), held_on=TODAY)


def test_a_cancelled_day_needs_a_reason(session: Session, office: Office) -> None:
    with pytest.raises(Refused, match="原因"):
        holding.explain(session, office.admin, office.township, office.nine, NINE, " ", NOON)


@pytest.mark.parametrize("fault", ["tomorrow", "no topic", "nobody", "no series", "ends before it begins"])
def test_what_cannot_be_is_refused(session: Session, office: Office, fault: str) -> None:
    from datetime import time

    other: dict[str, object] = {
        "tomorrow": {"held_on": TODAY + timedelta(days=1)},
        "no topic": {"topic": " "},
        "nobody": {"rule": roster.Rule((office.township.path,), (Category.LEADERSHIP,))},
        "no series": {"serves": ()},
        "ends before it begins": {"begins": time(11), "ends": time(10)},
    }[fault]  # type: ignore[assignment]
    with pytest.raises(Refused):
        held(session, office, **other)


def test_another_townships_people_cannot_be_expected(session: Session, office: Office) -> None:
    other = a_township(session, "T2")
    with pytest.raises(Refused):
        held(session, office, rule=roster.Rule((other.path,), tuple(Category)))


def test_a_plan_becomes_held_when_its_roll_is_called(session: Session, office: Office) -> None:
    meeting = held(session, office, state="planned")
    outcome = roll.call(
        session, office.admin, meeting, {}, marks(session, meeting, "present", "leave", "absent"), NOON
    )
    tally = outcome.tally
    assert (meeting.state, tally.due, tally.present, tally.leave, tally.absent) == ("held", 3, 1, 1, 1)
    assert meeting.roster.frozen_at == NOON


def test_who_joins_before_the_roll_is_on_it_and_not_after(session: Session, office: Office) -> None:
    meeting = held(session, office, state="planned")
    a_person(session, office.township, name="新来的")
    assert roll.list_is_stale(session, meeting)
    roll.bring_list_up_to_date(session, meeting.id)
    assert len(roll.rows(session, meeting)) == 4
    roll.call(session, office.admin, meeting, {}, marks(session, meeting, *["present"] * 4), NOON)
    a_person(session, office.township, name="更晚来的")
    assert not roll.list_is_stale(session, meeting)


def test_an_exempt_person_who_comes_is_due(session: Session, office: Office) -> None:
    exemptions.grant(session, office.people[0].id, "sick", "李书记", date(2026, 1, 1), None, decided_by=None)
    meeting = held(session, office)
    row = next(row for row in roll.rows(session, meeting) if row.entry.person_id == office.people[0].id)
    assert row.entry.state == "exempt"
    roll.call(session, office.admin, meeting, {}, {row.entry.id: Mark("present")}, NOON)
    assert row.entry.state == "due"


def test_a_later_roll_keeps_what_the_other_admin_marked(session: Session, office: Office) -> None:
    meeting = held(session, office)
    first, second = marks(session, meeting, *["present"] * 3), marks(session, meeting, *["present"] * 3)
    ids = list(first)
    roll.call(session, office.admin, meeting, {}, first, NOON)
    other = an_actor(session, a_person(session, None, name="高雪"))
    roll.call(session, other, meeting, first, first | {ids[0]: Mark("leave")}, NOON)
    outcome = roll.call(session, office.admin, meeting, first, second | {ids[1]: Mark("absent")}, NOON)
    assert (outcome.tally.leave, outcome.tally.absent, outcome.by) == (1, 1, "高雪")
    assert not outcome.clashes


def test_made_up_study_is_for_those_who_were_away(session: Session, office: Office) -> None:
    meeting = held(session, office)
    wanted = marks(session, meeting, "present", "absent", "leave")
    roll.call(session, office.admin, meeting, {}, wanted, NOON)
    came, away, _ = wanted
    with pytest.raises(Refused):
        roll.make_up(session, office.admin, meeting, came, TODAY, "", NOON)
    with pytest.raises(Refused):
        roll.make_up(session, office.admin, meeting, away, NINE - timedelta(days=1), "", NOON)
    assert roll.make_up(session, office.admin, meeting, away, TODAY, "自学", NOON).made_up_on == TODAY


def test_a_called_meeting_cannot_be_cancelled_away(session: Session, office: Office) -> None:
    meeting = held(session, office)
    roll.call(session, office.admin, meeting, {}, marks(session, meeting, *["present"] * 3), NOON)
    with pytest.raises(Refused):
        holding.change(session, office.admin, meeting, office.entry(state="cancelled", reason="算了"), NOON)


def test_reading_one_article_twice_a_day_is_one_record(session: Session, office: Office) -> None:
    actor = an_actor(session, office.people[0])
    for _ in range(2):
        own_study.log(session, actor, "民法典", 1042, 0, NOON)
    assert session.scalar(sa.select(sa.func.count()).select_from(SelfStudy)) == 1


def a_plan(**other: object) -> series.Plan:
    given: dict[str, object] = {
        "code": "nine", "name": "逢九必讲", "rhythm": "month_days", "days": (9, 19, 29),
        "starts_on": date(2026, 1, 1),
    }  # fmt: skip
    return series.Plan(**(given | other))  # type: ignore[arg-type]


def test_a_series_is_changed_and_the_change_is_written_down(session: Session, office: Office) -> None:
    series.change(session, office.admin, office.nine, a_plan(name="逢十必讲", days=(20, 10, 30)))
    assert (office.nine.name, office.nine.rhythm_days) == ("逢十必讲", [10, 20, 30])
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "series.changed")).one()
    assert event.after == {"series_name": "逢十必讲", "rhythm": "每月10日、20日、30日"}


@pytest.mark.parametrize(
    "other", [{"days": (9, 29)}, {"starts_on": date(2026, 6, 1)}, {"ends_on": NINE}, {"rhythm": "none"}]
)
def test_a_day_that_was_entered_stays_due(session: Session, office: Office, other: dict[str, object]) -> None:
    held(session, office)
    with pytest.raises(Refused, match="5月19日"):
        series.change(session, office.admin, office.nine, a_plan(**other))
    series.change(session, office.admin, office.nine, a_plan(ends_on=TODAY))
    assert office.nine.ends_on == TODAY


def test_a_name_and_the_fixed_kinds_stay_single(session: Session, office: Office) -> None:
    for other in ({"name": "集中学习"}, {"name": " "}, {"days": (40,)}):
        with pytest.raises(Refused):
            series.change(session, office.admin, office.nine, a_plan(**other))
    with pytest.raises(Refused, match="只能有一个"):
        series.change(session, office.admin, office.theory, a_plan(name="第二个"))


def test_only_a_series_without_meetings_is_taken_away(session: Session, office: Office) -> None:
    held(session, office)
    with pytest.raises(Refused):
        series.drop(session, office.admin, office.nine)
    series.drop(session, office.admin, office.theory)
    assert set(session.scalars(sa.select(Series.name))) == {"逢九必讲"}


PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.mark.parametrize(
    "data", [b"", b"MZ\x90\x00", b"<html><script>", b"PK\x03\x04nothing", PNG + b"x" * (20 * 2**20)]
)
def test_only_pictures_pdf_and_word_are_kept(session: Session, office: Office, data: bytes) -> None:
    meeting = held(session, office)
    with pytest.raises(Refused):
        attachments.attach(session, office.admin, meeting, [("看起来是.jpg", data)], NOON)
    assert not attachments.folder().exists() or not list(attachments.folder().rglob("*"))


def test_of_several_files_all_are_kept_or_none(session: Session, office: Office) -> None:
    meeting = held(session, office)
    with pytest.raises(Refused, match="坏的"):
        attachments.attach(session, office.admin, meeting, [("好.png", PNG), ("坏的.exe", b"MZ\x90")], NOON)
    assert not session.scalar(sa.select(sa.func.count()).select_from(Attachment))
    many = [(f"{n}.png", PNG + bytes([n])) for n in range(attachments.MOST_FILES + 1)]
    with pytest.raises(Refused, match="最多20个"):
        attachments.attach(session, office.admin, meeting, many, NOON)
    assert len(attachments.attach(session, office.admin, meeting, many[1:], NOON)) == 20


def test_a_file_lies_under_its_hash_and_goes_when_nobody_has_it(session: Session, office: Office) -> None:
    meeting = held(session, office)
    [row] = attachments.attach(session, office.admin, meeting, [("..\\..\\现场.png", PNG)], NOON)
    assert (row.name, row.media_type) == ("现场.png", "image/png")
    again = attachments.attach(session, office.admin, meeting, [("again.png", PNG), ("b.png", PNG)], NOON)
    assert [one.id for one in again] == [row.id, row.id]
    path = attachments.path_of(row.sha256)
    assert path.read_bytes() == PNG and path.is_relative_to(attachments.folder())
    attachments.remove(session, office.admin, meeting, session.get_one(Attachment, row.id), NOON)
    assert not path.exists()


def test_two_admins_calling_one_roll_at_once_lose_nothing(database: Database) -> None:
    with database.writing() as session:
        office = an_office(session, people=8)
        meeting = held(session, office)
        listed = list(marks(session, meeting, *["present"] * 8))
        other = an_actor(session, a_person(session, None, name="高雪"))
        meeting_id, actors = meeting.id, (office.admin, other)
        roll.call(session, office.admin, meeting, {}, {key: Mark("present") for key in listed}, NOON)
    seen = {key: Mark("present") for key in listed}
    barrier = threading.Barrier(2)
    failures: list[BaseException] = []

    def call(actor: Actor, away: int) -> None:
        try:
            barrier.wait(10)
            with database.writing() as session:
                found = session.get_one(StudySession, meeting_id)
                roll.call(session, actor, found, seen, seen | {away: Mark("absent")}, NOON)
        except BaseException as failure:
            failures.append(failure)

    threads = [
        threading.Thread(target=call, args=pair) for pair in zip(actors, (listed[0], listed[5]), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with database.reading() as session:
        away = session.scalars(
            sa.select(Attendance.roster_entry_id).where(Attendance.state == "absent")
        ).all()
    assert not failures and sorted(away) == [listed[0], listed[5]]
