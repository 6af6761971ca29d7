"""Leader, admin and auditor in a real browser: what they come for, in as few taps as promised."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from studyhall.core.access import Role
from studyhall.core.clock import standing_at
from studyhall.people.models import Person, Unit
from studyhall.quizzes import taking
from studyhall.quizzes.answers import shown_answer
from studyhall.quizzes.models import Assessment, AttemptItem
from tests.browser.conftest import DESK, PHONE, NewPage, Site
from tests.factories import NOON, a_person, an_actor

pytestmark = pytest.mark.browser


def newest(site: Site) -> Assessment:
    with site.database.reading() as session:
        return session.scalars(sa.select(Assessment).order_by(Assessment.id.desc()).limit(1)).one()


def test_a_leader_sees_who_is_missing_and_copies_a_reminder_in_one_tap(site: Site, new_page: NewPage) -> None:
    phone = new_page(site.leader)
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.goto("/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("5月月月赛，4人里0人参加了，还差4人")
    expect(phone.get_by_text("加娜尔·木拉提")).to_be_visible()
    button = phone.get_by_role("button", name="复制提醒文字，发工作群")
    button.click()
    expect(phone.get_by_role("button", name="已复制")).to_be_visible()
    copied = phone.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("【学法提醒】5月月月赛") and copied.endswith("。"), (
        "no half of an address is sent round"
    )


def test_the_month_names_the_missing_on_the_first_screen_of_a_phone(site: Site, new_page: NewPage) -> None:
    phone = new_page(site.leader, size=PHONE)
    phone.goto("/reports/month/2026-05")
    above_the_tabs = PHONE["height"] - 64
    for what in (
        phone.get_by_role("button", name="复制提醒文字，发工作群"),
        phone.get_by_text("加娜尔·木拉提"),
    ):
        box = what.bounding_box()
        assert box and box["y"] + box["height"] < above_the_tabs
    phone.get_by_role("link", name="各单位").click()
    expect(phone.get_by_role("heading", name="各单位")).to_be_in_viewport()


def test_a_list_in_the_hand_has_two_short_lines_a_row(site: Site, new_page: NewPage) -> None:
    phone = new_page(site.admin, size=PHONE)
    for path in ("/people", "/bank/"):
        phone.goto(path)
        row = phone.locator("tbody tr").first.bounding_box()
        assert row and row["height"] < 110, path


def test_who_may_do_what_lists_only_who_may_in_the_hand(site: Site, new_page: NewPage) -> None:
    phone = new_page(site.admin, size=PHONE)
    phone.goto("/people/roles")
    row = phone.get_by_role("row").filter(has_text="出题、导题库")
    assert [cell.inner_text() for cell in row.get_by_role("cell").all() if cell.is_visible()] == ["本单位"]


def test_what_is_chosen_shows_without_our_colours(site: Site, new_page: NewPage) -> None:
    phone = new_page(site.admin, size=PHONE)
    phone.emulate_media(forced_colors="active")
    phone.goto("/people")
    outlines = phone.eval_on_selector_all(
        ".chip",
        "all => all.map(one => [one.hasAttribute('aria-current'), getComputedStyle(one).outlineStyle])",
    )
    assert outlines and all((style == "solid") == current for current, style in outlines)


def test_a_leader_opens_the_names_behind_a_number_in_one_tap(site: Site, new_page: NewPage) -> None:
    phone = new_page(site.leader)
    phone.goto("/")
    phone.get_by_role("link", name="应参加4人").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("应参加的人，4人")
    expect(phone.get_by_role("rowheader")).to_have_count(4)


def test_without_scripts_the_reminder_can_be_marked_by_hand(site: Site, new_page: NewPage) -> None:
    phone = new_page(site.leader, scripts=False)
    phone.goto("/")
    expect(phone.get_by_role("button", name="复制提醒文字，发工作群")).to_be_hidden()
    phone.get_by_text("先看看写了什么").click()
    expect(phone.get_by_label("提醒文字")).to_have_value(re.compile("还差4人"))


def test_an_admin_publishes_the_next_contest_in_three_taps(site: Site, new_page: NewPage) -> None:
    desk = new_page(site.admin, size=DESK)
    desk.goto("/")
    desk.get_by_role("link", name="设置：2026年6月月月赛还没有设置").or_(
        desk.get_by_role("link", name="设置：6月月月赛还没有设置")
    ).click()
    expect(desk.get_by_text("题量足够")).to_be_visible()
    desk.get_by_role("button", name="发布，先看一遍").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("现在发布2026年6月月月赛？")
    desk.get_by_role("button", name="发布给4人").click()
    expect(desk.get_by_text("已发布，未开始")).to_be_visible()
    assert newest(site).is_published


def test_an_admin_gives_a_question_another_answer_with_keys_alone_and_without_scripts(
    site: Site, new_page: NewPage
) -> None:
    """The cadre has answered the first question by A, which is right; the admin moves it to the next."""
    with standing_at(NOON), site.database.writing() as session:
        actor = an_actor(session, session.get_one(Person, site.cadre.id))
        attempt = taking.begin(session, actor, session.merge(site.contest), NOON)
        item = session.get_one(AttemptItem, (attempt.id, 1))
        given = shown_answer("A", item.option_order)
        taking.save(session, taking.own_sheet(session, attempt.id, actor), actor, 1, [given], NOON)
        taking.hand_in(session, attempt.id, actor, NOON)
        address = f"/assessments/{site.contest.id}/questions/{item.version_id}"
    desk = new_page(site.admin, size=DESK, scripts=False)
    desk.goto(address)
    desk.get_by_role("radio", name="A").focus()
    desk.keyboard.press("ArrowDown")
    expect(desk.get_by_role("radio", name="B")).to_be_checked()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("改这道题的答案？")
    expect(desk.get_by_text("1人的分数会变")).to_be_visible()
    expect(desk.get_by_role("radio", name="B")).to_be_checked()
    expect(desk.get_by_role("radio", name="改答案，按选好的算")).to_be_checked()
    desk.get_by_label("理由，抽到的人都看得到").fill("答案印错了")
    desk.get_by_role("button", name="改答案，抽到的1人重新算分").press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("答案改好了，成绩都重新算过")


def test_counts_follow_what_is_typed(site: Site, new_page: NewPage) -> None:
    desk = new_page(site.admin, size=DESK)
    desk.goto("/assessments/new")
    field = desk.get_by_role("textbox", name="民法典，单选题，出几题")
    field.fill("3")
    expect(desk.locator("#outlook")).to_contain_text("6题，30分")
    field.fill("99")
    expect(desk.locator("#outlook")).to_contain_text("民法典单选题还差95道")
    expect(field).to_be_focused()
    expect(desk.get_by_role("button", name="重新计算")).to_be_hidden()
    assert newest(site).id == site.contest.id, "counting keeps nothing"


def test_without_scripts_a_button_counts(site: Site, new_page: NewPage) -> None:
    desk = new_page(site.admin, size=DESK, scripts=False)
    desk.goto("/assessments/new")
    desk.get_by_role("textbox", name="民法典，单选题，出几题").fill("99")
    desk.get_by_label("名称", exact=True).fill("六一月月赛")
    desk.get_by_role("button", name="重新计算").click()
    expect(desk.locator("#outlook")).to_contain_text("民法典单选题还差95道")
    expect(desk.get_by_label("名称", exact=True)).to_have_value("六一月月赛")


def test_a_fault_in_the_form_is_one_click_from_its_field(site: Site, new_page: NewPage) -> None:
    desk = new_page(site.admin, size=DESK)
    desk.goto("/assessments/new")
    desk.get_by_label("截止", exact=True).fill("2026-01-01T18:00")
    desk.get_by_role("button", name="存草稿").click()
    desk.locator("#problems").get_by_role("link", name="截止").click()
    expect(desk.get_by_text("截止要在开始后面。")).to_be_in_viewport()
    expect(desk.get_by_label("截止", exact=True)).to_have_value("2026-01-01T18:00")


def test_an_admin_leafs_through_sample_papers(site: Site, new_page: NewPage) -> None:
    desk = new_page(site.admin, size=DESK)
    desk.goto(f"/assessments/{site.contest.id}")
    desk.get_by_role("link", name="看样卷").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("第1份样卷")
    desk.get_by_role("link", name="后一份").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("第2份样卷")
    desk.get_by_role("link", name="打印，不带答案").click()
    expect(desk.get_by_text("答案：")).to_have_count(0)


def test_the_month_can_be_taken_away_twice(site: Site, new_page: NewPage) -> None:
    """The page stays when a file comes, and so does its button."""
    desk = new_page(site.admin, size=DESK)
    desk.goto("/reports/")
    for _ in range(2):
        with desk.expect_download() as download:
            desk.get_by_role("button", name="导出Excel").click()
        assert download.value.suggested_filename == "雁落滩乡2026年5月学法月报.xlsx"


def test_the_month_prints_on_one_sheet(site: Site, new_page: NewPage) -> None:
    desk = new_page(site.admin, size=DESK)
    desk.goto("/reports/")
    desk.get_by_role("link", name="打印通报").click()
    desk.emulate_media(media="print")
    expect(desk.get_by_text("单位（盖章）：")).to_be_visible()
    expect(desk.get_by_role("link", name="回月报")).to_be_hidden()
    assert pages_of(desk) == 1


def pages_of(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True)))


def test_the_cadre_is_asked_and_the_admin_reads_it(site: Site, new_page: NewPage) -> None:
    phone, desk = new_page(site.cadre), new_page(site.admin, size=DESK)
    phone.goto("/")
    phone.get_by_role("link", name="意见反馈").click()
    phone.get_by_label("您想说的").fill("字再大一点")
    phone.get_by_role("button", name="送给管理员").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("收到了")
    desk.goto("/")
    desk.get_by_role("link", name="看看，答复：1条意见反馈没有答复").click()
    desk.get_by_label("答复（选填，写的人看得到）").fill("右上角有大字版")
    desk.get_by_role("button", name="办好了").click()
    phone.goto("/feedback")
    expect(phone.get_by_text("右上角有大字版")).to_be_visible()


def test_an_auditor_narrows_the_list_down(site: Site, new_page: NewPage) -> None:
    with standing_at(NOON), site.database.writing() as session:
        township = session.scalars(sa.select(Unit).where(Unit.code == "YLT")).one()
        auditor: Person = a_person(session, township, name="段成林", roles=[(Role.AUDITOR, township)])
        session.expunge_all()
    desk = new_page(auditor, size=DESK)
    desk.goto("/")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("改了")
    desk.get_by_role("link", name=re.compile("^测评 ")).click()
    expect(desk.get_by_role("rowheader")).to_have_count(2)
    desk.get_by_label("改的谁、什么").fill("没有这个")
    desk.get_by_role("button", name="查找").click()
    expect(desk.get_by_text("没有找到。")).to_be_visible()


def test_a_page_for_another_role_says_so_and_leads_home(site: Site, new_page: NewPage) -> None:
    phone = new_page(site.cadre, size=PHONE)
    answer = phone.goto("/assessments")
    assert answer is not None and answer.status == 403
    phone.get_by_role("link", name="回首页").click()
    phone.wait_for_url(f"{site.url}/")


def test_after_the_window_the_leader_s_page_tells_of_last_month(site: Site, new_page: NewPage) -> None:
    site.now = NOON + timedelta(days=10)
    phone = new_page(site.leader)
    phone.goto("/")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("已截止，4人里0人参加了，4人没有参加")
    expect(phone.get_by_role("heading", name="今年至今")).to_be_visible()
