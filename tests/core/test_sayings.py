"""What rules say is plain Chinese with its values; the catalogue finds it, and a page says it in its language."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.db import Database
from studyhall.core.errors import Busy, Missing, Refused
from studyhall.core.sayings import Saying, later
from studyhall.core.templating import Environment
from studyhall.core.words import said
from studyhall.people.models import Role, Unit, UnitKind
from tests.conftest import make_app
from tests.factories import a_person, a_township, a_unit, sign_in

ROOT = Path(__file__).parent.parent.parent
SOURCES = {"Saying", "Refused", "Missing", "Gone", "Forbidden", "Busy", "later"}
TOY = {
    "加一个单位": "Add a unit",
    "单位代号“%(code)s”已经有了。": "There is a unit %(code)s already.",
    "没有找到这一页": "No such page",
    "网址可能抄漏了字，或者那条记录不归您看。": "Part of the address may be missing.",
    "第%(row)s行：%(why)s": "Row %(row)s: %(why)s",
    "请写姓名。": "A name is needed. ",
    "请写日期。": "A day is needed.",
}


def test_a_saying_is_its_sentence() -> None:
    assert str(Saying("有%(count)s个“%(name)s”。", count=2, name="甲")) == "有2个“甲”。"
    assert str(Refused("增了%(rate)s%%。", rate=5)) == "增了5%。"
    assert str(Refused("100%写完。")) == "100%写完。"


def test_a_saying_may_stand_in_another() -> None:
    refusal = Refused("第%(row)s行：%(why)s", row=3, why=Missing("请写姓名。"))
    assert str(refusal) == "第3行：请写姓名。"


def test_several_are_said_one_behind_the_other() -> None:
    refusal = Refused.of_all([Saying("请写姓名。"), Saying("还差%(count)s道。", count=2)], title="不行")
    assert (str(refusal), refusal.title) == ("请写姓名。还差2道。", "不行")


def test_what_is_refused_without_words_has_those_of_its_kind() -> None:
    assert str(Missing()) == "网址可能抄漏了字，或者那条记录不归您看。"
    assert str(Busy()) == "这一步没有做，数据没有变。请过几秒再试一次。"


def _site(database: Database, folder: Path, catalogue: Catalog) -> Flask:
    """The site in the language of this catalogue."""
    place = folder / "words" / "en" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    return make_app(database, BABEL_TRANSLATION_DIRECTORIES=str(folder / "words"), BABEL_DEFAULT_LOCALE="en")


def _client(app: Flask, database: Database, person_id: int) -> FlaskClient:
    with database.writing() as session:
        token = sign_in(session, person_id, clock.now())
    made = app.test_client()
    with made.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return made


@pytest.fixture
def abroad(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int], FlaskClient]]:
    """The site with a toy catalogue of another language, for whoever is signed in there."""
    catalogue = Catalog(locale="en")
    for source, words in TOY.items():
        catalogue.add(source, words, flags=["python-format"] if "%(" in source else [])
    monkeypatch.setattr(Environment, "has_languages", True)
    app = _site(sqlite_database, tmp_path, catalogue)
    with app.test_request_context():
        yield lambda person_id: _client(app, sqlite_database, person_id)


def _admin(session: Session) -> int:
    unit = a_township(session, "T1")
    return a_person(session, unit, roles=[(Role.ADMIN, unit)]).id


def test_a_page_says_its_words_and_those_of_a_rule_in_its_language(
    abroad: Callable[[int], FlaskClient], sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        admin = _admin(session)
        unit_id = session.scalars(sa.select(Unit.id)).one()
    client = abroad(admin)
    form = {
        "name": "乙村",
        "parent": str(unit_id),
        "kind": "village",
        "code": "T1",
        "opened_on": "2026-01-01",
    }
    page = client.post("/people/units/new", data=form).get_data(as_text=True)
    assert "<h1>Add a unit</h1>" in page
    assert "There is a unit T1 already." in page
    assert "已经有了" not in page


def test_a_page_that_is_not_there_says_so_in_its_language(
    abroad: Callable[[int], FlaskClient], sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        admin = _admin(session)
    page = abroad(admin).get("/people/999").get_data(as_text=True)
    assert "No such page" in page
    assert "Part of the address may be missing." in page


def test_what_stands_in_another_is_said_in_the_same_language(abroad: object) -> None:
    refusal = Refused("第%(row)s行：%(why)s", row=3, why=Refused("请写姓名。"))
    assert said(refusal) == "Row 3: A name is needed. "
    both = Refused.of_all([Saying("请写姓名。"), Saying("请写日期。")])
    assert said(both) == "A name is needed. A day is needed."


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the command that `make words` runs collects."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.search(r"^\t\$\(BIN\)/pybabel (extract .*?) -o \S+ \.$", makefile, re.MULTILINE)
    assert found, "make words calls pybabel extract"
    file = tmp_path_factory.mktemp("words") / "words.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", *found[1].split(), "-o", str(file), "."]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with file.open("rb") as opened:
        return read_po(opened)


@pytest.mark.parametrize(
    "source",
    [
        "单位设好以后不能挪到别处。",  # a template
        "%(name)s设好了，代号%(code)s。",  # a view
        "请填人数。",  # a form
        "单位代号“%(code)s”已经有了。",  # a rule
        "网址可能抄漏了字，或者那条记录不归您看。",  # a refusal without words of its own
        "这场测评撤回了",  # the title of one
        "两个人同时改",  # the title of one that has a class of its own
        "今天没有到期的错题。",  # one of a table of reasons
        "还没有选题目。",  # a rule that answers with a list
    ],
)
def test_the_catalogue_finds_the_words_of_templates_views_and_rules(collected: Catalog, source: str) -> None:
    assert source in collected


def test_the_catalogue_leaves_out_what_only_the_command_line_says(collected: Catalog) -> None:
    assert "没有叫“%(name)s”的题库。" not in collected


CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    "address",
    ["/", "/people", "/people/roles", "/people/roles/new", "/people/units", "/people/new", "/people/import", "/people/1/lend",
     "/people/1",
     "/bank/", "/bank/export/", "/bank/imports/", "/practice", "/assessments", "/assessments/new",
     "/me", "/me/correction", "/audit"],
)  # fmt: skip
def test_a_page_has_no_words_that_the_catalogue_has_not(
    collected: Catalog,
    sqlite_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
) -> None:
    """With every sentence of the catalogue crossed out, no Chinese is left on a page of an office without any."""
    crossed_out = Catalog(locale="en")
    for message in collected:
        if message.id:
            ids = (message.id,) if isinstance(message.id, str) else message.id
            words = tuple(CHINESE.sub("x", one) for one in ids)
            crossed_out.add(message.id, words[0] if isinstance(message.id, str) else words)
    monkeypatch.setattr(Environment, "has_languages", True)
    with sqlite_database.writing() as session:
        unit = a_unit(session, "T1", name="Office", kind=UnitKind.TOWNSHIP)
        admin = a_person(session, unit, name="Bat", roles=[(Role.ADMIN, unit), (Role.AUDITOR, unit)]).id
    client = _client(_site(sqlite_database, tmp_path, crossed_out), sqlite_database, admin)
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 200
    page = re.sub(r'<script.*?</script>| value="[^"]*"', "", answer.get_data(as_text=True), flags=re.DOTALL)
    assert sorted(set(re.findall(r"[^<>\"\n]*[\u4e00-\u9fff][^<>\"\n]*", page))) == []


def _calls() -> Iterator[tuple[str, ast.Call, ast.expr]]:
    """Every sentence that a rule says, with where it stands; what readers say of files is kept as text."""
    for path in sorted((ROOT / "studyhall").rglob("*.py")):
        if "formats" in path.parts:
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
            if name in SOURCES and call.args:
                yield f"{path.relative_to(ROOT)}:{call.lineno}", call, call.args[0]


def test_a_source_is_written_out_with_names_for_its_values() -> None:
    """Put together, or translated already, it would not be found in the catalogue."""
    put_together = (ast.JoinedStr, ast.BinOp, ast.Call)
    wrong = [
        where
        for where, _call, source in _calls()
        if isinstance(source, put_together) and not (isinstance(source, ast.Call) and _is_marked(source))
    ]
    assert wrong == []


def _is_marked(call: ast.Call) -> bool:
    """`later("…")`, or one of a table of them: `{…}.get(…)`."""
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Dict):
        return True
    return isinstance(call.func, ast.Name) and call.func.id == "later"


def test_a_source_names_the_values_it_is_given() -> None:
    wrong = []
    for where, call, source in _calls():
        if isinstance(source, ast.Constant) and isinstance(call.func, ast.Name) and call.func.id != "later":
            if any(k.arg == "title" and isinstance(k.value, ast.Constant) for k in call.keywords):
                wrong.append(where)  # the catalogue finds a title only where it is marked
            given = {keyword.arg for keyword in call.keywords} - {"title"}
            named = set(re.findall(r"%\((\w+)\)[sd]", source.value))
            bare = source.value.replace("%%", "") if given else ""
            if given != named or re.search(r"%(?!\()", bare):
                wrong.append(where)
    assert wrong == []


def test_what_flashes_or_stands_beside_a_field_goes_through_gettext() -> None:
    told = {"flash", "ValidationError", "InputRequired", "DataRequired", "Length", "Regexp", "between"}
    wrong = []
    for path in sorted((ROOT / "studyhall").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in told:
                given = [*call.args, *(keyword.value for keyword in call.keywords)]
                if any(CHINESE.search(words) for one in given for words in _bare(one)):
                    wrong.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    assert wrong == []


def _bare(node: ast.AST) -> Iterator[str]:
    """The words in an expression that do not go through gettext."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "_l", "ngettext", "said"):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from _bare(child)


def test_marked_words_are_the_words() -> None:
    assert later("还没有开始") == "还没有开始"
