"""The door: login, passwords, devices, the accounts of others."""

from __future__ import annotations

from flask import Flask

from studyhall.core import pages
from studyhall.core.access import Permission


def register(app: Flask) -> None:
    from studyhall.auth import account_panels, account_views, own_devices  # noqa: F401  pages that join
    from studyhall.auth.views import bp

    pages.fill("people.acts", Permission.KEEP_PEOPLE, account_panels.print_slips)
    pages.fill("person.acts", Permission.KEEP_PEOPLE, account_panels.reset_button)
    pages.fill("person.account", Permission.KEEP_PEOPLE, account_panels.state_of_account)
    app.register_blueprint(bp)
