"""`studyhall demo` and `studyhall serve`."""

from __future__ import annotations

import click

from studyhall import migrations
from studyhall.cli.output import emit, opened, refusals, say
from studyhall.core import clock
from studyhall.demo import town
from studyhall.server import run


@click.command()
@click.option("--port", default=8000, show_default=True, help="端口。")
@click.option("--no-serve", is_flag=True, help="只建数据，不开网页。")
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def demo(port: int, no_serve: bool, as_json: bool) -> None:
    """一个演示乡镇：88人，一场正在进行的月月赛。"""
    with opened("demo.sqlite3", make=True) as database:
        shown = town.open_town(database, clock.now())
        address = database.url.render_as_string(hide_password=True)
        url = f"http://127.0.0.1:{port}/"
        town.tell_address(database, url.rstrip("/"))
        if as_json:
            emit(
                {
                    "database": address,
                    "year": shown.year,
                    "month": str(shown.month),
                    "open_assessment": shown.open_assessment,
                    "url": url,
                    "logins": [
                        {"role": one.role, "staff_no": one.staff_no, "password": one.password}
                        for one in shown.logins
                    ],
                }
            )
        else:
            click.echo(f"数据库  {address}")
            click.echo(f"网址    {url}")
            for one in shown.logins:
                click.echo(f"{one.label}  工号 {one.staff_no}  密码 {one.password}  {one.name}")
    if not no_serve:
        say("按 Ctrl+C 停止。")
        run(host="127.0.0.1", port=port, workers=1, demo=True)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。")
@click.option("--port", default=8000, show_default=True, help="端口。")
@click.option("--workers", default=2, show_default=True, help="进程数。")
@refusals
def serve(host: str, port: int, workers: int) -> None:
    """开网页。数据库先用 studyhall db upgrade 升级。"""
    with opened() as database:
        town.refuse_demo(database)
        migrations.is_current(database)
    run(host=host, port=port, workers=workers, demo=False)
