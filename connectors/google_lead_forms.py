"""Google lead forms: by the Google Ads API, by webhook and by download; and Local Services leads.

Source: developers.google.com, google-ads/api (v23 to v26) and google-ads/webhook/docs.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from connectors import _google_local_services as local_services
from connectors._google_boxes import with_boxes
from connectors._google_files import open_file
from connectors._google_line import Access, Ads, Line, open_line
from connectors._google_listing import listed_in
from connectors._google_probe import failed, probe_accounts
from connectors._google_pull import Reach, account_batches, chosen_submissions, clients_of
from connectors._google_questions import OptIns
from connectors._google_rows import ROW_MEDIA_TYPE, RowRules, read_row
from connectors._google_sentences import source_error
from connectors._google_settings import GoogleLeadFormsSettings
from connectors._google_submissions import read_submission
from connectors._google_verdict import GoogleError
from connectors._google_webhook import WEBHOOK_MEDIA_TYPE, read_webhook, receive
from connectors.base import (
    Batch,
    Connector,
    ConnectorIO,
    Delivery,
    ProbeResult,
    Reading,
    Source,
    StreamFailed,
)
from connectors.listed import Listed, ListedBatch
from connectors.pushed import Push, Refusal
from policy.errors import SourceError
from policy.looks import Looked
from policy.vocabulary import Notice

_LEADS_ARE_KEPT_FOR = timedelta(days=90)
"""Longer than Google gives leads out (60 days): what a form showed before that is not needed."""
_FORMS_REMEMBERED = 1_024
Item = TypeVar("Item")


class GoogleLeadForms:
    """The leads of some accounts, as far as they come without being asked for."""

    def __init__(self, settings: GoogleLeadFormsSettings, io: ConnectorIO) -> None:
        self._settings = settings
        self._io = io
        self._opt_ins = OptIns(settings.opt_in_questions)
        self._keys = settings.webhook_keys()
        zone = ZoneInfo(settings.time_zone) if settings.time_zone else None
        self._rules = RowRules(self._opt_ins, self._boxed, zone, settings.date_order)
        self._with_boxes: dict[int, tuple[Notice, Notice]] = {}

    def read(self, delivery: Delivery, /) -> Sequence[Reading]:
        """Read a lead, however it came. Never raises on bad data."""
        match delivery.media_type:
            case local_services.MEDIA_TYPE:
                return (local_services.read_lead(delivery),)
            case media_type if media_type == WEBHOOK_MEDIA_TYPE:
                return (read_webhook(delivery, self._opt_ins, self._boxed),)
            case media_type if media_type == ROW_MEDIA_TYPE:
                return (read_row(delivery, self._rules),)
        return (read_submission(delivery, self._opt_ins, self._boxed),)

    def receive(self, push: Push, /) -> Delivery | Refusal:
        """Take what Google's webhook sends in, if it has the key; the key itself is not kept."""
        return receive(push, self._keys)

    def open_file(self, path: Path, /) -> Iterable[Delivery]:
        """Yield the leads of a file that was downloaded from Google Ads.

        Raises:
            UsageError: the file is in no format that this source knows, or cannot be opened.
        """
        return open_file(path, self._io.now())

    def _boxed(self, notice: Notice) -> Notice:
        """Return a notice with its opt-in questions as boxes; the same notice, the same object."""
        known = self._with_boxes.get(id(notice))
        if known is not None and known[0] is notice:
            return known[1]
        if len(self._with_boxes) >= _FORMS_REMEMBERED:
            self._with_boxes.clear()
        boxed = with_boxes(notice, self._opt_ins)
        self._with_boxes[id(notice)] = (notice, boxed)
        return boxed


class PulledGoogleLeadForms(GoogleLeadForms):
    """The same where the settings hold a way into the API."""

    def poll(self, cursors: Mapping[str, str], /) -> Generator[Batch | StreamFailed, None, None]:
        """Yield the new leads of every account, an account after the other.

        Streams are an account (cursor: the newest time of submission seen, ISO 8601, UTC), each of
        its forms (what it is known to have shown, and when), and its Local Services leads.

        Raises:
            SourceRefused: the package, the key or the version is not usable, or the manager refuses
                to name its accounts.
            SourceUnavailable: the accounts could not be asked for now.
        """
        reach = self._reach()
        with open_line(self._line()) as ads:
            for account in self._accounts(ads):
                yield from account_batches(ads, account, cursors, reach, self._io, self._boxed)

    def listed(
        self, since: datetime, until: datetime, /
    ) -> Generator[ListedBatch | StreamFailed, None, None]:
        """Yield the names and times of every account's submissions, without an answer of anybody's.

        A stream is an account. Local Services leads are not among them: each pull reads them all.

        Raises:
            SourceRefused: the package, the key or the version is not usable, or the manager refuses
                to name its accounts.
            SourceUnavailable: the accounts could not be asked for now.
        """
        with open_line(self._line()) as ads:
            for account in self._accounts(ads):
                yield from _alone(account, listed_in(ads, account, since, until))

    def fetch(
        self, wanted: Mapping[str, Sequence[Listed]], cursors: Mapping[str, str], /
    ) -> Generator[Delivery | StreamFailed, None, None]:
        """Yield listed submissions as `poll` would give them. Raises as `poll` does."""
        reach = self._reach()
        with open_line(self._line()) as ads:
            for account, own in wanted.items():
                found = chosen_submissions(ads, account, own, cursors, reach, self._io)
                yield from _alone(account, found)

    def _reach(self) -> Reach:
        return Reach(
            overlap=timedelta(days=self._settings.overlap_days),
            first=_LEADS_ARE_KEPT_FOR,
            language=self._settings.form_language,
            vouched_since=self._settings.forms_unchanged_since,
            with_local_services=self._settings.local_services,
        )

    def probe(self) -> Iterator[ProbeResult]:
        """Yield whether access, accounts, forms and opt-in questions are right."""
        questions, language = self._settings.opt_in_questions, self._settings.form_language
        try:
            with open_line(self._line(is_patient=False)) as ads:
                yield from probe_accounts(ads, lambda: self._ids(ads), questions, language)
        except SourceError as error:
            yield failed("access", Looked.ACCESS, error)

    def _accounts(self, ads: Ads) -> Sequence[str]:
        try:
            return self._ids(ads)
        except GoogleError as error:
            found = error.verdict
        raise source_error(found, f"manager {self._settings.manager_id}")

    def _ids(self, ads: Ads) -> Sequence[str]:
        chosen, manager = self._settings.customer_ids, self._settings.manager_id
        return chosen or (clients_of(ads, manager) if manager else ())

    def _line(self, *, is_patient: bool = True) -> Line:
        settings = self._settings
        key, secret = settings.service_account_key, settings.client_secret
        token = settings.refresh_token
        return Line(
            access=Access(
                service_account_key=key.get_secret_value if key is not None else None,
                client_id=settings.client_id,
                client_secret=secret.get_secret_value if secret else None,
                refresh_token=token.get_secret_value if token else None,
                token_url=settings.token_url,
            ),
            manager_id=settings.manager_id,
            api_version=settings.api_version,
            endpoint=settings.endpoint,
            timeout=timedelta(seconds=settings.timeout_seconds),
            longest_wait=timedelta(minutes=settings.max_wait_minutes if is_patient else 0),
            sleep=self._io.sleep,
        )


def _alone(account: str, found: Iterator[Item]) -> Iterator[Item | StreamFailed]:
    """Yield what an account gives; where it fails, say so, and let the other accounts go on."""
    try:
        yield from found
    except GoogleError as error:
        yield StreamFailed(account, source_error(error.verdict, f"account {account}"))


def _build(settings: GoogleLeadFormsSettings, io: ConnectorIO) -> Connector:
    return (
        PulledGoogleLeadForms(settings, io) if settings.may_pull else GoogleLeadForms(settings, io)
    )


source = Source(name="google_lead_forms", settings=GoogleLeadFormsSettings, build=_build)
