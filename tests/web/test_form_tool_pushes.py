"""What form tools send over the network: answered, in the inbox, and then a lead with its proof."""

import pytest

from models.inbox import InboxRecord
from models.lead import Lead
from models.permission import PermissionRecord
from models.store import Store
from pipeline import wiring
from pipeline.work_inbox import Built, work_inbox
from policy.vocabulary import EventKind
from tests.build import kept
from tests.connectors import form_webhook_corpus as corpus
from tests.pipeline.test_form_webhooks import source_of
from tests.web.conftest import PUBLIC, opened

ADDRESS = f"{PUBLIC}/in/contact"
PROVES_NO_TIME = ("jotform", "elementor")


def whole(tool: str) -> tuple[bytes, dict[str, str]]:
    """Return the body of a tool and its headers, signed now."""
    [path] = [path for path in corpus.payloads(tool) if path.stem == "whole"]
    body = path.read_bytes()
    kind = {"content-type": corpus.content_type(body, path.suffix)}
    return body, kind | corpus.proof(tool, body, at=wiring.now(), url=ADDRESS)


@pytest.mark.parametrize("tool", corpus.TOOLS)
def test_a_push_becomes_a_lead_with_the_wording_of_its_form(sqlite_store: Store, tool: str) -> None:
    source = source_of(tool)
    body, headers = whole(tool)
    with opened(sqlite_store, source) as client:
        assert client.post("/in/contact", content=body, headers=headers).status_code == 200
    [waiting] = kept(sqlite_store, InboxRecord)
    assert corpus.SECRET.encode() not in waiting.payload
    work_inbox(sqlite_store, [Built(source, wiring.build(source))], wiring.now)
    [lead] = kept(sqlite_store, Lead)
    assert lead.contact["emails"] == ["priya.sharma@mail.example"]
    assert lead.notice_id is not None
    kinds = {event.kind for event in kept(sqlite_store, PermissionRecord)}
    proven = EventKind.ATTEMPTED if tool in PROVES_NO_TIME else EventKind.GIVEN
    assert proven in kinds
    assert kept(sqlite_store, InboxRecord) == []


@pytest.mark.parametrize("tool", ["jotform", "elementor"])
def test_a_secret_in_the_address_opens_and_nothing_else_does(
    sqlite_store: Store, tool: str
) -> None:
    body, headers = whole(tool)
    kind = {"content-type": headers["content-type"]}
    with opened(sqlite_store, source_of(tool)) as client:
        for query, status in (
            ("", 403),
            ("?key=another-secret-of-somebody", 403),
            (f"?key={corpus.SECRET}", 200),
        ):
            answer = client.post(f"/in/contact{query}", content=body, headers=kind)
            assert answer.status_code == status
            assert corpus.SECRET not in answer.text
    assert len(kept(sqlite_store, InboxRecord)) == 1


def test_an_old_signature_and_another_body_are_refused(sqlite_store: Store) -> None:
    body, headers = whole("hubspot")
    old = headers | corpus.proof("hubspot", body, at=corpus.RECEIVED_AT, url=ADDRESS)
    with opened(sqlite_store, source_of("hubspot")) as client:
        assert client.post("/in/contact", content=body, headers=old).status_code == 401
        changed = client.post("/in/contact", content=body + b" ", headers=headers)
        assert changed.status_code == 401
    assert kept(sqlite_store, InboxRecord) == []
