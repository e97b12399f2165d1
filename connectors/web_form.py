"""Our own web form: what it shows, what it takes, and what that proves.

The form is served under `/f/<source>`. Its wording is ours, so it is kept before anybody sees it,
and each page carries the signed word of which wording it shows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson

from connectors._web_form_captcha import OFFERS, Offer, verified
from connectors._web_form_check import mistakes_in
from connectors._web_form_draft import (
    ACCEPTED_MEDIA_TYPE,
    SAME_WITHIN,
    Draft,
    FormPost,
    delivery_of,
    draft_of,
)
from connectors._web_form_fields import TOKEN
from connectors._web_form_notice import notice_of
from connectors._web_form_read import read
from connectors._web_form_settings import WebFormSettings
from connectors._web_form_spam import Captcha
from connectors._web_form_token import shown_by, token_of_page, token_of_snippet
from connectors._web_form_typos import meant_by
from connectors.base import ConnectorIO, Delivery, Problem, Signs, Source, Submission
from policy.errors import ConfigError
from policy.evidence import notice_id
from policy.vocabulary import Notice, NoticeId


class WebForm:
    """One form of ours."""

    def __init__(self, settings: WebFormSettings, io: ConnectorIO) -> None:
        self.settings = settings
        self.notice: Notice = notice_of(settings)
        self.notice_id: NoticeId = notice_id(self.notice)
        self._signer = io.signer

    def published(self) -> Sequence[Notice]:
        """Return the wording that the form shows today."""
        return (self.notice,)

    def read(self, delivery: Delivery, /) -> Sequence[Submission | Problem]:
        """Read a submission. Never raises on bad data."""
        return (read(delivery, self.settings),)

    def page_token(self, now: datetime, nonce: bytes) -> str:
        """Return the hidden word of a page made for one visitor. `nonce`: 16 random bytes.

        Raises:
            ConfigError: no key for forms is configured.
        """
        return token_of_page(self._signs(), self.notice_id, now, nonce)

    def snippet_token(self) -> str:
        """Return the hidden word of a page that is the same for all. Raises as `page_token`."""
        return token_of_snippet(self._signs(), self.notice_id)

    def mistakes(self, values: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """Return what somebody must mend before the form can be taken, by the field's key."""
        return mistakes_in(values, self.settings)

    def hint(self, values: Mapping[str, Sequence[str]]) -> str | None:
        """Return the mail domain that was probably meant where one looks mistyped."""
        return next(
            (meant for value in values.get("email", ()) if (meant := meant_by(value))), None
        )

    def draft(self, post: FormPost) -> Draft:
        """Return a submission under its number. Raises as `page_token`."""
        signer = self._signs()
        shown = shown_by(signer, post.first(TOKEN))
        return draft_of(post, shown, signer, self.settings.form)

    def delivery(self, draft: Draft, captcha: Captcha | None) -> Delivery:
        """Return what is kept of a submission."""
        return delivery_of(draft, self.settings, captcha)

    def accepted(self, delivery: Delivery) -> Delivery:
        """Return a delivery as one that somebody looked at and found a person's."""
        return delivery._replace(media_type=ACCEPTED_MEDIA_TYPE)

    def is_recent(self, draft: Draft, received_at: datetime) -> bool:
        """Say whether what came at a time under one of a draft's ids counts as sent before."""
        return draft.has_number or draft.post.received_at - received_at <= SAME_WITHIN

    def is_same(self, draft: Draft, payload: bytes) -> bool:
        """Say whether what came before has the same content."""
        try:
            found = orjson.loads(payload)
        except orjson.JSONDecodeError:
            return False
        return isinstance(found, dict) and found.get("seal") == draft.seal

    @property
    def captcha(self) -> Offer | None:
        """Return how the captcha's widget stands in the page, None without one."""
        return OFFERS[self.settings.captcha] if self.settings.captcha else None

    def verified(self, post: FormPost) -> Captcha | None:
        """Return what became of the captcha, None without one. Asks the network."""
        answers = post.values.get(self.captcha.field, ()) if self.captcha else ()
        return verified(self.settings, answers)

    def _signs(self) -> Signs:
        if self._signer is None:
            raise ConfigError(
                "keys.links: no key, so no form can be signed. Cure: make one with"
                " `python3 -c 'import secrets; print(secrets.token_hex(32))' > secrets/links.key`,"
                " `chmod 600 secrets/links.key`, and add"
                ' links = [{ file = "secrets/links.key" }] to [keys].'
            )
        return self._signer


source = Source(name="web_form", settings=WebFormSettings, build=WebForm)
