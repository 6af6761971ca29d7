"""HTML of strangers to plain words: cleaned first, formulas readable, pictures kept by name."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any
from urllib.parse import unquote

import nh3
from lxml import html as lxml_html

from studyhall.bank.drafts import Draft
from studyhall.bank.formats.mathml import LOST, with_formulas
from studyhall.bank.record import Picture

_BLOCKS = frozenset(
    "p br hr div li tr table ul ol dl dt dd pre blockquote center section article header footer figure figcaption "
    "caption h1 h2 h3 h4 h5 h6".split()
)
_TAGS = _BLOCKS | frozenset("span b strong i em u sub sup img td th tbody code".split())
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|&#x?0*[01]?[0-9a-f];", re.IGNORECASE)
_ATTRIBUTES = {"img": {"src", "alt", "title", "data-equation-content"}, "ol": {"start", "type"}}
_SHORT_NAMES = "a b i p q s u"
_LONG_NAMES = (
    "abbr acronym address annotation applet area article aside audio base basefont bdi bdo big blockquote body br "
    "button canvas caption center circle cite code col colgroup data datalist dd defs del details dfn dialog dir div dl "
    "dt ellipse em embed fieldset figcaption figure font footer form frame frameset g h1 h2 h3 h4 h5 h6 head header "
    "hr html iframe img input ins kbd label legend li line link main map mark marquee math menu meta meter nav nobr "
    "noframes noscript object ol optgroup option output param path picture polygon pre progress rect rp rt ruby samp "
    "script section select small source span strike strong style sub summary sup svg table tbody td template text "
    "textarea tfoot th thead time title tr track tspan tt ul use var video wbr xml"
)
_NO_TAG = re.compile(
    rf"<(?!!--|[!?]|/?\w+:\w|/?(?:{'|'.join(_LONG_NAMES.split())})(?=[\s/>])"
    rf"|/?(?:{'|'.join(_SHORT_NAMES.split())})(?:\s*/?>|\s+[\w:.-]+\s*=))",
    re.IGNORECASE,
)
"""A sign of less: x<y and a<b are no tags, and to a browser's reader what follows would be one."""
_OBJECT = re.compile(
    r"<object\b[^>]*?\bdata\s*=\s*(\"[^\"]*\"|'[^']*')[^>]*?(?:/>|>.*?</object\s*>)",
    re.DOTALL | re.IGNORECASE,
)
_MEDIA = re.compile(
    r"<(audio|video|iframe|object|embed|applet|canvas|svg)\b(?:[^>]*/>|.*?</\1\s*>|[^>]*>)",
    re.DOTALL | re.IGNORECASE,
)
_MEDIA_LOST = "〔音像〕"
_TYPED = re.compile(
    r"<(?:input|textarea)\b[^>]*>(?:</textarea\s*>)?|<u>(?:\s|&nbsp;|&#160;|\xa0|<br\s*/?>)+</u>",
    re.IGNORECASE,
)
"""A place to write in."""

_LOST = re.compile(r"〔图(?:：[^〔〕]*)?〕")

Finder = Callable[[str], tuple[str, bytes] | None]
"""The address in `src` to (media type, bytes); None where there is no such picture."""


def words_of(
    markup: str, find: Finder | None = None, known: Sequence[Picture] = ()
) -> tuple[str, tuple[Picture, ...]]:
    """Text with a line a block; a picture is 〔图1〕 and comes beside it.

    `known`: pictures the question has already; the same picture again has the same name and comes once.
    """
    if "<" not in markup and "&" not in markup:
        return tidy(_CONTROL.sub("", markup)), ()
    clean = nh3.clean(
        _prepared(_CONTROL.sub("", markup)),
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "data"},
        link_rel=None,
    )
    if not clean.strip():
        return "", ()
    root = lxml_html.fragment_fromstring(clean, create_parent="div")
    words: list[str] = []
    pictures: list[Picture] = []

    def walk(element: Any) -> None:
        name = element.tag if isinstance(element.tag, str) else ""
        if name == "img":
            words.append(_image(element, find, pictures, known))
        elif name in ("sub", "sup"):
            inner = "".join(element.itertext())
            words.append(f"{'_' if name == 'sub' else '^'}{inner if len(inner) == 1 else f'({inner})'}")
        else:
            words.append("\n" if name in _BLOCKS else "\t" if name in ("td", "th") else "")
            words.append(_numbered(element) if name == "li" else "")
            words.append(element.text or "")
            for child in element:
                walk(child)
                words.append(child.tail or "")
            words.append("\n" if name in _BLOCKS and name != "br" else "")

    walk(root)
    return tidy("".join(words)), tuple(pictures)


def _prepared(markup: str) -> str:
    """What the cleaner would drop without a word: formulas, signs of less, blanks, sound and films."""
    markup = _NO_TAG.sub("&lt;", with_formulas(markup))
    markup = _OBJECT.sub(lambda one: f"<img src={one[1]}/>" if media_type(one[1][1:-1]) else one[0], markup)
    return _TYPED.sub("____", _MEDIA.sub(_MEDIA_LOST, markup))


def _numbered(item: Any) -> str:
    """The number that a browser shows before it: options speak of 1 and 3."""
    of = item.getparent()
    if of is None or of.tag != "ol":
        return ""
    start, style = of.get("start") or "1", of.get("type") or "1"
    number = int(start) if re.fullmatch(r"\d{1,4}", start) else 1
    number += sum(1 for one in item.itersiblings("li", preceding=True))
    if style in "Aa" and number <= 26:
        return f"{chr(ord(style) + number - 1)}. "
    return f"{number}. "


def _image(element: Any, find: Finder | None, pictures: list[Picture], known: Sequence[Picture]) -> str:
    equation = element.get("data-equation-content") or ""
    alt = element.get("alt") or ""
    if equation or alt.startswith("LaTeX:"):
        return f"${(equation or alt.removeprefix('LaTeX:')).strip()}$"
    source = element.get("src") or ""
    found = _inside(source) or (find(unquote(source)) if find else None)
    if found is None:
        return f"〔图：{alt}〕" if alt else "〔图〕"
    same = next((one.name for one in (*known, *pictures) if one.data == found[1]), "")
    name = same or f"图{len(known) + len(pictures) + 1}"
    if not same:
        pictures.append(Picture(name, found[0], found[1]))
    return f"〔{name}〕"


def _inside(source: str) -> tuple[str, bytes] | None:
    """A picture that stands in its own address: data:image/png;base64,…"""
    match = re.match(r"data:(image/\w+);base64,(.*)", source, re.DOTALL | re.IGNORECASE)
    if match is None or match[1].lower() not in MEDIA_TYPES.values():
        return None
    try:
        return match[1].lower(), base64.b64decode("".join(unquote(match[2]).split()))
    except ValueError:
        return None


def mind_lost_pictures(draft: Draft) -> None:
    """A question that shows a picture which did not come along waits for somebody who has seen it."""
    every = (draft.stem, *(text for _key, text in draft.options))
    if any(_LOST.search(words) for words in every):
        draft.doubt("picture-lost", "题里有一张图片没有随文件来，请补上图片，或者改成文字。")
    if any(_MEDIA_LOST in words for words in every):
        draft.doubt("media-lost", "题里有录音、视频或别的嵌入内容，系统里放不了，请改成文字。")
    if any(LOST in words for words in every):
        draft.doubt("formula-lost", "题里有一个公式写不成一行字，请照原文件改成文字或图片。")


def tidy(text: str) -> str:
    text = text.replace("\xa0", " ").replace("\r", "")
    text = re.sub(r"[ \t]*\n\s*", "\n", text)
    return re.sub(r"[ \t]+", " ", text).strip()


def markup_of(text: str) -> str:
    """Plain words as HTML paragraphs."""
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.split("\n"))


MEDIA_TYPES = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "bmp": "image/bmp",
}  # fmt: skip


def media_type(name: str) -> str | None:
    return MEDIA_TYPES.get(name.rsplit(".", 1)[-1].lower())
