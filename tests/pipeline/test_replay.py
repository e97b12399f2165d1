"""What was set aside is read again, as it came and with the wording it came with."""

from datetime import datetime, timedelta

from connectors.base import Delivery, Reading
from connectors.meta_lead_ads import MetaLeadAds
from models.delivery import DeliveryRecord
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.ingest import IngestReport
from pipeline.replay import replay
from policy.evidence import notice_content, notice_from
from policy.vocabulary import Grade
from tests import build
from tests.build import FORM, NOW, broken, connector, declared, delivery, kept, payload, take
from tests.pipeline.asking import may_email

LATER = NOW + timedelta(days=2)


class Mended:
    """A newer version of a connector: it can read what this version sets aside."""

    def __init__(self, read: MetaLeadAds) -> None:
        self._read = read

    def read(self, delivery: Delivery, /) -> list[Reading]:
        whole = delivery.payload.removeprefix(b"#fault#")
        mended = Delivery(
            external_id=delivery.external_id,
            payload=whole,
            media_type=delivery.media_type,
            received_at=delivery.received_at,
            notice=delivery.notice,
            listed_as_test=delivery.listed_as_test,
            position=delivery.position,
        )
        return list(self._read.read(mended))


def _replay(store: Store, *, is_mended: bool = True, at: datetime = LATER) -> IngestReport:
    source = build.source()
    read = connector(source, at)
    return replay(store, source, Mended(read) if is_mended else read, lambda: at)


def _faulty(lead_id: str, **kwargs: object) -> Delivery:
    return broken(b"#fault#" + payload(lead_id), **kwargs)


def test_what_can_be_read_now_becomes_a_lead_and_leaves_the_shelf(store: Store) -> None:
    take(store, declared(store), _faulty("1000001"), broken(b"hopeless"))
    report = _replay(store)
    assert +report.counts == {"stored": 1, "consents": 2, "set_aside": 1}
    [lead] = kept(store, Lead)
    assert lead.external_id == "1000001"
    assert lead.received_at == NOW  # when it came, not when it was read
    assert lead.payload == b"#fault#" + payload("1000001")
    assert lead.grade is Grade.A  # proven by the wording that was kept beside it
    assert may_email(store, at=LATER).is_allowed
    [left] = kept(store, DeliveryRecord)
    assert left.payload == b"hopeless"


def test_what_stays_unreadable_is_set_aside_as_before(store: Store) -> None:
    take(store, declared(store), broken(position="row 17"))
    [before] = kept(store, DeliveryRecord)
    for _ in range(2):
        assert +_replay(store, is_mended=False).counts == {"set_aside": 1}
    [after] = kept(store, DeliveryRecord)
    same = before._asdict() | {"id": after.id}
    assert after._asdict() == same


def test_replaying_twice_is_replaying_once(store: Store) -> None:
    take(store, declared(store), _faulty("1000001"), _faulty("1000002"))
    _replay(store)
    leads = kept(store, Lead)
    assert +_replay(store).counts == {}
    assert kept(store, Lead) == leads
    assert kept(store, DeliveryRecord) == []


def test_a_lead_that_came_again_meanwhile_is_not_stored_twice(store: Store) -> None:
    source = declared(store)
    take(store, source, _faulty("1000001"))
    take(store, source, delivery("1000001"))
    report = _replay(store)
    assert report.counts["stored"] == 0
    assert len(kept(store, Lead)) == 1
    assert kept(store, DeliveryRecord) == []


def test_a_test_lead_that_was_set_aside_comes_back_as_one(store: Store) -> None:
    take(store, declared(store), _faulty("1000001", listed_as_test=True))
    assert +_replay(store).counts == {"tests": 1}


def test_nothing_to_replay_is_no_fault(store: Store) -> None:
    declared(store)
    assert +_replay(store).counts == {}


def test_the_shelf_of_another_source_is_left_alone(store: Store) -> None:
    declared(store, build.source(), build.source("other"))
    take(store, build.source("other"), _faulty("1000001"))
    assert +_replay(store).counts == {}
    assert len(kept(store, DeliveryRecord)) == 1


def test_a_shelf_longer_than_a_unit_of_work_is_read_to_its_end(sqlite_store: Store) -> None:
    source = declared(sqlite_store)
    hopeless = [broken(b"x" * (n + 1)) for n in range(1_100)]
    take(sqlite_store, source, *hopeless, _faulty("1000001"), _faulty("1000002"))
    report = _replay(sqlite_store)
    assert +report.counts == {"stored": 2, "consents": 4, "set_aside": 1_100}
    assert len(kept(sqlite_store, DeliveryRecord)) == 1_100


def test_a_replay_is_in_the_ledger_by_its_own_name(store: Store) -> None:
    take(store, declared(store), _faulty("1000001"))
    _replay(store)
    [entry] = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_STORED]
    assert '"actor":"replay"' in entry.body


def test_a_wording_comes_back_from_its_content_as_it_was() -> None:
    assert notice_from(notice_content(FORM)) == FORM
