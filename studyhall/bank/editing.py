"""What an admin does to questions: a next version, out of use, on hold, in use again.

A case and its parts go together: an edit of one gives all of them a next version, and their state is one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import amending, browsing, pictures
from studyhall.bank.answers import blanks_in
from studyhall.bank.models import Bank, Citation, Question, QuestionState, QuestionVersion
from studyhall.bank.record import Kind, Option, Point, Record, answer_from_json, content_hash
from studyhall.bank.versions import CITED, CONTENT, Content, citations_of, content_of
from studyhall.core import audit, clock
from studyhall.core.access import Actor, Permission, Reach
from studyhall.core.citations import Citation as Cited
from studyhall.core.errors import Forbidden, Refused
from studyhall.core.sayings import Saying, later
from studyhall.library import queries as library
from studyhall.library.models import Law
from studyhall.people import queries as people
from studyhall.people.models import Unit

ACTS = {
    "retire": (QuestionState.RETIRED, "question.retired"),
    "hold": (QuestionState.HELD, "question.held"),
    "use": (QuestionState.IN_USE, "question.put_in_use"),
}
MOST_AT_ONCE = browsing.PAGE
_WORTH = re.compile(r"^(.+?)[\s，,：:|｜]+(\d{1,2})\s*分?$")


class Overtaken(Refused):
    """Somebody else has saved a version since the page was opened."""

    def __init__(self, name: str | Saying, number: int) -> None:
        super().__init__(
            later("%(name)s刚存了第%(number)s版。您写的还在，请对照以后再存。"),
            title=later("两个人同时改"),
            name=name,
            number=number,
        )
        self.number = number


def may_edit(session: Session, reach: Reach, bank: Bank) -> bool:
    """One edits what one's role covers; what belongs to no unit belongs to the whole site."""
    if bank.owner_unit_id is None:
        return people.covers_site(session, reach)
    return reach.covers(session.get_one(Unit, bank.owner_unit_id).path)


def record_of(version: QuestionVersion, law: str) -> Record:
    """A version as the plain record that readers give; citations name their law in full."""
    answer: Any = version.answer
    if version.kind in (Kind.SINGLE, Kind.MULTIPLE):
        answer = list(answer or "")
    return Record(
        kind=Kind(version.kind),
        stem=version.stem,
        options=tuple(Option(letter, text) for letter, text in version.options),
        answer=answer_from_json(Kind(version.kind), answer),
        explanation=version.explanation,
        law=law,
        cites=tuple(str(citation_words(one)) for one in version.citations),
        difficulty=version.difficulty,
        points=tuple(Point(text, worth // 100) for text, worth in version.points),
    )


def citation_words(one: Citation) -> Cited:
    return Cited(one.law_title, one.article, one.sub_article, one.paragraph, one.item)


def typed(record: Record, form: Mapping[str, str]) -> Record:
    """The question as the form has it. Raises Refused, saying which field and why."""
    if record.kind is Kind.CASE:
        stem = form.get("stem", "").strip()
        if not stem:
            raise Refused("材料是空的，请填上。")
        return replace(record, stem=stem)
    changed = amending.mended(record, {**form, "kind": str(record.kind), "law": record.law})
    if changed.kind is Kind.FILL and isinstance(changed.answer, tuple):
        asked = blanks_in(changed.stem)
        if asked != len(changed.answer):
            raise Refused(
                "题干有%(blanks)s处空，答案有%(lines)s行，要一样多。", blanks=asked, lines=len(changed.answer)
            )
    if not changed.explanation:
        raise Refused("请写为什么：对的为什么对，容易错的错在哪里。")
    if not changed.cites:
        raise Refused("请写依据，如《民法典》第一千零四十二条。")
    return replace(changed, points=_points(form.get("points", "")) if record.kind is Kind.SHORT else ())


def _points(text: str) -> tuple[Point, ...]:
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _WORTH.match(line)
        if match is None:
            raise Refused("采分点“%(line)s”没有写几分，在后面加上，如“说清期限 2分”。", line=line[:20])
        found.append(Point(match[1].strip(), int(match[2])))
    return tuple(found)


def points_text(record: Record) -> str:
    return "\n".join(f"{point.text} {point.worth}分" for point in record.points)


def edit(
    session: Session, actor: Actor, question_id: int, based_on: int, form: Mapping[str, str]
) -> QuestionVersion:
    """The next version of a question, by this person.

    Raises Overtaken when `based_on` is no longer its newest version, Refused where nothing was changed or
    something is not in order, Missing and Forbidden for a question that is not his.
    """
    kept = own(session, actor, question_id)
    newest, author = kept.versions[0]
    if newest.number != based_on:
        raise Overtaken(author.name if author else Saying("题库载入时"), newest.number)
    law = kept.question.law.short_title if kept.question.law else ""
    before = record_of(kept.version, law)
    record = typed(before, form)
    check_cites(session, record)
    if replace(record, state=before.state, findings=()) == before:
        raise Refused("还没有改什么，没有存新的一版。")
    whole = kept.case or kept.question
    number = {kept.question.id: record}
    saved = next_family(session, actor, whole, number, form.get("reason", "").strip()[:250] or None)
    version = saved[kept.question.id]
    audit.record(
        session, actor, "question.edited", f"question:{question_id}", record.stem[:60],
        unit_path=path_of(session, actor, kept.question.bank),
        before={"version": based_on}, after={"version": version.number, "reason": version.reason or ""},
    )  # fmt: skip
    return version


def check_cites(session: Session, record: Record) -> None:
    """A law that is here must have the article; of one that is not nobody here can tell. Raises Refused."""
    here = library.shelves(session, clock.today())
    counts = {shelf.law.short_title: shelf.edition.article_count for shelf in here}
    for cited in citations_of(record, {}, {}):
        law, article = cited[CITED.index("law_title")], cited[CITED.index("article")]
        if article > counts.get(law, article):
            raise Refused(
                "《%(law)s》没有%(article)s，一共%(count)s条。",
                law=law,
                article=Cited(None, article),
                count=counts[law],
            )


def next_family(
    session: Session, actor: Actor | None, whole: Question, edited: Mapping[int, Record], reason: str | None
) -> dict[int, QuestionVersion]:
    """A next version of a question, or of a case with all its parts; by question id. No actor: the site."""
    saved: dict[int, QuestionVersion] = {}
    parts = browsing.parts_of(session, whole)
    content = _content(whole, edited, parts)
    parent: QuestionVersion | None = None
    for question in (whole, *parts):
        old = question.current_version
        assert old is not None
        version = QuestionVersion(
            question_id=question.id,
            number=_newest(session, question.id) + 1,
            parent_version_id=parent.id if parent else None,
            position=old.position,
            author_id=actor.person_id if actor else None,
            reason=reason,
            created_at=clock.now(),
            **content[question.id],
        )
        version.citations = _cited(session, question, old, edited.get(question.id))
        session.add(version)
        session.flush()
        pictures.carry(session, old.id, version.id)
        question.current_version_id = version.id
        saved[question.id] = version
        parent = parent or version
    session.flush()
    return saved


def _content(whole: Question, edited: Mapping[int, Record], parts: Sequence[Question]) -> dict[int, Content]:
    """What each member says now; the hash of a case is over its parts too, as files make it."""
    found: dict[int, Content] = {}
    records = {}
    for question in (*parts, whole):
        version = question.current_version
        assert version is not None
        records[question.id] = edited.get(question.id) or record_of(version, "")
        if question.id in edited:
            found[question.id] = content_of(edited[question.id])
        else:
            found[question.id] = {name: getattr(version, name) for name in CONTENT}
    if parts:
        case = replace(records[whole.id], parts=tuple(records[part.id] for part in parts))
        found[whole.id] |= {"content_hash": content_hash(case), "difficulty": _hardest(found, parts)}
    return found


def _hardest(content: Mapping[int, Content], parts: Sequence[Question]) -> int:
    return max(int(content[part.id]["difficulty"]) for part in parts)


def _cited(
    session: Session, question: Question, old: QuestionVersion, record: Record | None
) -> list[Citation]:
    if record is None:
        return [Citation(**{name: getattr(one, name) for name in CITED}) for one in old.citations]
    laws = {law.short_title: law.id for law in session.scalars(sa.select(Law))}
    editions = {
        (shelf.law.short_title, ""): shelf.edition.id for shelf in library.shelves(session, clock.today())
    }
    # The law of the question is cited in the edition that is in force now: that is what the editor read.
    rows = citations_of(replace(record, edition=""), laws, editions)
    return [Citation(**dict(zip(CITED, row, strict=True))) for row in rows]


def _newest(session: Session, question_id: int) -> int:
    return (
        session.scalar(
            sa.select(sa.func.max(QuestionVersion.number)).where(QuestionVersion.question_id == question_id)
        )
        or 0
    )


def set_state(session: Session, actor: Actor, question_ids: Collection[int], act: str) -> int:
    """Retire, hold or put in use; gives how many questions changed, the parts of a case each.

    Raises Refused for an unknown act, none or too many chosen; Missing, Forbidden for others' questions.
    """
    if act not in ACTS:
        raise Refused("请选要办什么：停用、先不用，还是投入使用。")
    if not question_ids:
        raise Refused("还没有选题。请先在前面打勾，再按按钮。")
    if len(question_ids) > MOST_AT_ONCE:
        raise Refused("一次最多%(most)s道。", most=MOST_AT_ONCE)
    state, word = ACTS[act]
    changed: set[int] = set()
    for question_id in sorted(question_ids):
        kept = own(session, actor, question_id)
        whole = kept.case or kept.question
        members = [whole, *browsing.parts_of(session, whole)]
        if act == "use":
            _refuse_unlooked(members)
        moved = [one for one in members if one.state != state and one.id not in changed]
        for member in moved:
            member.state = state
        if moved:
            audit.record(
                session, actor, word, f"question:{whole.id}", kept.version.stem[:60],
                unit_path=path_of(session, actor, whole.bank), after={"state": STATE_WORDS[state]},
            )  # fmt: skip
        changed |= {one.id for one in moved if one.current_version and one.current_version.kind != Kind.CASE}
        session.flush()
    return len(changed)


STATE_WORDS = {
    QuestionState.IN_USE: later("在用"),
    QuestionState.HELD: later("待核对"),
    QuestionState.DRAFT: later("草稿"),
    QuestionState.RETIRED: later("停用"),
}


def _refuse_unlooked(members: Sequence[Question]) -> None:
    cited = (one for member in members if member.current_version for one in member.current_version.citations)
    if any(one.held_since is not None for one in cited):
        raise Refused("它依据的条文改过，还没有人看过。请到题库的“法律改了”里看，对的话在那里恢复。")


def own(session: Session, actor: Actor, question_id: int) -> browsing.Kept:
    reach = actor.reach(Permission.KEEP_BANK)
    kept = browsing.one(session, reach, question_id)
    if not may_edit(session, reach, kept.question.bank):
        raise Forbidden("“%(bank)s”归上级单位，您可以用，不能改。", bank=kept.question.bank.name)
    return kept


def path_of(session: Session, actor: Actor, bank: Bank) -> str:
    if bank.owner_unit_id is None:
        return actor.unit_path
    return session.get_one(Unit, bank.owner_unit_id).path
