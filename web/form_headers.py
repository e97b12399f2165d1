"""The headers of a form's answers: who may frame it, and which sites' scripts may send it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from connectors._web_form_captcha import Offer
from connectors._web_form_settings import WebFormSettings

_CORS_SECONDS = "600"


def page_headers(settings: WebFormSettings, captcha: Offer | None) -> dict[str, str]:
    """Return the headers of a form's pages.

    Own sites may frame them; what follows a submission may lead to the own thank-you page; and a
    captcha's provider, if there is one, may show its widget.
    """
    elsewhere = f" {captcha.allowed}" if captcha else ""
    goal = f" {_origin_of(settings.thanks_url)}" if settings.thanks_url else ""
    policy = {
        "default-src": "'none'",
        "style-src": f"'self'{elsewhere}",
        "img-src": "'self'",
        "script-src": f"'self'{elsewhere}",
        "connect-src": f"'self'{elsewhere}",
        "frame-src": captcha.allowed if captcha else "'none'",
        "form-action": f"'self'{goal}",
        "base-uri": "'none'",
        "frame-ancestors": " ".join(settings.origins) or "'none'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {rule}" for name, rule in policy.items()),
        # with none at all, browsers would name no origin when the form is sent
        "referrer-policy": "same-origin",
    }


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_foreign(origin: str | None, settings: WebFormSettings, own_origin: str) -> bool:
    """Say whether a page of nobody's that we know sent a request.

    Old browsers and privacy tools name no origin, or "null": that is not foreign, only unknown.
    """
    if origin is None or origin == "null":
        return False
    return origin.lower() not in {*settings.origins, own_origin}


def cors_headers(origin: str | None, settings: WebFormSettings) -> dict[str, str]:
    """Return what lets a script of an own site read an answer; never any site's."""
    headers = {"vary": "Origin"}
    if origin is not None and origin.lower() in settings.origins:
        headers["access-control-allow-origin"] = origin
    return headers


def preflight_headers(origin: str | None, settings: WebFormSettings) -> Mapping[str, str]:
    """Return the answer to a browser that asks what a script may send."""
    return cors_headers(origin, settings) | {
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "content-type, idempotency-key",
        "access-control-max-age": _CORS_SECONDS,
    }
