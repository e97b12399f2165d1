"""What operators' machines ask."""

from datetime import timedelta

from starlette.testclient import TestClient

from models.columns import table_of
from models.inbox import InboxRecord
from models.store import Store
from pipeline import wiring
from pipeline.find_alarms import Surroundings
from pipeline.raise_alarms import raise_alarms
from pipeline.readiness import LONGEST_WAIT
from pipeline.wiring import House
from tests.web.conftest import opened
from tests.web.pushing import GOOGLE, TOLD, google_body


def test_it_says_that_it_is_alive_with_headers_that_allow_nothing(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_it_is_ready_while_its_tables_its_disk_and_its_inbox_are_right(
    client: TestClient, store: Store
) -> None:
    assert client.get("/readyz").json() == {"status": "ready", "faults": []}
    client.post(f"/in/{GOOGLE}", content=google_body(), headers=TOLD)
    assert client.get("/readyz").status_code == 200
    with store.writing() as connection:
        moved = {"received_at": wiring.now() - LONGEST_WAIT - timedelta(minutes=1)}
        connection.execute(table_of(InboxRecord).update().values(moved))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["faults"]) == (503, ["inbox"])


def test_a_pending_migration_makes_it_unready(client: TestClient, store: Store) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert client.get("/readyz").json()["faults"] == ["store.schema"]


def test_the_counts_are_for_those_who_are_named_and_hold_nobody(store: Store, house: House) -> None:
    sources = house.settings.sources
    with opened(store, *sources) as client:
        client.post(f"/in/{GOOGLE}", content=google_body(), headers=TOLD)
        client.post(f"/in/{GOOGLE}", content=google_body(key="wrong"), headers=TOLD)
        text = client.get("/metrics").text
    assert 'leadledger_pushes_total{source="google-main",status="200"} 1.0' in text
    assert 'leadledger_pushes_total{source="google-main",status="403"} 1.0' in text
    assert 'leadledger_inbox_waiting{source="google-main"} 1.0' in text
    assert 'leadledger_request_seconds_count{method="POST",route="/in/{source_id}"} 2.0' in text
    assert "priya" not in text.lower()
    with opened(store, *sources, caller="203.0.113.9") as client:
        assert client.get("/metrics").status_code == 404


def test_alarms_that_stand_are_counted_by_kind(house: House, client: TestClient) -> None:
    around = Surroundings(free_bytes=1_000)
    raise_alarms(house, wiring.now, around)
    text = client.get("/metrics").text
    assert 'leadledger_alarms_open{kind="disk_low"} 1.0' in text
    assert 'leadledger_alarms_open{kind="silence"} 0.0' in text
