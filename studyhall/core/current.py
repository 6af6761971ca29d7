"""Who is asking, in this request."""

from __future__ import annotations

from flask import request
from flask_login import UserMixin, current_user

from studyhall.core.access import Actor


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login carries: the actor, known by the token of his login session."""

    def __init__(self, actor: Actor, token: str) -> None:
        self.actor, self._token = actor, token

    def get_id(self) -> str:
        return self._token


def current_actor() -> Actor:
    """The person signed in. Only for views that ask for a permission: those are never reached without one."""
    actor: Actor = current_user.actor
    return actor


def actor_or_none() -> Actor | None:
    return current_user.actor if current_user.is_authenticated else None


def wants_json() -> bool:
    """Background requests of our own script say so; they get JSON, never a redirect."""
    return request.headers.get("Accept", "").startswith("application/json")
