"""The page behind the link that asks whether a tick was the reader's own."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from pipeline.confirm_opt_in import OptInState, Question, confirm, question
from pipeline.link_tokens import OPT_IN
from pipeline.mail_texts import moment
from pipeline.settings import ControllerSettings
from web.mailed_links import linked_page
from web.pages import page
from web.parts import parts_in

router = APIRouter(include_in_schema=False)
_NOTHING = (
    "There is nothing to confirm here, or not any more.",
    "Links like this one are good for 7 days, and what nobody confirms by then is dropped.",
    "Do you still want to hear from us? Then fill in the form once more.",
)


@router.api_route("/c/{token}", methods=["GET", "HEAD"])
def look(request: Request, token: str) -> HTMLResponse:
    """Show the wording again, and the button; nothing is confirmed by looking."""
    return linked_page(parts_in(request), OPT_IN, token, question, _page, _NOTHING)


@router.post("/c/{token}")
def press(request: Request, token: str) -> HTMLResponse:
    """Confirm, once; to press again changes nothing and shows the same page."""
    return linked_page(parts_in(request), OPT_IN, token, confirm, _page, _NOTHING)


def _page(controller: ControllerSettings, found: Question) -> HTMLResponse | None:
    if found.state is OptInState.NOTHING:
        return None
    assert found.ticked_at is not None  # noqa: S101 - whatever waits or was confirmed has a time
    return page(
        "confirm.html",
        controller=controller,
        is_done=found.state is OptInState.CONFIRMED,
        form=found.form,
        ticked_at=moment(found.ticked_at),
        wordings=found.wordings,
    )
