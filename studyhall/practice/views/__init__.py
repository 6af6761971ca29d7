"""The pages of practice: the way in, the questions, one's wrong book and map, proposals."""

from flask import Blueprint, request

from studyhall.core.current import current_actor

bp = Blueprint("practice", __name__, url_prefix="/practice")


@bp.context_processor
def keeping() -> dict[str, object]:
    """Under which a browser keeps answers that wait for the line (another person's are under another), and of
    which run the page is.
    """
    return {
        # Asked for by the pages of practice only: an error page may stand where nobody is signed in.
        "kept_key": lambda: f"studyhall:practice:{current_actor().staff_no}",
        "kept_run": (request.view_args or {}).get("run_id", ""),
    }


from studyhall.practice.views import map, own, proposing, running, wrong  # noqa: E402

__all__ = ["bp", "map", "own", "proposing", "running", "wrong"]
