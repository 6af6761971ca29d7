"""What must hold of every page as a browser shows it: access, structure, width."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {"rules": {"meta-refresh": {"enabled": False}}}
"""The live page reloads itself and offers 先不更新, which is what that rule asks for."""

_WIDTH = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_STRUCTURE = """() => ({
  h1: document.querySelectorAll('h1').length,
  filled: [...document.querySelectorAll('.btn-primary')].filter(one => one.offsetParent).length,
  small: [...document.querySelectorAll('main a.btn, main button.btn')]
    .filter(one => one.offsetParent && one.getBoundingClientRect().height < 43.5)
    .map(one => one.textContent.trim()),
})"""


def too_wide(page: Page) -> bool:
    """It scrolls sideways."""
    page.wait_for_load_state("load")
    return page.evaluate(_WIDTH) > 0


def faults(page: Page, *, scripts: bool = True) -> list[str]:
    """Everything wrong with the page that is open; axe only where the page's own scripts may run.

    Waits until the page is loaded with its styles: after a click it may have arrived without them, and what
    they hide would count.
    """
    page.wait_for_load_state("load")
    violations = Axe().run(page, options=_RULES).response["violations"] if scripts else []
    found = [f"axe {one['id']}: {one['nodes'][0]['html'][:160]}" for one in violations]
    seen = page.evaluate(_STRUCTURE)
    if seen["h1"] != 1:
        found.append(f"{seen['h1']} h1")
    if seen["filled"] > 1:
        found.append(f"{seen['filled']} filled buttons")
    if seen["small"]:
        found.append(f"small targets: {seen['small'][:3]}")
    if too_wide(page):
        found.append("wider than the window")
    return found


def sound(page: Page, *, scripts: bool = True) -> None:
    wrong = faults(page, scripts=scripts)
    assert not wrong, f"{page.url}: {wrong}"
