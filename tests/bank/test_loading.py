"""Loading the files of a bank: what is new, what changed, what stayed, what left."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import editing
from studyhall.bank.loading import load_directory
from studyhall.bank.models import Citation, Question, QuestionState, QuestionVersion
from studyhall.core.access import Role
from studyhall.core.errors import Refused
from studyhall.library.models import Article, Division, Edition, KeyPoint, Law
from tests.factories import a_person, a_township, an_actor

HEAD = "law: 测试法\nedition: 2020-01-01\narticles: 9\npart: 第一章 总则\nquestions:\n"
SINGLE = """\
  - id: ceshi-1
    kind: single
    difficulty: 1
    cites: [第三条第二款]
    stem: 群众来访，应当几日内答复？
    options: {A: 十五日, B: 三十日}
    answer: A
    explanation: 第三条第二款写的是十五日。
"""
JUDGE = """\
  - id: ceshi-2
    kind: judge
    difficulty: 2
    cites: [第四条, 《别的法》第八条第一项]
    stem: 来访可以不登记。
    answer: false
    explanation: 第四条要求登记。
"""
CASE = """\
  - id: ceshi-case
    kind: case
    stem: 老李三次到乡里反映同一件事。
    questions:
      - id: ceshi-case-1
        kind: judge
        difficulty: 3
        cites: [第五条]
        stem: 第二次来也要登记。
        answer: true
        explanation: 第五条没有例外。
      - id: ceshi-case-2
        kind: fill
        difficulty: 1
        cites: [第六条]
        stem: 应当在____日内告知。
        answer: [[十五, "15"]]
        explanation: 第六条写的是十五日。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    law = tmp_path / "bank" / "ceshifa"
    law.mkdir(parents=True)
    write(tmp_path / "bank", SINGLE, JUDGE, CASE)
    (law / "contents.yaml").write_text(
        "law: 测试法\nedition: 2020-01-01\ncontents:\n"
        "  - {title: 第一章 总则, level: 1, first: 1, last: 9}\n",
        encoding="utf-8",
    )
    (law / "gists.yaml").write_text(
        "law: 测试法\nedition: 2020-01-01\ngists:\n  - {article: 3, text: 十五日内答复。}\n", encoding="utf-8"
    )
    (law / "key_points.yaml").write_text(
        "law: 测试法\nedition: 2020-01-01\npoints:\n"
        "  - {id: yd-1, part: 第一章 总则, title: 几个期限, cites: [第三条], text: 十五日（第三条）。}\n",
        encoding="utf-8",
    )
    return tmp_path / "bank"


def write(folder: Path, *questions: str) -> None:
    (folder / "ceshifa" / "01.yaml").write_text(HEAD + "".join(questions), encoding="utf-8")


def current(session: Session, key: str) -> QuestionVersion:
    session.expire_all()
    return session.scalars(
        sa.select(QuestionVersion)
        .join(Question, Question.current_version_id == QuestionVersion.id)
        .where(Question.key == key)
    ).one()


def question(session: Session, key: str) -> Question:
    session.expire_all()
    return session.scalars(sa.select(Question).where(Question.key == key)).one()


def test_an_empty_site_gets_the_law_its_headings_gists_cards_and_questions(
    session: Session, folder: Path
) -> None:
    loaded = load_directory(session, folder)
    assert (loaded.added, loaded.changed, loaded.same, loaded.retired) == (4, 0, 0, 0)
    assert loaded.laws == ["测试法"]
    assert loaded.by_law["测试法"].added == 4
    edition = session.scalars(sa.select(Edition)).one()
    assert edition.article_count == 9
    assert session.scalar(sa.select(sa.func.count()).select_from(Article)) == 9
    assert [d.title for d in session.scalars(sa.select(Division))] == ["第一章 总则"]
    assert session.scalars(sa.select(Article.gist).where(Article.number == 3)).one() == "十五日内答复。"
    assert session.scalars(sa.select(KeyPoint.title)).one() == "几个期限"
    assert current(session, "ceshi-1").answer == "A"
    assert question(session, "ceshi-1").state == QuestionState.IN_USE


def test_the_same_files_twice_change_nothing(session: Session, folder: Path) -> None:
    load_directory(session, folder)
    before = session.execute(sa.select(QuestionVersion.id, QuestionVersion.number)).all()
    loaded = load_directory(session, folder)
    assert (loaded.added, loaded.changed, loaded.same, loaded.retired) == (0, 0, 4, 0)
    assert session.execute(sa.select(QuestionVersion.id, QuestionVersion.number)).all() == before
    assert session.scalar(sa.select(sa.func.count()).select_from(KeyPoint)) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("应当几日内答复", "应当多少日内答复"),
        ("answer: A", "answer: B"),
        ("写的是十五日", "写明十五日"),
        ("difficulty: 1", "difficulty: 2"),
        ("第三条第二款]", "第三条第三款]"),
    ],
    ids=["stem", "key", "explanation", "difficulty", "citation"],
)
def test_a_changed_question_gets_its_next_version_and_the_old_one_stays(
    session: Session, folder: Path, old: str, new: str
) -> None:
    load_directory(session, folder)
    first = current(session, "ceshi-1").id
    write(folder, SINGLE.replace(old, new), JUDGE, CASE)
    loaded = load_directory(session, folder)
    assert (loaded.added, loaded.changed, loaded.same) == (0, 1, 3)
    second = current(session, "ceshi-1")
    assert second.number == 2
    assert second.id != first
    assert session.get_one(QuestionVersion, first).stem == "群众来访，应当几日内答复？"


def test_what_left_the_files_is_retired_and_comes_back_with_new_words(session: Session, folder: Path) -> None:
    load_directory(session, folder)
    write(folder, JUDGE)
    loaded = load_directory(session, folder)
    assert (loaded.same, loaded.retired) == (1, 3)
    assert question(session, "ceshi-case").state == QuestionState.RETIRED
    assert load_directory(session, folder).retired == 0
    write(folder, SINGLE.replace("群众来访", "村民来访"), JUDGE)
    assert load_directory(session, folder).changed == 1
    assert question(session, "ceshi-1").state == QuestionState.IN_USE


def test_a_question_on_hold_stays_on_hold(session: Session, folder: Path) -> None:
    load_directory(session, folder)
    question(session, "ceshi-1").state = QuestionState.HELD
    session.flush()
    write(folder, SINGLE.replace("群众来访", "村民来访"), JUDGE, CASE)
    load_directory(session, folder)
    assert question(session, "ceshi-1").state == QuestionState.HELD


def test_the_parts_of_a_case_belong_to_one_version_of_it(session: Session, folder: Path) -> None:
    load_directory(session, folder)
    case = current(session, "ceshi-case")
    assert [(part.position, part.kind) for part in case.parts] == [(1, "judge"), (2, "fill")]
    assert question(session, "ceshi-case-2").parent_id == question(session, "ceshi-case").id
    write(folder, SINGLE, JUDGE, CASE.replace("第六条写的是", "第六条写明"))
    load_directory(session, folder)
    after = current(session, "ceshi-case")
    assert after.id != case.id
    assert [part.number for part in after.parts] == [2, 2]
    assert len(session.get_one(QuestionVersion, case.id).parts) == 2
    assert load_directory(session, folder).same == 4


def test_a_part_added_to_a_case_and_one_taken_away(session: Session, folder: Path) -> None:
    load_directory(session, folder)
    third = CASE[CASE.index("      - id: ceshi-case-2") :].replace("case-2", "case-3").replace("告知", "答复")
    write(folder, SINGLE, JUDGE, CASE[: CASE.index("      - id: ceshi-case-2")] + third)
    loaded = load_directory(session, folder)
    assert (loaded.added, loaded.changed, loaded.retired) == (1, 1, 1)
    assert [part.question.key for part in current(session, "ceshi-case").parts] == [
        "ceshi-case-1",
        "ceshi-case-3",
    ]


def test_citations_name_law_edition_article_paragraph_and_item(session: Session, folder: Path) -> None:
    load_directory(session, folder)
    own, other = current(session, "ceshi-2").citations
    law = session.scalars(sa.select(Law)).one()
    assert (own.law_id, own.article, own.edition_id) == (law.id, 4, law.editions[0].id)
    assert (other.law_title, other.law_id, other.edition_id) == ("别的法", None, None)
    assert (other.article, other.item) == (8, 1)
    (cited,) = current(session, "ceshi-1").citations
    assert (cited.article, cited.paragraph) == (3, 2)
    assert session.scalar(sa.select(sa.func.count()).select_from(Citation)) == 5


def test_what_an_admin_has_edited_stays_until_its_file_changes(session: Session, folder: Path) -> None:
    load_directory(session, folder)
    township = a_township(session)
    admin = an_actor(session, a_person(session, township, roles=[(Role.ADMIN, township)]))
    mended = {
        "stem": "群众来访，几日内要答复？", "option-A": "十五日", "option-B": "三十日", "answer": "A",
        "explanation": "第三条第二款。", "cites": "第三条第二款", "difficulty": "1",
    }  # fmt: skip
    editing.edit(session, admin, question(session, "ceshi-1").id, 1, mended)
    assert load_directory(session, folder).same == 4
    assert current(session, "ceshi-1").stem == "群众来访，几日内要答复？"
    write(folder, SINGLE.replace("群众来访", "村民来访"), JUDGE, CASE)
    assert load_directory(session, folder).changed == 1
    assert current(session, "ceshi-1").number == 3
    assert current(session, "ceshi-1").stem == "村民来访，应当几日内答复？"


def test_a_fault_in_one_file_leaves_everything_as_it_was(session: Session, folder: Path) -> None:
    load_directory(session, folder)
    write(folder, SINGLE.replace("answer: A", "answer: 甲"), JUDGE, CASE)
    with pytest.raises(Refused, match="未载入任何试题"):
        load_directory(session, folder)
    assert current(session, "ceshi-1").number == 1


def test_an_empty_folder_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有试题文件"):
        load_directory(session, tmp_path)


def test_loading_says_what_it_did_law_by_law(session: Session, folder: Path) -> None:
    said: list[str] = []
    load_directory(session, folder, said.append)
    assert said[0] == "读完1个试题文件。"
    assert said[-1] == "测试法：新增4题，改动0题，不变0题，停用0题。"
