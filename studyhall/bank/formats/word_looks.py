"""How Word prints a run: bold, underlined, in a colour, on a colour; by itself or by its style."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, replace
from typing import Any

from studyhall.bank.drafts import Look
from studyhall.bank.formats.word_numbering import W
from studyhall.bank.formats.xml_safe import local

BOLD, UNDERLINE = Look("bold"), Look("underline")
_HUES = ((20, "red"), (45, "orange"), (70, "yellow"), (170, "green"), (260, "blue"), (330, "purple"))
_NAMED = {
    "yellow": "FFFF00", "green": "00FF00", "cyan": "00FFFF", "magenta": "FF00FF", "blue": "0000FF", "red": "FF0000",
    "darkBlue": "00008B", "darkCyan": "008B8B", "darkGreen": "006400", "darkMagenta": "800080",
    "darkRed": "8B0000", "darkYellow": "808000",
}  # fmt: skip
"""What the colours of a text marker are called."""


@dataclass(frozen=True)
class Printed:
    """What is set so far; the nearer setting wins."""

    bold: bool = False
    underline: bool = False
    ink: str = ""
    ground: str = ""

    @property
    def looks(self) -> frozenset[Look]:
        found = [BOLD] if self.bold else []
        found += [UNDERLINE] if self.underline else []
        found += [Look("ink", self.ink)] if self.ink else []
        found += [Look("ground", self.ground)] if self.ground else []
        return frozenset(found)


PLAIN = Printed()


class Looks:
    """The styles of one document."""

    def __init__(self, styles: Any | None) -> None:
        self._styles: dict[str, Any] = {}
        self._known: dict[str, Printed] = {}
        self._links: set[str] = set()
        self._default = ""
        self._ground = PLAIN
        for style in styles.findall(f"{W}style") if styles is not None else ():
            name = style.get(f"{W}styleId", "")
            self._styles[name] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                self._default = name
            if "hyperlink" in _value(style.find(f"{W}name")).lower():
                self._links.add(name)
        if styles is not None:
            self._ground = _set_by(styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"), PLAIN)

    def of_paragraph(self, paragraph: Any) -> Printed:
        """What its style says; what is set of the sign at its end is not said of its words."""
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        return self._of_style(_value(style) or self._default)

    def of_run(self, properties: Any, around: Printed) -> Printed:
        """By its own settings, its style, and the paragraph around it. Links are blue and underlined as such."""
        style = _value(properties.find(f"{W}rStyle"))
        if style in self._links:
            return PLAIN
        if style:
            own = self._of_style(style)
            # Word turns bold off where the styles of both the paragraph and the run turn it on.
            around = Printed(
                own.bold is not around.bold,
                own.underline or around.underline,
                own.ink or around.ink,
                own.ground or around.ground,
            )
        return _set_by(properties, around)

    def _of_style(self, name: str, depth: int = 0) -> Printed:
        if name in self._known or name not in self._styles or depth > 10:
            return self._known.get(name, self._ground)
        style = self._styles[name]
        base = _value(style.find(f"{W}basedOn"))
        beneath = self._of_style(base, depth + 1) if base else self._ground
        if style.get(f"{W}type") == "character" and not base:
            beneath = PLAIN
        self._known[name] = _set_by(_properties_of(style), beneath)
        return self._known[name]


def is_on(properties: Any, name: str) -> bool:
    return _on(properties.find(f"{W}{name}"))


def _on(element: Any | None) -> bool:
    return element is not None and element.get(f"{W}val") not in ("0", "false", "off", "none")


def _set_by(properties: Any | None, around: Printed) -> Printed:
    """What these settings change; settings before a change somebody tracked stand deeper and are not met."""
    changes: dict[str, Any] = {}
    for element in properties if properties is not None else ():
        name = local(element)
        if name == "b":
            changes["bold"] = _on(element)
        elif name == "u":
            changes["underline"] = _on(element)
        elif name == "color":
            changes["ink"] = _hue(_value(element))
        elif name == "highlight":
            changes["ground"] = _hue(_NAMED.get(_value(element), ""))
        elif name == "shd":
            changes.setdefault("ground", _hue(element.get(f"{W}fill") or ""))
    return replace(around, **changes) if changes else around


def _hue(colour: str) -> str:
    """The name of a colour one can see; black, white, grey and 自动 are none."""
    try:
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    except ValueError:
        return ""
    if max(red, green, blue) - min(red, green, blue) < 0.25:
        return ""
    angle = colorsys.rgb_to_hsv(red, green, blue)[0] * 360
    return next((name for end, name in _HUES if angle < end), "red")


def _properties_of(style: Any | None) -> Any | None:
    return style.find(f"{W}rPr") if style is not None else None


def _value(element: Any | None) -> str:
    return (element.get(f"{W}val") or "") if element is not None else ""
