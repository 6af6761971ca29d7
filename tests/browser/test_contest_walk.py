"""A contest from set-up to standing on two phones: the admin sets and publishes it, the cadre sits it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from studyhall.quizzes.models import Assessment, Attempt
from tests.browser.conftest import DESK, PHONE, NewPage, Site
from tests.browser.soundness import sound
from tests.browser.test_cadre_walk import walk

pytestmark = pytest.mark.browser


def newest(site: Site) -> Assessment:
    with site.database.reading() as session:
        return session.scalars(sa.select(Assessment).order_by(Assessment.id.desc()).limit(1)).one()


def test_from_set_up_to_standing_on_two_phones(site: Site, new_page: NewPage) -> None:
    admin = new_page(site.admin)
    admin.goto("/assessments/new?month=2026-06")
    sound(admin)
    admin.get_by_label("名称").fill("2026年6月月月赛")
    admin.get_by_role("checkbox", name="公布前10名").check()
    admin.get_by_text("更多设置").click()
    admin.get_by_label("成绩、用时都相同的，先交卷的在前").check()
    admin.get_by_text("只要几个单位的人").click()
    admin.get_by_role("checkbox", name="沙枣村").check()
    expect(admin.locator("#outlook")).to_contain_text("2人")
    expect(admin.locator("#outlook")).to_contain_text("每份都是")
    admin.get_by_role("button", name="发布，先看一遍").click()
    admin.get_by_role("button", name="发布给2人").click()
    expect(admin.get_by_text("已发布，未开始")).to_be_visible()
    sound(admin)
    made = newest(site)
    assert made.top_list and made.earlier_wins

    site.now = made.opens_at
    cadre = new_page(site.cadre)
    cadre.goto(f"/c/{made.code}")
    expect(cadre.get_by_text("这一场公布前10名")).to_be_visible()
    sound(cadre)
    cadre.get_by_role("button", name=re.compile("开始答题")).click()
    walk(cadre)
    expect(cadre.get_by_role("heading", name="到现在的前10名")).to_be_visible()
    expect(cadre.locator(".first-ten")).to_contain_text("加娜尔·木拉提")
    sound(cadre)
    with site.database.reading() as session:
        attempt = session.scalars(sa.select(Attempt).where(Attempt.assessment_id == made.id)).one()
        assert attempt.handed_in_at is not None

    admin.goto(f"/assessments/{made.id}/live")
    expect(admin.get_by_role("heading", level=1)).to_contain_text("还差1人")
    sound(admin)
    for path in ("notice", "notice?print=1", "scores", "sample/1", "roster"):
        admin.goto(f"/assessments/{made.id}/{path}")
        sound(admin)
    admin.goto(f"/assessments/{made.id}/scores")
    expect(admin.get_by_role("row", name=re.compile("加娜尔·木拉提"))).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_year_in_one_go_and_one_s_own_difficulty(
    site: Site, new_page: NewPage, size: dict[str, int]
) -> None:
    site.now = datetime(2026, 11, 30, 1, tzinfo=UTC)
    admin = new_page(site.admin, size=size)
    admin.goto("/assessments")
    admin.get_by_role("link", name="设置一年的月月赛").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text(re.compile("年的月月赛"))
    if "2027" not in (admin.get_by_role("heading", level=1).text_content() or ""):
        admin.get_by_role("link", name="2027年").click()
    sound(admin)
    admin.get_by_role("checkbox", name="2月", exact=True).uncheck()
    admin.get_by_role("group", name="3月").get_by_label("考哪部法律").select_option(label="民法典")
    admin.get_by_role("button", name="只存草稿").click()
    expect(admin.get_by_role("status")).to_contain_text("存了11场草稿")
    sound(admin)
    admin.goto(f"/assessments/{newest(site).id}/edit")
    admin.get_by_role("button", name="按难度细分").click()
    expect(admin.get_by_role("textbox", name="民法典，单选题，易，出几题")).to_be_visible()
    sound(admin)


def test_without_scripts_the_counts_follow_the_button(site: Site, new_page: NewPage) -> None:
    admin = new_page(site.admin, scripts=False)
    admin.goto("/assessments/new")
    admin.get_by_text("只要几个单位的人").click()
    admin.get_by_role("checkbox", name="沙枣村").check()
    admin.get_by_role("button", name="重新计算").click()
    expect(admin.locator("#outlook")).to_contain_text("2人")
    expect(admin.get_by_role("checkbox", name="沙枣村")).to_be_checked()
