"""Ask for leads by their ids, fifty in a call, as a webhook announced them.

Source: developers.facebook.com, docs/graph-api (multiple ids), lead-ads/retrieving, v26.0.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from connectors._meta_form_reading import FormReading, delivery_of
from connectors._meta_graph import Graph
from connectors._meta_pull import LEAD_FIELDS
from connectors._meta_verdict import GraphError, Outcome
from connectors._values import id_of
from connectors.base import ConnectorIO, Delivery
from connectors.pushed import Missing, Pointer
from policy.vocabulary import Notice

MOST_IDS = 50
"""The most ids of one call; each counts as a call against the quota all the same."""
_NOTICES_LAST = timedelta(hours=1)
_UNREADABLE = {Outcome.NO_ACCESS}

_Row = Mapping[str, object]


class KnownForms:
    """The wordings that were read lately, so that not each webhook asks for its form again.

    A published form cannot be edited: an hour is for the fields around it, which can.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[Notice, datetime]] = {}

    def get(self, form_id: str, now: datetime) -> Notice | None:
        """Return what a form shows, if that was read lately."""
        notice, read_at = self._known.get(form_id, (None, now))
        return notice if now - read_at < _NOTICES_LAST else None

    def keep(self, form_id: str, notice: Notice, now: datetime) -> None:
        """Remember what a form shows."""
        self._known[form_id] = (notice, now)


class Collecting:
    """One round: which leads the platform gives, and which it does not show."""

    def __init__(
        self, graph: Graph, io: ConnectorIO, forms: KnownForms, shut: Callable[[], None]
    ) -> None:
        """Prepare. `shut` raises if the page's gates are shut, which looks like missing leads."""
        self._graph = graph
        self._io = io
        self._forms = forms
        self._shut = shut
        self._fields = 0

    def collect(self, pointers: Sequence[Pointer]) -> Iterator[Delivery | Missing]:
        """Yield every lead, or that it is missing.

        Raises:
            GraphError: the platform refuses or cannot be reached.
            SourceError: what `shut` raises.
        """
        for start in range(0, len(pointers), MOST_IDS):
            chunk = {each.external_id: each for each in pointers[start : start + MOST_IDS]}
            rows = self._rows(list(chunk))
            if not rows:
                self._shut()
            for found in self._deliveries(rows):
                yield Missing(chunk[found]) if isinstance(found, str) else found
            yield from (Missing(chunk[lead_id]) for lead_id in chunk if lead_id not in rows)

    def _rows(self, ids: Sequence[str]) -> dict[str, _Row]:
        """Return the rows that can be read; one that cannot may refuse the whole call."""
        try:
            answer = self._graph.get("", ids=",".join(ids), fields=LEAD_FIELDS[self._fields])
        except GraphError as error:
            return self._less(ids, error)
        rows = {lead_id: answer.get(lead_id) for lead_id in ids}
        return {
            lead_id: row
            for lead_id, row in rows.items()
            if isinstance(row, dict) and id_of(row.get("id")) == lead_id
        }

    def _less(self, ids: Sequence[str], error: GraphError) -> dict[str, _Row]:
        outcome = error.verdict.outcome
        if outcome is Outcome.DROP_FIELDS and self._fields + 1 < len(LEAD_FIELDS):
            self._fields += 1
            return self._rows(ids)
        if outcome not in {*_UNREADABLE, Outcome.SMALLER_PAGE}:
            raise error
        if len(ids) == 1:
            if outcome is Outcome.SMALLER_PAGE:
                raise error
            return {}
        half = len(ids) // 2
        first = self._rows(ids[:half])
        if not first and outcome in _UNREADABLE:
            self._shut()  # before each of them is asked for alone
        return first | self._rows(ids[half:])

    def _deliveries(self, rows: Mapping[str, _Row]) -> Iterator[Delivery | str]:
        """Yield the rows with what their forms show; the id alone where a form is not shown."""
        by_form: dict[str, list[str]] = defaultdict(list)
        for lead_id, row in rows.items():
            by_form[id_of(row.get("form_id")) or ""].append(lead_id)
        now = self._io.now()
        for form_id, ids in by_form.items():
            own = [rows[lead_id] for lead_id in ids]
            if not form_id:
                yield from (delivery_of(row, now, None) for row in own)
                continue
            known = self._forms.get(form_id, now)
            reading = FormReading(self._graph, form_id, known, None, self._io)
            try:
                read = reading.deliveries(own)
            except GraphError as error:
                if error.verdict.outcome not in _UNREADABLE:
                    raise
                yield from ids
                continue
            if reading.notice is not None:
                self._forms.keep(form_id, reading.notice, now)
            yield from read
