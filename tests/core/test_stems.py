"""The words of a question on a page: what stands out, what is ruled, and that nothing else is markup."""

from __future__ import annotations

from flask import Flask

from studyhall.core.filters import ruled, stressed


def test_a_negative_stands_out() -> None:
    assert stressed("谁的继承权**不能**保住？") == "谁的继承权<strong>不能</strong>保住？"


def test_all_else_is_escaped() -> None:
    assert stressed("<b>甲</b> **<i>乙</i>** & 丙") == (
        "&lt;b&gt;甲&lt;/b&gt; <strong>&lt;i&gt;乙&lt;/i&gt;</strong> &amp; 丙"
    )


def test_a_lone_pair_of_stars_stays() -> None:
    assert stressed("2**3") == "2**3"


def test_a_blank_is_ruled_and_numbered(app: Flask) -> None:
    with app.test_request_context():
        stem = ruled("每年的____月____日。", ["四", ""])
    assert (
        '<span class="blank done" data-blank="1"><span class="visually-hidden">第1空，已填</span>四</span>月'
        in stem
    )
    assert '<span class="blank" data-blank="2"><small>第2空</small></span>日。' in stem


def test_what_was_typed_is_escaped(app: Flask) -> None:
    with app.test_request_context():
        assert "&lt;script&gt;" in ruled("____", ["<script>"])
