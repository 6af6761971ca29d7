"""`studyhall practice`: fit the forgetting model to this site's answers."""

from __future__ import annotations

import click

from studyhall.cli.output import emit, opened, refusals, say
from studyhall.core import clock
from studyhall.practice import refitting


@click.group()
def practice() -> None:
    """练习：按本单位的答题情况调整复习间隔。"""


@practice.command()
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def fit(as_json: bool) -> None:
    """按答题记录拟合遗忘模型；记录不够，或者拟合了也不更准，就不变。"""
    with opened() as database:
        made = refitting.refit(database, clock.now())
        found = {"name": str(made.number), "reviews": made.reviews} if made else None
    if as_json:
        emit({"fitted": found})
    elif found:
        say(f"按{found['reviews']}次复习调整好了，第{found['name']}版。每个人下次打开练习时换上。")
    else:
        say("没有变：复习的记录还不够，或者调整了也不更准。")
