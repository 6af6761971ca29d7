"""Where to go next when the browser names the target: a path on this site, never another host."""

from __future__ import annotations

from urllib.parse import urlsplit


def inside(target: str | None, otherwise: str = "/") -> str:
    """The target if it is a plain path of this site (and not the door itself), else `otherwise`."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return otherwise
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or parts.path.startswith(("/login", "/logout")):
        return otherwise
    return target
