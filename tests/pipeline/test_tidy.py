"""Records of the house's own work go when their time is over; the newest of each stays."""

from datetime import datetime, timedelta

from models import delivery as deliveries
from models.keys import new_keys
from models.refused_push import count_refused, refused_since
from models.store import Store
from pipeline.tidy import tidy
from tests import build


def _ran(store: Store, at: datetime, job: str = "pull", owner: str = "nectra") -> None:
    row = {
        "controller_id": owner,
        "id": new_keys(1, at)[0],
        "job": job,
        "source_id": None,
        "started_at": at,
        "finished_at": at,
        "outcome": "done",
        "counts": {},
        "message": None,
    }
    with store.writing() as connection:
        deliveries.record_run(connection, row)


def test_old_records_go_and_the_newest_of_each_job_stays(store: Store) -> None:
    build.declared(store)
    long_ago = build.NOW - timedelta(days=800)
    _ran(store, long_ago - timedelta(hours=1))
    _ran(store, long_ago)
    _ran(store, build.NOW - timedelta(days=700))
    _ran(store, long_ago + timedelta(hours=1), "expire")
    with store.writing() as connection:
        for days in (0, 91):
            at = build.NOW - timedelta(days=days)
            day = at.date().isoformat()
            count_refused(connection, {("nectra", "meta-main", 403): 2}, day, at)
    assert tidy(store, build.NOW) == {"slots": 0, "records": 2, "refusals": 1}
    assert tidy(store, build.NOW) == {"slots": 0, "records": 0, "refusals": 0}
    with store.reading() as connection:
        assert set(deliveries.last_runs(connection, ["nectra"], "expire")) == {("nectra", None)}
        assert len(refused_since(connection, ["nectra"], "2020-01-01")) == 1


def test_the_newest_record_of_one_controller_does_not_outlive_that_of_another(store: Store) -> None:
    """Rule: ISO-2."""
    build.declared(store, build.source(), build.source("other", owner=build.controller("other")))
    long_ago = build.NOW - timedelta(days=800)
    _ran(store, long_ago, "expire")
    _ran(store, long_ago + timedelta(hours=1), "expire", "other")
    assert tidy(store, build.NOW)["records"] == 0
    with store.reading() as connection:
        kept = deliveries.last_runs(connection, ["nectra", "other"], "expire")
    assert set(kept) == {("nectra", None), ("other", None)}
