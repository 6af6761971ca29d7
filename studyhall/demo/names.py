"""The invented township: its units, its people, and how they do in a contest. Nobody here exists."""

from __future__ import annotations

from dataclasses import dataclass

from studyhall.people.models import Category, UnitKind

ROOT_CODE = "YLT"
ROOT_NAME = "雁落滩乡"


@dataclass(frozen=True)
class DemoUnit:
    code: str
    name: str
    kind: UnitKind
    category: Category
    people: tuple[str, ...]


UNITS: tuple[DemoUnit, ...] = (
    DemoUnit("BZ", "党政班子", UnitKind.OFFICE, Category.LEADERSHIP,
             ("李文生", "巴特尔", "陈秀兰", "阿依古丽·马木提", "王建国", "叶尔肯·沙力", "孟和",
              "赵海燕", "郭永强")),
    DemoUnit("DZ", "党政综合办公室", UnitKind.OFFICE, Category.OFFICE,
             ("刘志远", "高雪", "其木格", "热孜亚·艾合买提", "徐伟", "宋建平", "魏立")),
    DemoUnit("DJ", "党建工作办公室", UnitKind.OFFICE, Category.OFFICE,
             ("马晓东", "萨仁", "库兰·托合塔尔", "段成林")),
    DemoUnit("JJ", "经济发展办公室", UnitKind.OFFICE, Category.OFFICE,
             ("周明远", "乌兰", "艾山·吾守尔", "何玉梅")),
    DemoUnit("SH", "社会事务办公室", UnitKind.OFFICE, Category.OFFICE,
             ("斯琴·道尔吉", "田小燕", "古丽娜尔·别克", "冯立新")),
    DemoUnit("ZZ", "综合治理办公室", UnitKind.OFFICE, Category.OFFICE,
             ("单志刚", "那仁", "木合塔尔·肉孜", "蒋红", "石磊")),
    DemoUnit("SF", "司法所", UnitKind.STATION, Category.STATION, ("曾兰", "达吾列提·哈比")),
    DemoUnit("CZ", "财政所", UnitKind.STATION, Category.STATION, ("任秀英", "阿拉腾", "沈立群")),
    DemoUnit("NY", "农业农村服务中心", UnitKind.STATION, Category.STATION,
             ("谢军", "依力哈木·托乎提", "乌云", "孙德福", "解放", "玛依拉·赛力克", "邓强")),
    DemoUnit("CY", "草原畜牧服务站", UnitKind.STATION, Category.STATION,
             ("布和", "哈山·赛力克", "罗永福", "阿依努尔·吐尔逊")),
    DemoUnit("WH", "文化体育服务中心", UnitKind.STATION, Category.STATION,
             ("仇晓丽", "娜仁", "帕提古丽·依明")),
    DemoUnit("MZ", "民政所", UnitKind.STATION, Category.STATION, ("何春花", "白音")),
    DemoUnit("SG", "水管站", UnitKind.STATION, Category.STATION, ("区大海", "吐尔洪·买买提")),
    DemoUnit("XQ", "西渠村", UnitKind.VILLAGE, Category.VILLAGE,
             ("加娜尔·木拉提", "盖国栋", "巴图", "王秀珍")),
    DemoUnit("MC", "牧场村", UnitKind.VILLAGE, Category.VILLAGE, ("努尔古丽·别克", "叶尔兰·沙吾提")),
    DemoUnit("SZ", "沙枣村", UnitKind.VILLAGE, Category.VILLAGE, ("曾小兰", "单国庆", "周明", "苏和")),
    DemoUnit("BY", "巴音村", UnitKind.VILLAGE, Category.VILLAGE, ("那木加甫", "赵小川", "托娅", "郝建军")),
    DemoUnit("AL", "阿拉尔村", UnitKind.VILLAGE, Category.VILLAGE,
             ("买买提·依明", "张桂芳", "吾尔开希·沙地克", "布仁")),
    DemoUnit("DH", "东河村", UnitKind.VILLAGE, Category.VILLAGE,
             ("杨树林", "阿曼古丽·努尔", "包金山", "韩梅")),
    DemoUnit("HL", "红柳村", UnitKind.VILLAGE, Category.VILLAGE, ("米尔扎·阿不都", "朴春子", "丁大勇")),
    DemoUnit("BL", "布拉克村", UnitKind.VILLAGE, Category.VILLAGE, ("努尔兰·巴合提", "史春生", "斯琴其其格")),
    DemoUnit("XY", "新源村", UnitKind.VILLAGE, Category.VILLAGE, ("贾玉清", "赛力克·江阿别克")),
)  # fmt: skip

SUPPORT = (("DZ", "高建军"), ("DZ", "米吉提·卡德尔"))
"""工勤: on the roster like everybody else."""

ADMIN, LEADER, AUDITOR, CADRE = "刘志远", "李文生", "段成林", "加娜尔·木拉提"

ON_LEAVE = {"斯琴·道尔吉": "maternity", "哈山·赛力克": "sick"}
"""Exempt from this month's contest."""

SLOW_UNITS = ("MC", "SZ")
"""Villages whose people have not come yet."""

MERGED_CODE, MERGED_NAME = "LQ", "老渠村"
"""A village that went into 西渠村 on 1 April of the past year, with these two of its people."""
MERGED_PEOPLE = ("盖国栋", "王秀珍")

RETIRED = ("BY", "郝德山")
"""In 巴音村 until he retired on 1 July of the past year: the 89th person, on no roster since."""

JOINED = "邓强"
"""Came on 1 September of the past year."""

TRANSFERRED = {"任秀英": ("JJ", (6, 10)), "冯立新": ("ZZ", (9, 1))}
"""Where they were in the past year until that day; since then where `UNITS` has them."""

AWAY = (
    ("罗永福", "sick", (1, 1), (5, 1)),
    ("娜仁", "maternity", (3, 1), (9, 1)),
    ("沈立群", "seconded", (6, 1), (8, 1)),
    ("魏立", "training", (9, 1), (11, 1)),
)
"""Standing exemptions of the past year: from a day up to, not including, a day."""

EXEMPT_LATE = "米尔扎·阿不都"
"""Missed November's contest of the past year, and was exempted for it after it had closed."""
