"""Make the delivery out of what a browser sent: canonical JSON with all that proves something."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from connectors._web_form_captcha import ANSWER_FIELDS
from connectors._web_form_fields import (
    BOX_PREFIX,
    COOKIE_CHOICES,
    LURE,
    PAGE,
    TOKEN,
    VIEW,
)
from connectors._web_form_settings import WebFormSettings
from connectors._web_form_spam import Captcha
from connectors._web_form_token import Shown
from connectors._web_form_visit import (
    campaign_of,
    cleaned_address,
    clicks_of,
    cookie_choice,
    may_keep_clicks,
    signals_of,
)
from connectors.base import Delivery, Signs

MEDIA_TYPE = "application/vnd.leadledger.web-form+json"
"""What a browser sent to our own form, taken apart."""
ACCEPTED_MEDIA_TYPE = "application/vnd.leadledger.web-form-accepted+json"
"""The same bytes, after somebody looked at them and found that a person wrote them."""
VERSION = 1
SAME_WITHIN = timedelta(minutes=10)
"""For how long the same content, sent without a number of its own, is the same submission."""
_OURS = frozenset({TOKEN, PAGE, LURE, VIEW, *COOKIE_CHOICES, *ANSWER_FIELDS})
_LONGEST_HEADER = 512


class FormPost(NamedTuple):
    """What a browser sent, with its body taken apart. Names of `headers` are in lower case.

    `network` is what may be kept of the caller's address, None for nothing.
    """

    values: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    received_at: datetime
    network: str | None = None

    def __repr__(self) -> str:
        """Say nothing: it is somebody's data."""
        return "FormPost(…)"

    def first(self, name: str) -> str:
        """Return the first value of a field, nothing if there is none."""
        return next(iter(self.values.get(name, ())), "")


class Draft(NamedTuple):
    """A submission that can be taken. `seal` is the same for the same content, and tells nothing.

    `ids` are the names under which the same may have come before; the first is its own.
    """

    post: FormPost
    shown: Shown | None
    ids: tuple[str, ...]
    seal: str
    has_number: bool

    def __repr__(self) -> str:
        """Say nothing: it is somebody's data."""
        return "Draft(…)"


def draft_of(post: FormPost, shown: Shown | None, signer: Signs, form: str) -> Draft:
    """Return what was sent under the number that makes it the same when it is sent again.

    That number is the sender's own (`Idempotency-Key`), or that of the page; else it is made of the
    content, and holds for ten minutes. It is keyed: outside of this installation it is nobody's.
    """
    seal = _mac(signer, [form, "content", _content(post)])
    key = post.headers.get("idempotency-key", "").strip()
    if key:
        ids: tuple[str, ...] = (_mac(signer, [form, "key", key]),)
    elif shown is not None and shown.nonce is not None:
        ids = (_mac(signer, [form, "nonce", shown.nonce]),)
    else:
        window = int(post.received_at.timestamp() // SAME_WITHIN.total_seconds())
        ids = tuple(_mac(signer, [form, "window", seal, each]) for each in (window, window - 1))
    return Draft(post, shown, ids, seal, has_number=len(ids) == 1)


def _content(post: FormPost) -> list[Any]:
    """Return the fields and ticks as they are compared."""
    values = {name: list(given) for name, given in post.values.items() if name not in _OURS}
    return sorted(
        (name, [_lines(value).strip() for value in given]) for name, given in values.items()
    )


def _mac(signer: Signs, content: list[Any]) -> str:
    """Return a keyed digest: the signature of a token whose content nobody sees."""
    digest = hashlib.sha256(orjson.dumps(content)).digest()
    return signer.sign("form digest", digest).rpartition(".")[2]


def _lines(value: str) -> str:
    return value.replace("\r\n", "\n")


def delivery_of(draft: Draft, settings: WebFormSettings, captcha: Captcha | None) -> Delivery:
    """Return what is kept of a submission: what was sent, what was shown, and when."""
    post, shown = draft.post, draft.shown
    values = {name: list(given) for name, given in post.values.items() if name not in _OURS}
    content = {
        "v": VERSION,
        "id": draft.ids[0],
        "form": settings.form,
        "received_at": post.received_at.isoformat(),
        "language": settings.language,
        "fields": {k: v for k, v in values.items() if not k.startswith(BOX_PREFIX)},
        "ticks": {
            k.removeprefix(BOX_PREFIX): v for k, v in values.items() if k.startswith(BOX_PREFIX)
        },
        "notice": shown.notice_id if shown else None,
        "rendered_at": shown.rendered_at.isoformat() if shown and shown.rendered_at else None,
        "nonce": shown.nonce if shown else None,
        "double_opt_in": settings.double_opt_in,
        "captcha": captcha,
        "lure": list(post.values.get(LURE, ())),
        "seal": draft.seal,
        "visit": _visit(post, settings),
    }
    return Delivery(
        external_id=draft.ids[0],
        payload=orjson.dumps(content, option=orjson.OPT_SORT_KEYS),
        media_type=MEDIA_TYPE,
        received_at=post.received_at,
        notice_id=shown.notice_id if shown else None,
    )


def _visit(post: FormPost, settings: WebFormSettings) -> dict[str, Any]:
    """Return the facts of the visit, without what was not allowed to be kept."""
    address = post.first(PAGE) or post.headers.get("referer", "")
    page = cleaned_address(address)
    choice = cookie_choice({name: post.first(name) for name in COOKIE_CHOICES})
    signals = signals_of(post.headers)
    agent = post.headers.get("user-agent") if settings.keep_user_agent else None
    facts = {
        "page": page,
        "campaign": campaign_of(address) if page else {},
        "clicks": clicks_of(address) if page and may_keep_clicks(choice, signals) else {},
        "cookie_choice": choice,
        "signals": signals,
        "origin": post.headers.get("origin", "")[:_LONGEST_HEADER],
        "network": post.network if settings.keep_ip == "truncated" else None,
        "user_agent": agent and agent[:_LONGEST_HEADER],
    }
    return {name: fact for name, fact in facts.items() if fact}
