"""Ask a captcha's provider whether somebody solved it. The caller's address is not told.

Sources: developers.cloudflare.com/turnstile, docs.hcaptcha.com, developers.google.com/recaptcha.
"""

from collections.abc import Sequence
from typing import NamedTuple

import requests

from connectors._web_form_settings import WebFormSettings
from connectors._web_form_spam import Captcha

_TIMEOUT_SECONDS = (3.0, 5.0)
_LONGEST_ANSWER = 2_048


class Offer(NamedTuple):
    """How a provider's widget stands in a page."""

    provider: str
    script: str
    css_class: str
    field: str
    verify_url: str
    allowed: str
    """Where the page may load scripts and frames from, as a Content-Security-Policy has it."""


OFFERS = {
    "turnstile": Offer(
        "Cloudflare Turnstile",
        "https://challenges.cloudflare.com/turnstile/v0/api.js",
        "cf-turnstile",
        "cf-turnstile-response",
        "https://challenges.cloudflare.com/turnstile/v0/siteverify",
        "https://challenges.cloudflare.com",
    ),
    "hcaptcha": Offer(
        "hCaptcha",
        "https://js.hcaptcha.com/1/api.js",
        "h-captcha",
        "h-captcha-response",
        "https://api.hcaptcha.com/siteverify",
        "https://hcaptcha.com https://*.hcaptcha.com",
    ),
    "recaptcha": Offer(
        "Google reCAPTCHA",
        "https://www.google.com/recaptcha/api.js",
        "g-recaptcha",
        "g-recaptcha-response",
        "https://www.google.com/recaptcha/api/siteverify",
        "https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/",
    ),
}
ANSWER_FIELDS = frozenset(offer.field for offer in OFFERS.values())


def verified(settings: WebFormSettings, answers: Sequence[str]) -> Captcha | None:
    """Return what became of the captcha, None where none is configured. Asks the network.

    Solved means that the provider says so for one of our own host names.
    """
    if settings.captcha is None or settings.captcha_secret is None:
        return None
    answer = answers[0] if len(answers) == 1 else ""
    if not 0 < len(answer) <= _LONGEST_ANSWER:
        return "missing"
    url = settings.captcha_url or OFFERS[settings.captcha].verify_url
    asked = {"secret": settings.captcha_secret.get_secret_value(), "response": answer}
    try:
        reply = requests.post(url, data=asked, timeout=_TIMEOUT_SECONDS, allow_redirects=False)
        reply.raise_for_status()
        found = reply.json()
    except (requests.RequestException, ValueError):
        return "unreachable"
    if not isinstance(found, dict) or not isinstance(found.get("success"), bool):
        return "unreachable"
    host = str(found.get("hostname", "")).lower()
    return "passed" if found["success"] and host in settings.captcha_hosts else "failed"
