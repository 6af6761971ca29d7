"""The list of people, and one person."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from studyhall.core import clock, pages
from studyhall.core.access import Actor, Permission, Reach, Role, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing
from studyhall.core.words import Translated
from studyhall.people import corrections, directory, exemptions, importing, queries, roles, unit_tree
from studyhall.people.models import UnitKind
from studyhall.people.reasons import REASONS
from studyhall.people.views import bp


@bp.get("")
@require(Permission.SEE_PEOPLE)
def index() -> ResponseReturnValue:
    actor, now, today = current_actor(), clock.now(), clock.today()
    reach = actor.reach(Permission.SEE_PEOPLE)
    wish = _wish(reach)
    listing = directory.listing(db.session, reach, wish, now, today)
    tree = unit_tree.tree(db.session, reach, wish, today)
    return render_template(
        "people/index.html",
        actor=actor,
        wish=wish,
        listing=listing,
        tree=tree,
        place=unit_tree.place(tree, wish) or (wish.unit.name if wish.unit else ""),
        today=today,
        reasons=Translated(REASONS),
        categories=Translated(importing.CATEGORY_LABELS),
        role_labels=Translated(roles.LABELS),
        may_keep=actor.can(Permission.KEEP_PEOPLE),
        may_grant=actor.can(Permission.GRANT_ROLES),
        waiting=corrections.waiting(db.session, actor.reach(Permission.KEEP_PEOPLE)),
        acts=pages.slot("people.acts", actor, unit=wish.unit),
        acts_on=_acts_on(actor, listing) if wish.words else {},
    )


FEW = 5
"""Who was searched for and found can be helped there and then; behind more names there are their pages."""


def _acts_on(actor: Actor, listing: directory.Listing) -> dict[int, list[Markup]]:
    if listing.count > FEW:
        return {}
    reach = actor.reach(Permission.KEEP_PEOPLE)
    acts = {}
    for person in {one.person for one in listing.entries}:
        keeps = queries.is_kept(db.session, reach, person.id)
        acts[person.id] = pages.slot("person.acts", actor, person=person, keeps=keeps)
    return acts if any(acts.values()) else {}


def _wish(reach: Reach) -> directory.Wish:
    asked = request.args
    unit = queries.unit_kept(db.session, reach, asked.get("unit", type=int)) if asked.get("unit") else None
    unit = unit or queries.top_unit(db.session, reach)
    kind, role = asked.get("kind", ""), asked.get("role", "")
    if (kind and kind not in set(UnitKind)) or (role and role not in set(Role)):
        raise Missing
    return directory.Wish(
        unit,
        kind=kind,
        words=asked.get("q", "").strip()[:40],
        show=asked.get("show", "all"),
        category=asked.get("category", ""),
        role=role,
        by_unit=asked.get("by") == "unit",
        page=max(asked.get("page", 1, type=int), 1),
    )


@bp.get("/<int:person_id>")
@require(Permission.SEE_PEOPLE)
def person(person_id: int) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    reach = actor.reach(Permission.SEE_PEOPLE)
    found = queries.person_seen(db.session, reach, person_id)
    keeps = queries.is_kept(db.session, actor.reach(Permission.KEEP_PEOPLE), person_id)
    memberships = queries.memberships_seen(db.session, reach, person_id)
    standing = exemptions.of_person(db.session, person_id) if keeps or actor.has_role(Role.LEADER) else ()
    return render_template(
        "people/person.html",
        person=found,
        memberships=memberships,
        now_in=[
            one for one in memberships if one.starts_on <= today and (not one.ends_on or one.ends_on > today)
        ],
        standing=standing,
        exempt=next(
            (e for e in standing if e.starts_on <= today and (not e.ends_on or e.ends_on > today)), None
        ),
        grants=roles.grants_of(db.session, person_id, today),
        reasons=Translated(REASONS),
        categories=Translated(importing.CATEGORY_LABELS),
        role_labels=Translated(roles.LABELS),
        today=today,
        keeps=keeps,
        is_self=actor.person_id == person_id,
        may_end_role=lambda grant: roles.may_give(
            actor.grants, grant.as_role, grant.unit.path, grant.unit.kind
        ),
        records=pages.slot(
            "person.record", actor, person_id=person_id, reach=actor.reach(Permission.SEE_SCORES)
        ),
        accounts=pages.slot("person.account", actor, person=found, keeps=keeps),
        acts=pages.slot("person.acts", actor, person=found, keeps=keeps),
    )
