"""Hold back what came with sensitive content: masked on the lead, as it came on the shelf only.

The lead's payload is the delivery with the masked answers in place of the given ones. The delivery
as it came is set aside for 30 days, so that a wrong hit can be looked into, and then deleted. The
ledger's commitment stays that of the bytes that came. Rules: SCR-8, SCR-9. UK GDPR Art. 5(1)(c), 9.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from connectors.base import Connector, Delivery, Submission
from models import delivery as deliveries
from models.bulk import Values
from models.delivery import AsideReason
from models.keys import new_keys
from models.ledger import Entry, LedgerKind
from pipeline.compose import cleaned
from pipeline.prepare import Prepared
from pipeline.screen import SENSITIVE_CONTENT_MASKED, MaskedAnswer
from pipeline.settings import ConfiguredSource
from policy.retention import quarantine_until

_DETAIL = (
    "Answers told {kinds}. They are masked on the lead, which is stored; these bytes are what came."
    " Nothing needs to be done: they are not replayed, and are deleted when their time is over."
)


def with_masked_payloads(prepared: Sequence[Prepared], connector: Connector) -> Sequence[Prepared]:
    """Give all submissions of a delivery with masked answers the payload that may be kept.

    A payload of which the connector does not read just the masked submissions is kept empty.
    """
    touched = {id(each.delivery) for each in prepared if each.masking is not None}
    if not touched:
        return prepared
    together: dict[int, list[Prepared]] = defaultdict(list)
    for each in prepared:
        if id(each.delivery) in touched:
            together[id(each.delivery)].append(each)
    payloads = {place: _payload(own, connector) for place, own in together.items()}
    return [
        each._replace(
            masked_payload=payloads[id(each.delivery)],
            remarks=(*each.remarks, SENSITIVE_CONTENT_MASKED),
        )
        if id(each.delivery) in touched
        else each
        for each in prepared
    ]


def _payload(own: Sequence[Prepared], connector: Connector) -> bytes:
    delivery = own[0].delivery
    changes = [change for each in own if each.masking for change in each.masking.changes]
    payload = masked_json(delivery.payload, changes)
    if payload is None:
        return b""
    again = connector.read(delivery._replace(payload=payload))
    read = [outcome for outcome in again if isinstance(outcome, Submission)]
    expected = [each.submission for each in own]
    return payload if read and read == expected[: len(read)] else b""


def masked_json(payload: bytes, changes: Sequence[MaskedAnswer]) -> bytes | None:
    """Return a JSON payload with answers masked where they stand; None if it is no JSON.

    An answer that was masked whole ("yes") is replaced only beside the name of its field, since the
    same word elsewhere means something else; what tells by itself is replaced wherever it stands.
    """
    anywhere = {change.given: change.kept for change in changes if not change.is_whole}
    by_field: dict[str, dict[str, str]] = defaultdict(dict)
    for change in changes:
        by_field[change.field.casefold()][change.given] = change.kept
    try:
        content = _masked(json.loads(payload), anywhere, by_field)
        return _text_of(content).encode()
    except (ValueError, RecursionError):
        return None


def _masked(
    node: Any,  # noqa: ANN401 - any JSON value
    known: Mapping[str, str],
    by_field: Mapping[str, Mapping[str, str]],
) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value with what is `known` replaced; inside an object its fields' too."""
    if node is None or isinstance(node, bool):
        return node
    kept = known.get(node if isinstance(node, str) else _text_of(node))
    if kept is not None:
        return kept
    if isinstance(node, list):
        return [_masked(each, known, by_field) for each in node]
    if isinstance(node, dict):
        # vendors write the types of their questions in capitals, and we the fields in small letters
        said = {value.casefold() for value in node.values() if isinstance(value, str)}
        names = said & by_field.keys()
        inside = {given: kept for name in names for given, kept in by_field[name].items()}
        return {
            key: value
            if isinstance(value, str) and value.casefold() in names
            else _masked(value, {**known, **inside, **by_field.get(key.casefold(), {})}, by_field)
            for key, value in node.items()
        }
    return node


def _text_of(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def hold_originals(
    connection: Connection, source: ConfiguredSource, kept: Sequence[Prepared], now: datetime
) -> list[Entry]:
    """Set the bytes that came aside for leads that were kept masked; return the ledger's entries.

    They are deleted after 30 days, or with the lead if that ends sooner. Rules: RET-22, SCR-9.
    """
    if not kept:
        return []
    keys = new_keys(len(kept), now)
    rows = [_row(source, key, each) for key, each in zip(keys, kept, strict=True)]
    fresh = deliveries.set_aside(connection, source.controller_id, source.id, rows)
    detail = {"source": source.id, "reason": AsideReason.SENSITIVE_CONTENT}
    return [(LedgerKind.DELIVERY_SET_ASIDE, row["id"].hex, detail) for row in fresh]


def _row(source: ConfiguredSource, key: UUID, prepared: Prepared) -> Values:
    delivery: Delivery = prepared.delivery
    kinds = ", ".join(prepared.masking.categories) if prepared.masking else "another lead's matters"
    row = {
        "controller_id": source.controller_id,
        "id": key,
        "source_id": source.id,
        "stream": None,
        "external_id": prepared.external_id,
        "notice_id": prepared.notice_id,
        "listed_as_test": delivery.listed_as_test,
        "position": delivery.position,
        "reason": AsideReason.SENSITIVE_CONTENT,
        "detail": _DETAIL.format(kinds=kinds),
        "received_at": delivery.received_at,
        "delete_after": min(quarantine_until(delivery.received_at), prepared.expires_at),
        "media_type": delivery.media_type,
        "payload": delivery.payload,
        "digest": hashlib.sha256(delivery.payload).digest(),
    }
    return cleaned(row)
