"""The accounts, the forms and the new leads of a manager, an account after the other.

An account that cannot be read is reported, and the others go on: each has its own cursors.

Source: developers.google.com, google-ads/api/fields (lead_form_submission_data, asset,
customer_client, local_services_lead).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from orjson import dumps

from connectors import _google_local_services as local_services
from connectors._google_forms import FORMS_QUERY, notice_of
from connectors._google_ids import LONGEST, external_id_of
from connectors._google_line import Ads
from connectors._google_notice import Boxed
from connectors._google_sentences import source_error
from connectors._google_snapshots import Form, looked
from connectors._google_submissions import MEDIA_TYPE, as_json, submissions_query
from connectors._google_verdict import GoogleError, Outcome
from connectors._values import instant_of
from connectors.base import Batch, ConnectorIO, Delivery, StreamFailed
from connectors.listed import Listed
from policy.london import midnight
from policy.vocabulary import Notice

BATCH = 200
"""Leads in a batch at the most: few enough to stay in the processor's cache."""

CLIENTS_QUERY = (
    "SELECT customer_client.id, customer_client.time_zone FROM customer_client"
    " WHERE customer_client.manager = FALSE AND customer_client.status = 'ENABLED'"
)
ZONE_QUERY = "SELECT customer.id, customer.time_zone FROM customer"
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Before the first lead form: an earlier time is a gap of the data, and no cursor."""
_CLOCKS_MAY_DIFFER = timedelta(hours=26)
"""Less than the shortest overlap: a time ahead of ours must never pull the cursor past a lead."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What is read, and how far back. `overlap` is two days or more."""

    overlap: timedelta
    first: timedelta
    language: str | None
    vouched_since: date | None
    with_local_services: bool


def clients_of(ads: Ads, manager_id: str) -> list[str]:
    """Return the accounts under a manager that are in use, in the order of their ids.

    Raises:
        GoogleError: the manager cannot be read.
    """
    found = {
        str(row.customer_client.id) for rows in ads.rows(manager_id, CLIENTS_QUERY) for row in rows
    }
    return sorted(found)


def forms_of(
    ads: Ads, account: str, cursors: Mapping[str, str], reach: Reach, io: ConnectorIO
) -> dict[str, Form]:
    """Return every form of an account with what is known of it after this look, by its id.

    Raises:
        GoogleError: the forms cannot be read.
    """
    forms: dict[str, Form] = {}
    vouched = midnight(reach.vouched_since) if reach.vouched_since else None
    for rows in ads.rows(account, FORMS_QUERY):
        for row in rows:
            notice = notice_of(row.asset, reach.language)
            cursor = cursors.get(form_stream(account, notice.form_id))
            at = io.now()
            look = partial(looked, oldest=at - reach.first, vouched_since=vouched)
            try:
                form = look(cursor, notice, at)
            except ValueError:
                # what was known of earlier wordings is lost, so leads of then are not proven
                io.log.warning("google.form_cursor_unreadable", form_id=notice.form_id)
                form = look(None, notice, at)
            forms[form.form_id] = form
    return forms


def form_stream(account: str, form_id: str) -> str:
    """Return the stream in which a form's wordings are kept."""
    return f"{account}/form/{form_id}"


def account_batches(
    ads: Ads,
    account: str,
    cursors: Mapping[str, str],
    reach: Reach,
    io: ConnectorIO,
    boxed: Boxed,
) -> Iterator[Batch | StreamFailed]:
    """Yield what is new in an account: its forms' wordings, its leads, its Local Services leads."""
    stream = account
    try:
        forms = forms_of(ads, account, cursors, reach, io)
        for form in forms.values():
            name = form_stream(account, form.form_id)
            # the older leads must come first, or a pull that breaks off would never meet them
            cursor = None if form.reaches_back else form.cursor()
            yield Batch(name, (), cursor, notices=(boxed(form.now),))
        yield from _submissions(ads, account, forms, cursors.get(account), reach, io)
        for form in forms.values():
            if form.reaches_back:
                yield Batch(form_stream(account, form.form_id), (), form.cursor())
        if reach.with_local_services:
            stream = f"{account}/local_services"
            yield from _local_services(ads, account, stream, io)
    except GoogleError as error:
        yield StreamFailed(stream, source_error(error.verdict, f"account {account}"))


def _submissions(
    ads: Ads,
    account: str,
    forms: Mapping[str, Form],
    cursor: str | None,
    reach: Reach,
    io: ConnectorIO,
) -> Iterator[Batch]:
    """Yield an account's leads since its cursor less the overlap, bounded.

    All of them once, where the operator vouches for the forms of an earlier time.

    The cursor is the newest time seen, ISO 8601 in UTC. The order of the stream is not promised, so
    it moves with the last batch only.
    """
    known = instant_of(cursor)
    if known is not None and known < _BEGINNING:
        known = None
    if cursor is not None and known is None:
        io.log.warning("google.cursor_unreadable", account=account)
    is_from_the_start = any(form.reaches_back for form in forms.values())
    since = known - reach.overlap if known and not is_from_the_start else None
    reading = _Reading(forms, io.now() + _CLOCKS_MAY_DIFFER, known)
    held: list[Delivery] = []
    for rows in rows_since(ads, account, submissions_query, since):
        for start in range(0, len(rows), BATCH):
            if held:
                yield Batch(account, held)
            held = reading.deliveries(rows[start : start + BATCH], io.now())
        del rows  # the next chunk comes now
    moved = (
        reading.newest.astimezone(UTC).isoformat()
        if reading.newest and reading.newest != known
        else None
    )
    if held or moved:
        yield Batch(account, held, moved)


def rows_since(
    ads: Ads, account: str, query: Callable[[datetime | None], str], since: datetime | None
) -> Iterator[Sequence[Any]]:
    """Yield rows since a moment; all of them where the platform takes no condition on the time."""
    if since is not None:
        try:
            yield from ads.rows(account, query(since))
        except GoogleError as error:
            if error.verdict.outcome is not Outcome.QUERY:
                raise
        else:
            return
    yield from ads.rows(account, query(None))


def chosen_submissions(
    ads: Ads,
    account: str,
    chosen: Sequence[Listed],
    cursors: Mapping[str, str],
    reach: Reach,
    io: ConnectorIO,
) -> Iterator[Delivery]:
    """Yield some listed submissions of an account, each with the wording that it met.

    Google gives no submission by its name alone, so all since the oldest of them are read.

    Raises:
        GoogleError: the account cannot be read.
    """
    forms = forms_of(ads, account, cursors, reach, io)
    names = {each.external_id for each in chosen}
    since = min(each.created_at for each in chosen) - reach.overlap
    reading = _Reading(forms, io.now() + _CLOCKS_MAY_DIFFER, None)
    for rows in rows_since(ads, account, submissions_query, since):
        told = [(row, row.lead_form_submission_data.resource_name) for row in rows]
        wanted = [row for row, name in told if external_id_of(name) in names]
        yield from reading.deliveries(wanted, io.now())


@dataclass(slots=True)
class _Reading:
    """A run through an account's rows: its forms, and the newest time seen so far.

    A time beyond `latest` is a fault of the data; taken for a cursor it would hide all that comes.
    """

    forms: Mapping[str, Form]
    latest: datetime
    newest: datetime | None
    by_asset: dict[str, tuple[datetime, datetime, Notice | None, Form | None]] = field(
        default_factory=dict
    )

    def deliveries(self, rows: Iterable[Any], received_at: datetime) -> list[Delivery]:
        """Return rows as deliveries, each with the wording that it met."""
        deliveries: list[Delivery] = []
        add, latest = deliveries.append, self.latest
        newest, known, instant = self.newest or _BEGINNING, self.by_asset, datetime.fromisoformat
        for row in rows:
            told = as_json(row.lead_form_submission_data)
            notice = None
            try:
                at = instant(told["submissionDateTime"])
                is_later = at > newest
            except (ValueError, TypeError):
                pass  # no time, or one without an offset: reading the delivery says so
            else:
                if is_later and at <= latest:
                    newest = at
                asset = told["asset"]
                since, until, shown, form = known.get(asset) or self._form(asset)
                # most leads met what is shown now, so that they cost no walk through the others
                notice = shown
                if not since <= at <= until:
                    notice = form.shown_at(at) if form else None
            name = told["resourceName"]
            # what reading makes of the name is looked into there
            id_ = name if len(name) <= LONGEST else external_id_of(name)
            add(Delivery(id_, dumps(told), MEDIA_TYPE, received_at, notice))
        self.newest = newest if newest > _BEGINNING else None
        return deliveries

    def _form(self, asset: str) -> tuple[datetime, datetime, Notice | None, Form | None]:
        """Note from when to when an asset is known to have shown what, and its form."""
        form = self.forms.get(asset.rpartition("/")[2])
        now = form.seen[-1] if form else None
        known = (now.since, now.until, form.now, form) if form and now else _NO_FORM
        self.by_asset[asset] = known
        return known


_NEVER = datetime.max.replace(tzinfo=UTC)
_NO_FORM = (_NEVER, _NEVER, None, None)


def _local_services(ads: Ads, account: str, stream: str, io: ConnectorIO) -> Iterator[Batch]:
    """Yield all Local Services leads: an old one may be wiped out at any time."""
    zone = _time_zone(ads, account)
    for rows in ads.rows(account, local_services.LOCAL_SERVICES_QUERY):
        for start in range(0, len(rows), BATCH):
            at = io.now()
            yield Batch(
                stream,
                [
                    local_services.delivery_of(row.local_services_lead, zone, at)
                    for row in rows[start : start + BATCH]
                ],
            )


def _time_zone(ads: Ads, account: str) -> str:
    zones = [row.customer.time_zone for rows in ads.rows(account, ZONE_QUERY) for row in rows]
    return zones[0] if zones else ""
