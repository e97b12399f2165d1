"""Meta lead ads: the leads of one page's forms, from Facebook and Instagram.

Source: developers.facebook.com, marketing-api, lead-ads/retrieving, Graph API v26.0.
"""

import hashlib
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import ConfigDict, Field, SecretStr, field_validator

from connectors._meta_collect import Collecting, KnownForms
from connectors._meta_files import open_file
from connectors._meta_graph import Graph, Line, graph, safe_address, sendable
from connectors._meta_lead_access import LeadAccessOnce
from connectors._meta_listing import listed_in
from connectors._meta_probe import probe_page
from connectors._meta_pull import ListedForm, Reach, batches_of, form_ids_of, forms_of
from connectors._meta_read import read
from connectors._meta_throttle import Throttle
from connectors._meta_verdict import GraphError, Outcome, Verdict, source_error
from connectors._meta_webhook import (
    WEBHOOK_MEDIA_TYPE,
    announced,
    greet,
    not_fetched,
    receive,
)
from connectors._side_by_side import Stopped, side_by_side
from connectors.base import (
    Batch,
    ConnectorIO,
    Delivery,
    ProbeResult,
    Problem,
    Secret,
    Source,
    SourceSettings,
    StreamFailed,
    Submission,
)
from connectors.listed import Listed, ListedBatch
from connectors.pushed import Missing, Pointer, Push, Refusal
from policy.errors import SourceError

_SLICE_SECONDS = 1.0
Form = TypeVar("Form")
Item = TypeVar("Item")


class MetaLeadAdsSettings(SourceSettings):
    """The settings of a page whose leads are pulled."""

    # a mistyped token must not be printed back
    model_config = ConfigDict(hide_input_in_errors=True)

    page_id: str = Field(
        pattern=r"^[0-9]{1,20}$",
        description="The id of the Facebook page, digits only.",
        examples=["102938475610293"],
    )
    access_token: Secret = Field(
        description=(
            "The token that reads the leads; one of a system user lasts longest. It needs "
            "leads_retrieval, pages_show_list, pages_read_engagement and pages_manage_ads."
        ),
        examples=[{"env": "META_ACCESS_TOKEN"}],
    )
    app_secret: Secret | None = Field(
        default=None,
        description="The secret of the app that the token was made for; every call is then signed.",
        examples=[{"file": "secrets/meta_app_secret"}],
    )
    previous_app_secret: Secret | None = Field(
        default=None,
        description="While the app's secret is being changed: the other one, which webhooks may"
        " still be signed with.",
    )
    verify_token: Secret | None = Field(
        default=None,
        description="The word that you give Meta together with the webhook's address; with it and"
        " `app_secret` leads arrive within seconds, and pulls find what was not announced.",
        examples=[{"file": "secrets/meta_verify_token"}],
    )
    api_version: str = Field(
        default="v26.0",
        pattern=r"^v[0-9]{1,3}\.[0-9]$",
        description="The version of the Graph API that is asked.",
    )
    graph_url: str = Field(
        default="https://graph.facebook.com",
        description="Where the Graph API is; anything but https is refused, except on loopback.",
    )
    page_size: int = Field(
        default=100,
        ge=5,
        le=500,
        description="How many leads a call asks for; lowered by itself where that is too much.",
    )
    connections: int = Field(
        default=8, ge=1, le=16, description="How many forms are read at the same time."
    )
    overlap_hours: int = Field(
        default=6,
        ge=1,
        le=24 * 90,
        description=(
            "How many hours before the newest known lead each pull starts, so that a lead that "
            "shows up late is not missed."
        ),
    )
    first_days: int = Field(
        default=90,
        ge=1,
        le=90,
        description="How many days back the first pull goes; Meta keeps leads for 90 days.",
    )
    timeout_seconds: float = Field(
        default=30, ge=1, le=300, description="How many seconds a call waits for an answer."
    )
    max_wait_minutes: float = Field(
        default=5,
        ge=0,
        le=120,
        description=(
            "How many minutes a pull waits by itself when Meta asks it to slow down, before it "
            "stops and leaves the rest to the next one."
        ),
    )

    def places(self) -> frozenset[str]:
        """Return the page."""
        return frozenset({f"page {self.page_id}"})

    @field_validator("access_token", "app_secret", "previous_app_secret", "verify_token")
    @classmethod
    def _can_be_sent(cls, secret: SecretStr | None) -> SecretStr | None:
        return sendable(secret) if secret is not None else None

    @field_validator("graph_url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        return safe_address(url)


class MetaLeadAds:
    """One page's leads."""

    def __init__(self, settings: MetaLeadAdsSettings, io: ConnectorIO) -> None:
        self._settings = settings
        self._io = io
        secret = settings.app_secret
        self._line = Line(
            graph_url=settings.graph_url,
            api_version=settings.api_version,
            timeout_seconds=settings.timeout_seconds,
            access_token=settings.access_token.get_secret_value,
            app_secret=secret.get_secret_value if secret else None,
        )
        self._page = f"page {settings.page_id}"
        self._known_forms = KnownForms()
        given = (settings.app_secret, settings.previous_app_secret)
        self._secrets = [each.get_secret_value() for each in given if each is not None]

    def read(self, delivery: Delivery, /) -> Sequence[Submission | Problem]:
        """Read a lead as the Graph API or a downloaded file gives it. Never raises on bad data."""
        if delivery.media_type == WEBHOOK_MEDIA_TYPE:
            return [not_fetched(delivery, self._settings.page_id)]
        return read(delivery)

    def greet(self, query: Mapping[str, str], /) -> str | Refusal:
        """Answer Meta's handshake."""
        token = self._settings.verify_token
        return greet(query, token.get_secret_value() if token else None)

    def receive(self, push: Push, /) -> Delivery | Refusal:
        """Take what Meta's webhook sends in, if a secret of the app signed it."""
        return receive(push, self._secrets)

    def address_group(self) -> str | None:
        """Return what all pages of one app share: Meta knows one address for an app."""
        return hashlib.sha256(self._secrets[0].encode()).hexdigest() if self._secrets else None

    def concerns(self, push: Push, /) -> bool:
        """Say whether a push may tell of this page."""
        return self._settings.page_id.encode() in push.body

    def announced(self, delivery: Delivery, /) -> Sequence[Pointer] | Problem | None:
        """Return the leads of this page that a webhook tells of."""
        return announced(delivery, self._settings.page_id)

    def collect(self, pointers: Sequence[Pointer], /) -> Iterator[Delivery | Missing]:
        """Yield announced leads as `poll` would give them, fifty a call.

        Raises:
            SourceRefused: the token or the page's lead access is gone, or the app is blocked.
            SourceUnavailable: the platform does not answer, or asks for a longer wait than is set.
            SourceChanged: an answer came in no known shape.
        """
        throttle = Throttle(timedelta(minutes=self._settings.max_wait_minutes))
        gates = LeadAccessOnce(self._settings.page_id)
        subject = f"announced leads of {self._page}"
        with graph(self._line, throttle, self._io.sleep) as line:

            def shut() -> None:
                if sentence := gates.sentence(line):
                    raise source_error(Verdict(Outcome.NO_ACCESS, 0), subject, gates=sentence)

            collecting = Collecting(line, self._io, self._known_forms, shut)
            try:
                yield from collecting.collect(pointers)
            except GraphError as error:
                raise self._error(line, error.verdict, subject, gates) from None

    def open_file(self, path: Path, /) -> Iterable[Delivery]:
        """Yield the leads of a file that was downloaded from Ads Manager or a connected sheet.

        Raises:
            UsageError: the file is in no format that this source knows, or cannot be opened.
        """
        return open_file(path, self._io.now())

    def poll(self, cursors: Mapping[str, str], /) -> Generator[Batch | StreamFailed, None, None]:
        """Yield the new leads of every form of the page, a batch a page, forms side by side.

        A stream is a form, its cursor the newest `created_time` seen (ISO 8601, UTC).

        Raises:
            SourceRefused: the token or the page's lead access is gone, or the app is blocked.
            SourceUnavailable: the platform does not answer, or asks for a longer wait than is set.
            SourceChanged: the list of forms came in no known shape.
        """
        yield from self._by_form(
            forms_of,
            lambda line, form, gates: self._form(line, form, cursors.get(form.id), gates),
        )

    def listed(
        self, since: datetime, until: datetime, /
    ) -> Generator[ListedBatch | StreamFailed, None, None]:
        """Yield the ids and times of every form's leads, forms side by side; a stream is a form.

        Raises:
            SourceRefused: the token or the page's lead access is gone, or the app is blocked.
            SourceUnavailable: the platform does not answer, or asks for a longer wait than is set.
            SourceChanged: the list of forms came in no known shape.
        """
        yield from self._by_form(
            form_ids_of,
            lambda line, form_id, gates: self._alone(
                line, form_id, listed_in(line, form_id, since, until), gates
            ),
        )

    def _by_form(
        self,
        ask: Callable[[Graph, str, int], Iterable[Form]],
        work: Callable[[Graph, Form, LeadAccessOnce], Iterator[Item]],
    ) -> Generator[Item, None, None]:
        """Ask for the forms of the page, and yield what the work on each brings, side by side."""
        throttle = Throttle(timedelta(minutes=self._settings.max_wait_minutes))
        gates = LeadAccessOnce(self._settings.page_id)
        forms = self._forms(ask, throttle, gates)

        @contextmanager
        def worker(stopping: threading.Event) -> Iterator[Callable[[Form], Iterator[Item]]]:
            with graph(self._line, throttle, self._pause(stopping)) as line:
                yield lambda form: work(line, form, gates)

        connections = self._settings.connections
        yield from side_by_side(forms, worker, threads=connections, room=connections)

    def fetch(
        self, wanted: Mapping[str, Sequence[Listed]], _cursors: Mapping[str, str], /
    ) -> Iterator[Delivery]:
        """Yield listed leads as `poll` would give them. Raises as `collect` does."""
        pointers = [Pointer(each.external_id, b"") for own in wanted.values() for each in own]
        for found in self.collect(pointers):
            if isinstance(found, Delivery):
                yield found

    def probe(self) -> Iterator[ProbeResult]:
        """Yield whether token, permissions, lead access, forms and clock are right."""
        throttle = Throttle(timedelta(0))
        with graph(self._line, throttle, self._io.sleep) as line:
            yield from probe_page(
                line,
                self._settings.page_id,
                self._line.access_token(),
                self._io.now,
                is_told=self._settings.verify_token is not None,
            )

    def _forms(
        self,
        ask: Callable[[Graph, str, int], Iterable[Form]],
        throttle: Throttle,
        gates: LeadAccessOnce,
    ) -> list[Form]:
        with graph(self._line, throttle, self._io.sleep) as line:
            try:
                return list(ask(line, self._settings.page_id, self._settings.page_size))
            except GraphError as error:
                found = error.verdict
            raise self._error(line, found, f"the forms of {self._page}", gates)

    def _form(
        self, line: Graph, form: ListedForm, cursor: str | None, gates: LeadAccessOnce
    ) -> Iterator[Batch | StreamFailed]:
        reach = Reach(
            overlap=timedelta(hours=self._settings.overlap_hours),
            first=timedelta(days=self._settings.first_days),
            page_size=self._settings.page_size,
        )
        return self._alone(line, form.id, batches_of(line, form, cursor, reach, self._io), gates)

    def _alone(
        self, line: Graph, form_id: str, batches: Iterator[Item], gates: LeadAccessOnce
    ) -> Iterator[Item | StreamFailed]:
        """Yield what a form gives; where it fails, say so, and let the other forms go on."""
        try:
            yield from batches
        except GraphError as error:
            found = error.verdict
        else:
            return
        failure = self._error(line, found, f"form {form_id} of {self._page}", gates)
        if found.ends_everything:
            raise failure
        yield StreamFailed(form_id, failure)

    def _error(
        self, line: Graph, found: Verdict, subject: str, gates: LeadAccessOnce
    ) -> SourceError:
        is_shut = found.outcome in {Outcome.NO_ACCESS, Outcome.PERMISSION}
        return source_error(found, subject, gates=gates.sentence(line) if is_shut else "")

    def _pause(self, stopping: threading.Event) -> Callable[[float], None]:
        """Return a sleep that ends soon after the pull was given up."""

        def pause(seconds: float) -> None:
            left = seconds
            while left > 0:
                if stopping.is_set():
                    raise Stopped
                self._io.sleep(min(left, _SLICE_SECONDS))
                left -= _SLICE_SECONDS

        return pause


source = Source(name="meta_lead_ads", settings=MetaLeadAdsSettings, build=MetaLeadAds)
