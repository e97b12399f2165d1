"""To whom lists and hashes go: asked of each row, refused at the door, and kept as it stood."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from models.export import Export
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.export import ExportReport, ExportRequest, export
from pipeline.hand_over import chosen_recipient, duty_of
from pipeline.provenance import recipient_as_it_stood
from pipeline.recipient_settings import RecipientSettings
from policy.errors import SourceRefused, UsageError
from policy.uses import LegalDuty
from policy.vocabulary import Channel, Purpose, ReasonCode
from tests import audiences, build
from tests.alarming import watchman
from tests.build import NOW, SUPPRESSION_KEY, controller, declared, delivery, email, kept, take
from tests.pipeline.stopping import stop

ABROAD: dict[str, Any] = {
    "country": "US",
    "safeguard": {"mechanism": "idta", "from": date(2026, 1, 1), "tested_on": date(2026, 1, 5)},
}
COURT: dict[str, Any] = {
    "role": "authority",
    "contract": None,
    "duties": [
        {
            "reference": "Order 12",
            "basis": "c",
            "scope": "leads of May",
            "dated": date(2026, 11, 2),
            "requester": "the court's office",
            "necessity": "the order names them all",
        }
    ],
}


def _handed(
    store: Store,
    to: RecipientSettings | None,
    out: Path | None,
    purpose: Purpose = Purpose.DIRECT_MARKETING,
    *,
    channel: Channel = Channel.EMAIL,
    times: Iterator[datetime] | None = None,
    duty: LegalDuty | None = None,
) -> ExportReport:
    request = ExportRequest(controller(), purpose, channel, to, out, "sales", duty=duty)
    return export(store, request, SUPPRESSION_KEY, lambda: next(times) if times else NOW)


@pytest.fixture
def filled(store: Store) -> Store:
    """One person, who may be mailed."""
    take(store, declared(store), delivery())
    return store


def test_a_list_keeps_what_its_recipient_was(filled: Store, tmp_path: Path) -> None:
    """RCP-3."""
    _handed(filled, build.recipient(**ABROAD), tmp_path / "list.csv")
    [record] = kept(filled, Export)
    assert recipient_as_it_stood(record) == {
        "role": "processor",
        "contract": "DPA-1",
        "country": "US",
        "mechanism": "idta",
        "tested_on": "2026-01-05",
    }
    [entry] = [r for r in kept(filled, LedgerRecord) if r.kind is LedgerKind.EXPORT_MADE]
    detail = orjson.loads(entry.body)["detail"]
    assert (detail["recipient"], detail["contract_reference"]) == ("mail-house", "DPA-1")
    assert (detail["mechanism"], detail["tested_on"]) == ("idta", "2026-01-05")


def test_a_list_for_the_controller_itself_names_no_footing(filled: Store, tmp_path: Path) -> None:
    _handed(filled, None, tmp_path / "list.csv")
    [record] = kept(filled, Export)
    assert (record.recipient, recipient_as_it_stood(record)) == ("internal", {})


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"contract": None}, "no contract with it is in force"),
        ({"contract": {"reference": "A", "from": NOW.date() + timedelta(days=1)}}, "no contract"),
        ({"country": "US"}, "nothing that is in force and tested protects data in its country"),
        ({"role": "third_party"}, "ends of its own"),
        ({"channels": ["post"]}, "not registered for this channel"),
    ],
)
def test_a_list_that_could_have_no_row_is_refused_at_the_door(
    filled: Store, tmp_path: Path, changes: dict[str, Any], fact: str
) -> None:
    out = tmp_path / "list.csv"
    with pytest.raises(UsageError, match=fact) as caught:
        _handed(filled, build.recipient(**changes), out)
    assert "Cure: " in str(caught.value)
    assert kept(filled, Export) == []
    assert not out.exists()
    with pytest.raises(UsageError, match=fact):
        _handed(filled, build.recipient(**changes), None)


def test_a_contract_that_runs_out_meanwhile_denies_each_row_with_its_reason(filled: Store) -> None:
    ends = {"reference": "A", "from": date(2026, 1, 1), "until": NOW.date()}
    times = iter([NOW, *[NOW + timedelta(days=1)] * 9])
    report = _handed(filled, build.recipient(contract=ends), None, times=times)
    assert report.withheld == {ReasonCode.RECIPIENT_NO_CONTRACT: 1}


def test_only_a_recipient_of_the_same_controller_can_be_named() -> None:
    own = [build.recipient(), build.recipient("other", controller="client")]
    assert chosen_recipient(own, controller(), "internal") is None
    assert chosen_recipient(own, controller(), "mail-house") == own[0]
    for id_ in ("other", "Mail House"):
        with pytest.raises(UsageError, match="name one of: internal, mail-house; or add it"):
            chosen_recipient(own, controller(), id_)


def test_a_client_gets_its_own_data_by_its_own_id() -> None:
    found = chosen_recipient([], build.client(country="FR"), "shop")
    assert found is not None
    assert (found.role, found.country, found.controller) == ("client", "FR", "shop")
    with pytest.raises(UsageError, match="has no recipient 'shop'"):
        chosen_recipient([], build.controller("shop"), "shop")


def test_an_authority_is_told_by_a_request_on_record_that_somebody_approved(
    filled: Store, tmp_path: Path
) -> None:
    court, telling = build.recipient("court", **COURT), Purpose.AUTHORITY_DISCLOSURE
    with pytest.raises(UsageError, match="--authority-request REFERENCE and --approver NAME"):
        _handed(filled, court, tmp_path / "0.csv", telling, channel=Channel.NONE)
    duty = duty_of(court, "Order 12", "A. Officer")
    report = _handed(filled, court, tmp_path / "1.csv", telling, channel=Channel.NONE, duty=duty)
    assert report.allowed == 2  # an address and a number
    [record] = kept(filled, Export)
    assert (record.authority_request, record.approver) == ("Order 12", "A. Officer")
    assert "A. Officer" not in "".join(row.body for row in kept(filled, LedgerRecord))


@pytest.mark.parametrize(
    ("reference", "approver", "told"),
    [
        ("Order 12", None, "add both"),
        ("Order 12", " ", "add both"),
        (None, "A. Officer", "add both"),
        ("Order 13", "A. Officer", "name one of: Order 12"),
    ],
)
def test_a_request_needs_its_record_and_its_approver(
    reference: str | None, approver: str | None, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        duty_of(build.recipient("court", **COURT), reference, approver)


def test_a_platform_that_nobody_registered_is_handed_no_hashes(store: Store) -> None:
    """RCP-4."""
    with audiences.meta() as graph:
        known = audiences.configured(audiences.META, audiences.meta_settings(graph.url))
        house = audiences.house_with(store, replace(known, recipient=None))
        stop(store, email())
        [done] = audiences.round_at(house).rounds
        assert isinstance(done.error, SourceRefused)
        assert "no registered recipient. Cure: add a [[recipients]] table" in str(done.error)
        assert graph.calls_to("usersofanyaudience") == []
        assert len(audiences.waiting(store)) == 1
        guard = watchman(store)
        assert ("audience_removal_failed", "nectra") in guard.round().raised

        unguarded = audiences.platform(safeguard=None)
        house = audiences.house_with(store, replace(known, recipient=unguarded))
        [done] = audiences.round_at(house, is_by_hand=True).rounds
        assert "protects data in its country" in str(done.error)
        assert len(audiences.waiting(store)) == 1

        house = audiences.house_with(store, known)
        [done] = audiences.round_at(house, is_by_hand=True).rounds
    assert (done.error, done.confirmed) == (None, 1)
    assert audiences.waiting(store) == []
    [entry] = audiences.told(store, LedgerKind.AUDIENCE_REMOVAL_CONFIRMED)
    detail = orjson.loads(entry.body)["detail"]
    assert (detail["recipient"], detail["country"]) == ("ad-platform", "US")
    assert (detail["contract_reference"], detail["mechanism"]) == ("DPA-1", "regulations")
