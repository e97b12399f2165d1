"""Answer what was sent to a form: a page for a browser, JSON for a script; the same either way."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from connectors._web_form_typos import MEANT
from web.form_body import JSON, media_type
from web.form_desk import OpenForm
from web.form_headers import cors_headers, page_headers
from web.form_page import EMBEDDED, Typed, form_page
from web.pages import page


class Reply:
    """Answers one request in the shape that its sender understands."""

    def __init__(self, form: OpenForm, request: Request) -> None:
        """Look at what the sender understands."""
        headers = request.headers
        self._form = form
        self._settings = form.connector.settings
        accepted = headers.get("accept", "").partition(",")[0].partition(";")[0].strip()
        self._is_script = media_type(headers) == JSON or accepted == JSON
        self._cors = cors_headers(headers.get("origin"), self._settings)

    def taken(self, typed: Typed) -> Response:
        """Say that a submission is safe with us, whoever sent it and whatever it was."""
        words = self._settings.words
        meant = self._form.connector.hint(typed.values)
        if self._is_script:
            said: dict[str, str] = {
                "status": "taken",
                "title": self._settings.thanks_title or words.thanks_title,
                "message": self._settings.thanks_text or words.thanks,
            }
            if self._settings.thanks_url:
                said["next"] = self._settings.thanks_url
            if meant:
                said["hint"] = words.typo_sent.format(domain=meant)
            return JSONResponse(said, 202, self._cors)
        goal = self._settings.thanks_url
        if goal is None:
            asked = {"view": typed.view if typed.view == EMBEDDED else "", "meant": meant or ""}
            query = urlencode({name: value for name, value in asked.items() if value})
            goal = f"{self._form.address}/thanks{'?' + query if query else ''}"
        return RedirectResponse(goal, 303, self._cors)

    def again(
        self,
        status: int,
        typed: Typed,
        *,
        mistakes: Mapping[str, str] | None = None,
        note: str | None = None,
        wait: int | None = None,
    ) -> Response:
        """Say why a submission was not taken, and hand back everything that was typed."""
        headers = self._cors | ({"retry-after": str(wait)} if wait else {})
        if self._is_script:
            message = note or self._settings.words.mistake_title
            said = {"message": message, "mistakes": dict(mistakes or {})}
            return JSONResponse(said, status, headers)
        return form_page(
            self._form, typed, status=status, mistakes=mistakes, note=note, headers=headers
        )

    def refused(self, status: int, message: str) -> Response:
        """Say why a request is not taken at all."""
        if self._is_script:
            return JSONResponse({"message": message, "mistakes": {}}, status, self._cors)
        return page("message.html", status, self._cors, heading="Not taken", lines=[message])


def thanks_page(form: OpenForm, view: str, meant: str) -> Response:
    """Return the thank-you page. `meant` is the mail domain that was probably meant, or nothing."""
    settings = form.connector.settings
    words = settings.words
    return page(
        "form_thanks.html",
        headers=page_headers(settings, None),
        language=settings.language,
        heading=settings.thanks_title or words.thanks_title,
        text=settings.thanks_text or words.thanks,
        hint=words.typo_sent.format(domain=meant) if meant in MEANT else None,
        is_embedded=view == EMBEDDED,
    )
