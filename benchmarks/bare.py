"""The other side: the same reads and writes in bare Flask routes.

No extensions, no templates, no mapped classes, no write queue, no audit words, no limits of who may see what:
a signed cookie, one look-up of the login, Core statements on the same tables, and pages put together from
strings. It is what the product is compared with, not an example of how to write one.
"""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import sqlalchemy as sa
from flask import Flask, abort, jsonify, redirect, request, session

from studyhall.tables import metadata

T = metadata.tables
login, person, attempt, item = T["login_session"], T["person"], T["attempt"], T["attempt_item"]
result, assessment, entry, audit = T["result"], T["assessment"], T["roster_entry"], T["audit_event"]
version, question, citation, line = T["question_version"], T["question"], T["citation"], T["blueprint_line"]

bind = sa.bindparam

LOGIN = sa.select(login.c.id, login.c.person_id, person.c.name).join(person, person.c.id == login.c.person_id).where(
    login.c.token_hash == bind("hash"), login.c.ended_at.is_(None)
)  # fmt: skip
CONTEST = sa.select(
    assessment.c.id, assessment.c.minutes, assessment.c.closes_at, result.c.id.label("result_id")
).join(result, result.c.assessment_id == assessment.c.id).where(
    assessment.c.code == bind("code"), result.c.person_id == bind("person_id")
)  # fmt: skip
LINES = sa.select(line.c.law_id, line.c.kind, line.c.how_many, line.c.worth).where(
    line.c.assessment_id == bind("assessment_id")
)
POOL = (
    sa.select(version.c.id, question.c.law_id, version.c.kind, version.c.options)
    .join(question, question.c.current_version_id == version.c.id)
    .where(
        question.c.state == "in_use",
        version.c.parent_version_id.is_(None),
        question.c.law_id.in_(bind("laws", expanding=True)),
        version.c.kind.in_(bind("kinds", expanding=True)),
    )
)
MARK_DEALT = (
    sa.update(version)
    .where(version.c.id.in_(bind("ids", expanding=True)), version.c.first_dealt_at.is_(None))
    .values(first_dealt_at=bind("now"))
)
OWN = sa.select(attempt, assessment.c.title, assessment.c.partial_rule, assessment.c.pass_percent,
                assessment.c.excellent_percent).join(
    assessment, assessment.c.id == attempt.c.assessment_id
).where(attempt.c.id == bind("attempt_id"), attempt.c.person_id == bind("person_id"))  # fmt: skip
ITEM = sa.select(item.c.option_order, item.c.save_no, attempt.c.deadline, attempt.c.handed_in_at).join(
    attempt, attempt.c.id == item.c.attempt_id
).where(
    attempt.c.id == bind("attempt_id"), attempt.c.person_id == bind("person_id"), item.c.position == bind("position")
).with_for_update(read=True, of=attempt)  # fmt: skip
SAVE = (
    sa.update(item)
    .where(item.c.attempt_id == bind("a"), item.c.position == bind("p"), item.c.save_no < bind("n"))
    .values(answer=bind("answer_"), answered_at=bind("at_"), save_no=bind("n"))
)
GRADED = sa.select(item.c.position, item.c.worth, item.c.answer, version.c.kind, version.c.answer).join(
    version, version.c.id == item.c.version_id
).where(item.c.attempt_id == bind("attempt_id"))  # fmt: skip
POINTS = (
    sa.update(item)
    .where(item.c.attempt_id == bind("a"), item.c.position == bind("p"))
    .values(points=bind("x"))
)
CLOSE = sa.update(attempt).where(attempt.c.id == bind("a"))
STAND = sa.update(result).where(result.c.id == bind("r"))
ENTRY = sa.select(entry.c.name, entry.c.unit_path).join(result, result.c.roster_entry_id == entry.c.id).where(
    result.c.id == bind("r")
)  # fmt: skip
ITEMS = sa.select(item).where(item.c.attempt_id == bind("attempt_id")).order_by(item.c.position)
SHOWN = sa.select(version).where(version.c.id == bind("version_id"))
ALL_SHOWN = sa.select(version).where(version.c.id.in_(bind("ids", expanding=True)))
CITED = sa.select(citation.c.law_title, citation.c.article).where(citation.c.version_id == bind("version_id"))
RESULT = sa.select(result).where(result.c.id == bind("r"))
PLACE = sa.select(sa.func.count()).where(
    result.c.assessment_id == bind("assessment_id"), result.c.took_part, result.c.score > bind("score")
)


def hand_in(connection: sa.Connection, attempt_id: int, person_id: int, name: str) -> None:
    """Grade, close, write the result and the trail: bare statements, no word more."""
    now = datetime.now(UTC)
    own = connection.execute(
        OWN.with_for_update(of=attempt), {"attempt_id": attempt_id, "person_id": person_id}
    ).one()
    if own.handed_in_at is None:
        rows = connection.execute(GRADED, {"attempt_id": attempt_id}).all()
        points = {row.position: _points(row, own.partial_rule) for row in rows}
        score, full = sum(points.values()), sum(row.worth for row in rows)
        connection.execute(POINTS, [{"a": attempt_id, "p": p, "x": x} for p, x in points.items()])
        seconds, answered = (
            int((now - own.started_at).total_seconds()),
            sum(row[2] is not None for row in rows),
        )
        connection.execute(
            CLOSE,
            {"a": attempt_id, "handed_in_at": now, "closed_by": "person", "seconds": seconds,
             "answered": answered, "score": score, "full": full},
        )  # fmt: skip
        passed, best = (score * 100 >= mark * full for mark in (own.pass_percent, own.excellent_percent))
        connection.execute(
            STAND,
            {"r": own.result_id, "due": True, "took_part": True, "score": score, "full": full,
             "passed": passed, "excellent": best, "attempt_id": attempt_id, "seconds": seconds,
             "handed_in_at": now, "final_took_part": True, "final_score": score, "final_full": full,
             "final_passed": passed, "final_excellent": best},
        )  # fmt: skip
        row = connection.execute(ENTRY, {"r": own.result_id}).one()
        connection.execute(
            sa.insert(audit),
            {"at": now, "actor_id": person_id, "actor_name": name, "action": "attempt.handed_in",
             "subject": f"attempt:{attempt_id}", "summary": f"{row.name}，{own.title}",
             "unit_path": row.unit_path},
        )  # fmt: skip


def create_app(engine: sa.Engine, secret: str) -> Flask:
    app = Flask("bare")
    app.secret_key = secret
    writing = engine.execution_options(studyhall_writing=True)

    def who(connection: sa.Connection) -> Any:
        token = session.get("_user_id")
        hashed = hashlib.sha256((token or "").encode()).hexdigest()
        row = connection.execute(LOGIN, {"hash": hashed}).first()
        if row is None:
            abort(401)
        return row

    @app.post("/c/<code>/begin")
    def begin(code: str) -> Any:
        now = datetime.now(UTC)
        with writing.begin() as connection:
            me = who(connection)
            contest = connection.execute(CONTEST, {"code": code, "person_id": me.person_id}).one()
            lines = connection.execute(LINES, {"assessment_id": contest.id}).all()
            laws, kinds = list({one.law_id for one in lines}), list({one.kind for one in lines})
            pool: dict[Any, list[Any]] = {}
            for row in connection.execute(POOL, {"laws": laws, "kinds": kinds}):
                pool.setdefault((row.law_id, row.kind), []).append(row)
            dice = random.Random()
            number = connection.execute(
                sa.insert(attempt),
                {"assessment_id": contest.id, "person_id": me.person_id, "result_id": contest.result_id,
                 "number": 1, "seed": dice.getrandbits(62), "started_at": now,
                 "deadline": min(now + timedelta(minutes=contest.minutes), contest.closes_at),
                 "device_session_id": me.id, "device_number": 1, "granted_seconds": 0},
            ).inserted_primary_key[0]  # fmt: skip
            paper = []
            for one in lines:
                for row in dice.sample(pool[one.law_id, one.kind], one.how_many):
                    letters = [letter for letter, _ in row.options]
                    paper.append((row.id, "".join(dice.sample(letters, len(letters))), one.worth))
            connection.execute(
                sa.insert(item),
                [
                    {"attempt_id": number, "position": place, "version_id": vid, "option_order": order,
                     "worth": worth, "flagged": False, "save_no": 0}
                    for place, (vid, order, worth) in enumerate(paper, 1)
                ],
            )  # fmt: skip
            connection.execute(MARK_DEALT, {"ids": [vid for vid, _, _ in paper], "now": now})
        return redirect(f"/papers/{number}/1")

    @app.get("/papers/<int:attempt_id>/whole")
    def whole(attempt_id: int) -> Any:
        with engine.connect() as connection:
            me = who(connection)
            connection.execute(OWN, {"attempt_id": attempt_id, "person_id": me.person_id}).one()
            items = connection.execute(ITEMS, {"attempt_id": attempt_id}).all()
            shown = {
                row.id: row
                for row in connection.execute(ALL_SHOWN, {"ids": [one.version_id for one in items]})
            }
        return "".join(_form(row, shown[row.version_id]) for row in items)

    @app.get("/papers/<int:attempt_id>/<int:position>")
    def ask(attempt_id: int, position: int) -> Any:
        with engine.connect() as connection:
            me = who(connection)
            own = connection.execute(OWN, {"attempt_id": attempt_id, "person_id": me.person_id}).one()
            items = connection.execute(ITEMS, {"attempt_id": attempt_id}).all()
            row = items[position - 1]
            shown = connection.execute(SHOWN, {"version_id": row.version_id}).one()
        places = "".join(f'<a href="{o.position}">{o.position}{"*" if o.answer else ""}</a>' for o in items)
        left = int((own.deadline - datetime.now(UTC)).total_seconds())
        return f"<!doctype html><title>{position}</title><p>{left}</p>{_form(row, shown)}<nav>{places}</nav>"

    @app.post("/papers/<int:attempt_id>/<int:position>/save")
    def save(attempt_id: int, position: int) -> Any:
        given, number, now = request.form.getlist("answer"), int(request.form["number"]), datetime.now(UTC)
        with writing.begin() as connection:
            me = who(connection)
            row = connection.execute(
                ITEM, {"attempt_id": attempt_id, "person_id": me.person_id, "position": position}
            ).one()
            if row.handed_in_at is not None or now > row.deadline + timedelta(seconds=60):
                return jsonify(word="closed")
            if row.option_order:
                answer = "".join(sorted(row.option_order["ABCDEFGH".index(letter)] for letter in given))
            else:
                answer = given[0]
            done = connection.execute(
                SAVE, {"a": attempt_id, "p": position, "n": number, "answer_": answer, "at_": now}
            )
        return jsonify(word="stored" if done.rowcount else "replaced", number=number)

    @app.get("/papers/<int:attempt_id>/sheet")
    def sheet(attempt_id: int) -> Any:
        with engine.connect() as connection:
            me = who(connection)
            own = connection.execute(OWN, {"attempt_id": attempt_id, "person_id": me.person_id}).one()
            items = connection.execute(ITEMS, {"attempt_id": attempt_id}).all()
        places = "".join(f"<li>{one.position} {'已答' if one.answer else '未答'}</li>" for one in items)
        return f"<!doctype html><title>{escape(own.title)}</title><ol>{places}</ol><form method=post><button>交卷</button>"

    @app.post("/papers/<int:attempt_id>/hand-in")
    def handing_in(attempt_id: int) -> Any:
        with writing.begin() as connection:
            me = who(connection)
            hand_in(connection, attempt_id, me.person_id, me.name)
        return redirect(f"/papers/{attempt_id}/result")

    @app.get("/papers/<int:attempt_id>/result")
    def show_result(attempt_id: int) -> Any:
        with engine.connect() as connection:
            me = who(connection)
            own = connection.execute(OWN, {"attempt_id": attempt_id, "person_id": me.person_id}).one()
            stands = connection.execute(RESULT, {"r": own.result_id}).one()
            place = connection.execute(
                PLACE, {"assessment_id": own.assessment_id, "score": stands.score}
            ).scalar_one()
            items = connection.execute(ITEMS, {"attempt_id": attempt_id}).all()
        wrong = "".join(f"<li>{one.position}</li>" for one in items if one.points != one.worth)
        return (
            f"<!doctype html><title>{escape(own.title)}</title><p>{stands.score / 100:g}/{stands.full / 100:g}</p>"
            f"<p>{place + 1}</p><ol>{wrong}</ol>"
        )

    @app.get("/papers/<int:attempt_id>/review/<int:position>")
    def review(attempt_id: int, position: int) -> Any:
        with engine.connect() as connection:
            me = who(connection)
            own = connection.execute(OWN, {"attempt_id": attempt_id, "person_id": me.person_id}).one()
            items = connection.execute(ITEMS, {"attempt_id": attempt_id}).all()
            row = items[position - 1]
            shown = connection.execute(SHOWN, {"version_id": row.version_id}).one()
            cited = connection.execute(CITED, {"version_id": row.version_id}).all()
        texts, key = dict(shown.options), str(shown.answer)
        options = "".join(
            f"<li>{escape(texts[letter])}{' 选' if letter in (row.answer or '') else ''}"
            f"{' 对' if letter in key else ''}</li>"
            for letter in row.option_order
        )
        along = "".join(
            f'<a href="{one.position}">{one.position}</a>' for one in items if one.points != one.worth
        )
        laws = "".join(f"<li>《{escape(one.law_title)}》第{one.article}条</li>" for one in cited)
        return (
            f"<!doctype html><title>{escape(own.title)}</title><p>{escape(shown.stem)}</p><ul>{options}</ul>"
            f"<p>{escape(shown.explanation)}</p><ul>{laws}</ul><nav>{along}</nav>"
        )

    return app


def _form(row: Any, shown: Any) -> str:
    texts = dict(shown.options)
    options = "".join(
        f'<label><input type="checkbox" name="answer" value="{"ABCDEFGH"[place]}"'
        f"{' checked' if letter in (row.answer or '') else ''}>{escape(texts[letter])}</label>"
        for place, letter in enumerate(row.option_order)
    )
    return f"<form method=post><p>{escape(shown.stem)}</p>{options}<button>下一题</button></form>"


def _points(row: Any, partial: str) -> int:
    _position, worth, answer, kind, key = row
    if answer is None:
        return 0
    if kind == "judge":
        return worth if (answer == "true") is key else 0
    if answer == key:
        return worth
    return worth // 2 if kind == "multiple" and partial == "half" and set(answer) < set(key) else 0
