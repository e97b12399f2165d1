"""Turn the leads of a form, as the Graph API gives them, into deliveries with the form's wording.

Source: developers.facebook.com, marketing-api, lead-ads/retrieving, v26.0.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

import orjson

from connectors._meta_forms import FORM_FIELDS, FORM_FIELDS_WITHOUT_LEGAL, notice_of
from connectors._meta_graph import Graph, Json
from connectors._meta_pages import pages
from connectors._meta_verdict import GraphError, Outcome
from connectors._values import id_of
from connectors.base import ConnectorIO, Delivery
from policy.vocabulary import Notice

_UNLISTED = {Outcome.DROP_FIELDS, Outcome.NO_ACCESS, Outcome.PERMISSION}


def ids_of(rows: list[object] | tuple[object, ...]) -> frozenset[str]:
    """Return the ids of some rows, of those that have one."""
    ids = (id_of(row.get("id")) for row in rows if isinstance(row, dict))
    return frozenset(found for found in ids if found is not None)


class FormReading:
    """Turns rows into deliveries, reading what the form shows only when there is a first row."""

    def __init__(
        self,
        graph: Graph,
        form_id: str,
        shown: Json | Notice | None,
        test_ids: frozenset[str] | None,
        io: ConnectorIO,
    ) -> None:
        self._graph = graph
        self._form_id = form_id
        self._io = io
        self._notice = shown if shown is None or isinstance(shown, Notice) else notice_of(shown)
        self._test_ids = test_ids

    @property
    def notice(self) -> Notice | None:
        """Return what the form shows, None as long as nobody needed to know."""
        return self._notice

    def deliveries(self, rows: Sequence[object]) -> list[Delivery]:
        """Return the rows as they came; one that is no object is delivered too, to be set aside."""
        if not rows:
            return []
        if self._notice is None:
            self._notice = self._read_notice()
        if self._test_ids is None and any(map(_may_be_a_test, rows)):
            self._test_ids = self._read_testids_of()
        now = self._io.now()
        return [delivery_of(row, now, self._notice, self._test_ids or ()) for row in rows]

    def _read_notice(self) -> Notice:
        """Read the form by itself; where its legal content is refused, without it."""
        try:
            return notice_of(self._graph.get(self._form_id, fields=FORM_FIELDS))
        except GraphError as error:
            if error.verdict.outcome is not Outcome.DROP_FIELDS:
                raise
        shown = self._graph.get(self._form_id, fields=FORM_FIELDS_WITHOUT_LEGAL)
        return notice_of(shown, wording_known=False)

    def _read_testids_of(self) -> frozenset[str]:
        """Ask the form itself, which Meta's reference says is impossible and works."""
        ids: frozenset[str] = frozenset()
        try:
            for page in pages(self._graph, (self._form_id, "test_leads"), ("id",), limit=100):
                ids |= ids_of(list(page.rows))
        except GraphError as error:
            if error.verdict.outcome not in _UNLISTED:
                raise
            self._io.log.warning("meta.test_leads_not_listed", form_id=self._form_id)
        return ids


def delivery_of(
    row: object, now: datetime, notice: Notice | None, test_ids: Collection[str] = ()
) -> Delivery:
    """Return a row as it came, with the wording that its form shows."""
    lead_id = id_of(row.get("id")) if isinstance(row, dict) else None
    return Delivery(
        external_id=lead_id,
        payload=_bytes(row),
        media_type="application/json",
        received_at=now,
        notice=notice,
        listed_as_test=lead_id is not None and lead_id in test_ids,
    )


def _may_be_a_test(row: object) -> bool:
    """Say whether a lead may be a test: those come without an ad."""
    return isinstance(row, dict) and not row.get("ad_id")


def _bytes(row: object) -> bytes:
    try:
        # copied, because orjson hands its whole buffer over: 4 KiB for a lead of one
        return bytes(memoryview(orjson.dumps(row)))
    except orjson.JSONEncodeError:
        # half a surrogate pair: kept as its escape, so that the lead alone is set aside
        return json.dumps(row, separators=(",", ":")).encode()
