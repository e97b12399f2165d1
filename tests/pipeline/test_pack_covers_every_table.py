"""Every table is in the copy, or there is a reason why not; so is every word of every row."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Table

from models.store import Store
from models.tables import metadata
from tests.pipeline.packing import document
from tests.pipeline.planting import copies_of_planted

IN_THE_COPY = {
    "arrival": "leads",
    "audience_removal": "audiences",
    "controller": "controller",
    "correction": "corrections",
    "delivery": "unread",
    "disclosure": "recipients",
    "export": "recipients",
    "hold": "holds",
    "identifier": "identifiers",
    "inbox": "unread",
    "lead": "leads",
    "lead_identifier": "identifiers",
    "lead_mark": "leads",
    "listed": "recipients",
    "ledger": "ledger",
    "notice": "leads",
    "opt_in": "confirmations",
    "outbox": "mails",
    "permission_event": "permissions",
    "person": "people",
    "recall": "recalls",
    "restriction": "people",
    "rights_request": "requests",
    "rights_step": "requests",
    "source": "sources",
    "suppression": "suppressions",
}
"""Table, and the part of the answer that shows what it holds of the person."""

NOT_IN_THE_COPY = {
    "alarm": "about the installation; it names nobody",
    "alarm_target": "addresses of the staff who are alarmed",
    "alarm_told": "addresses of the staff who are alarmed",
    "audience": "which accounts there are, and counts",
    "breach": "what went wrong, in words that name nobody",
    "breach_notice": "who was told of that, and of what",
    "client_exit": "how the contract with a client ended",
    "contract": "with a client, as configured",
    "instruction": "of a client, as configured",
    "recipient": "who may be handed data; who got theirs stands with each list",
    "staff": "the people who work here",
    "cursor": "how far a source was read",
    "job_run": "when jobs ran, and counts",
    "reconciled": "counts by form and day",
    "refused_push": "counts by day",
    "removal": "digests of the numbers that platforms gave to deleted leads: no identifier of a"
    " person leads to one, and whoever asks cannot be recognised in it",
    "restriction_mark": "digests by which a restored store knows restricted people again whom it"
    " lacks; when they come, they have the restriction itself",
    "scheduled_run": "when jobs ran",
    "source_probe": "what the last look at a source found",
}

NOT_SHOWN = {
    "rights_step.actor": "a member of staff, or a part of the program",
    "delivery.detail": "our own words on why it could not be read",
    "delivery.external_id": "the platform's number; in the bytes, where it came",
    "delivery.notice_id": "a fingerprint of a form's wording",
    "delivery.stream": "which form of the source",
    "delivery.position": "where it stood in its source",
    "delivery.media_type": "a format",
    "arrival.media_type": "a format",
    "arrival.notice_id": "a fingerprint; the wording is shown",
    "inbox.media_type": "a format",
    "inbox.external_id": "the platform's number; in the bytes",
    "inbox.notice_id": "a fingerprint of a form's wording",
    "lead.media_type": "a format",
    "export.actor": "a member of staff",
    "export.path": "a place in the house",
    "export.format": "a format",
    "export.codes": "counts of everybody who was in the list",
    "hold.matter": "may be privileged, or name others",
    "hold.approver": "a member of staff, or counsel",
    "ledger.body": "shown in parts, without who of the staff acted",
    "notice.content": "shown in parts",
    "notice.source_id": "with the lead",
    "opt_in.template": "a fingerprint of the mail's text",
    "outbox.body": "shown, without the link that works once",
    "source.mapping_digest": "a fingerprint of the configuration",
    "audience_removal.request_id": "the platform's number of its own work",
    "recall.why": "about the recipient",
}
"""Columns of these tables whose words are not repeated as they stand, and why."""

OF_THE_HOUSE = {"notice_captured", "source_configured", "export_made", "recall_opened"}
"""Entries of the ledger that are about no single person; that she was on a list is shown."""
AFTERWARDS = {"access_pack_made"}


def test_every_table_is_in_the_copy_or_has_a_reason() -> None:
    named = IN_THE_COPY.keys() | NOT_IN_THE_COPY.keys()
    assert set(metadata.tables) == named
    assert not IN_THE_COPY.keys() & NOT_IN_THE_COPY.keys()
    columns = {f"{table.name}.{c.name}" for table in metadata.sorted_tables for c in table.columns}
    assert NOT_SHOWN.keys() <= columns


@pytest.fixture(scope="module")
def hers(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both answers of somebody who is in every table."""
    return copies_of_planted(migrated_sqlite, tmp_path_factory.mktemp("hers"))


@pytest.fixture(scope="module")
def answer(hers: Path) -> dict[str, Any]:
    return document(hers / "access")


def test_every_word_of_every_row_of_the_person_is_in_it(hers: Path, answer: dict[str, Any]) -> None:
    shown = set(_words(answer))
    store = Store(f"sqlite:///{hers}/leads.db")
    missing = []
    for name, part in IN_THE_COPY.items():
        rows = list(_rows(store, metadata.tables[name]))
        assert rows, f"nothing was planted in {name}"
        assert answer[part], f"{part} is empty"
        for column, word in rows:
            if f"{name}.{column}" not in NOT_SHOWN and word not in shown:
                missing.append(f"{name}.{column}: {word}")
    store.close()
    assert missing == []


def _rows(store: Store, table: Table) -> Iterator[tuple[str, str]]:
    """Yield the words that a table holds, each with its column."""
    with store.reading() as connection:
        for row in connection.execute(table.select()):
            if table.name == "ledger" and row.kind in OF_THE_HOUSE | AFTERWARDS:
                continue
            for column, value in row._mapping.items():
                yield from ((column, word) for word in _words(value))


def _words(value: Any) -> Iterator[str]:
    """Yield each text in a value, and each word of what it may be a part of."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _words(each)
    elif isinstance(value, list):
        for each in value:
            yield from _words(each)
    elif isinstance(value, str) and value:
        yield value


def test_the_bytes_of_what_came_are_in_it(answer: dict[str, Any]) -> None:
    payloads = [lead["as_it_came"]["content"] for lead in answer["leads"]]
    assert {each["id"] for each in payloads} == {"100000000000001", "100000000000002"}
    [again] = answer["leads"][0]["came_again"] or answer["leads"][1]["came_again"]
    assert again["as_it_came"]["content"]["ad_name"] == "June"
    assert {each["place"] for each in answer["unread"]} == {"set aside", "inbox"}
    assert all("content" in each["as_it_came"] for each in answer["unread"])
    assert "arun" not in orjson.dumps(answer).decode().lower()
