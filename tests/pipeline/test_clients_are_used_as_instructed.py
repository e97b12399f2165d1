"""A client's leads are used exactly as the client instructed (PERM-5 to PERM-9), then and now."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.store import Store
from pipeline.declare import declare
from pipeline.export import ExportReport, ExportRequest, export
from pipeline.preferences import preferences
from pipeline.settings import ControllerSettings
from pipeline.why import why
from policy.decision import Decision
from policy.preferences import Standing
from policy.uses import UseRequest
from policy.vocabulary import Channel, Operation, Purpose, ReasonCode
from tests import build
from tests.build import NOW, SUPPRESSION_KEY, client, delivery, email, take
from tests.pipeline.links import token_to, tokens

MARKETING = Purpose.DIRECT_MARKETING
INSTRUCTED = (ReasonCode.OK_PROCESSOR_INSTRUCTION,)
EARLIER = NOW - timedelta(hours=6)
SUBMITTED = NOW - timedelta(days=2)


def declared(store: Store, owner: ControllerSettings, at: datetime = EARLIER) -> None:
    declare(store, build.settings(str(store.url), build.source(owner=owner)), at)


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with one lead of a client, who agreed to marketing by e-mail and calls."""
    declared(store, client())
    take(store, build.source(owner=client()), delivery("1000001", at=SUBMITTED), at=EARLIER)
    return store


def asked(
    store: Store,
    owner: ControllerSettings,
    purpose: Purpose = MARKETING,
    channel: Channel = Channel.EMAIL,
    at: datetime = NOW,
    **more: Any,
) -> Decision:
    use = UseRequest(purpose, channel, at, **more)
    [found] = why(store, [owner], SUPPRESSION_KEY, email(), use)
    return found.decision


def listed(
    store: Store, owner: ControllerSettings, out: Path, to: str = "internal"
) -> ExportReport:
    request = ExportRequest(owner, MARKETING, Channel.EMAIL, to, out, "test")
    return export(store, request, SUPPRESSION_KEY, lambda: NOW)


def test_an_instruction_in_force_lets_the_persons_consent_be_used(filled: Store) -> None:
    """Rule: PERM-9."""
    found = asked(filled, client())
    assert found.reasons == INSTRUCTED
    assert found.rests_on is not None


def test_a_client_without_a_contract_is_not_used_at_all(store: Store) -> None:
    """Rule: PERM-6."""
    bare = client().model_copy(update={"contract": None, "instructions": ()})
    declared(store, bare)
    take(store, build.source(owner=bare), delivery("1000001", at=SUBMITTED), at=EARLIER)
    assert asked(store, bare).reasons == (ReasonCode.PROCESSOR_NO_INSTRUCTION,)


@pytest.mark.parametrize(
    "change",
    [
        {"purposes": ["enquiry_response"]},
        {"channels": ["live_call"]},
        {"from": "2026-11-23"},
        {"until": "2026-11-21"},
    ],
)
def test_what_no_instruction_covers_is_denied(filled: Store, change: dict[str, Any]) -> None:
    """Rule: PERM-6."""
    owner = client("shop", {**change, "version": "2"})
    declared(filled, owner, NOW)
    assert asked(filled, owner).code is ReasonCode.PROCESSOR_NO_INSTRUCTION


def test_an_instruction_replaces_no_consent(filled: Store) -> None:
    """Rule: PERM-9."""
    owner = client("shop", {"channels": ["sms"]})
    declared(filled, owner, NOW)
    found = asked(filled, owner, channel=Channel.SMS)
    assert not found.is_allowed
    assert ReasonCode.PROCESSOR_NO_INSTRUCTION not in found.reasons


def test_a_clients_data_is_not_for_our_own_ends(filled: Store) -> None:
    """Rule: PERM-5."""
    found = asked(filled, client(), is_for_agency=True)
    assert found.reasons == (ReasonCode.PROCESSOR_OWN_PURPOSE,)


def test_after_the_last_day_data_is_given_back_or_deleted_and_nothing_else(filled: Store) -> None:
    """Rules: PERM-7, PERM-8."""
    owner = client(ends_on="2026-11-30")
    declared(filled, owner, NOW)
    last, over = datetime(2026, 11, 30, 23, 59, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    assert asked(filled, owner, at=last).reasons == INSTRUCTED
    assert asked(filled, owner, at=last).valid_until == over
    assert asked(filled, owner, at=over).reasons == (ReasonCode.PROCESSOR_CONTRACT_ENDED,)
    for operation in (Operation.RETURN_TO_CLIENT, Operation.DELETE):
        found = asked(filled, owner, at=over, operation=operation)
        assert found.reasons == (ReasonCode.OK_PROCESSOR_EXIT,)


def test_the_past_is_judged_by_what_was_instructed_then(filled: Store) -> None:
    """Rule: CNT-3."""
    changed = client("shop", {"version": "2", "purposes": ["client_delivery"]})
    declared(filled, changed, NOW)
    assert asked(filled, changed, at=NOW - timedelta(minutes=1)).reasons == INSTRUCTED
    assert asked(filled, changed, at=NOW).code is ReasonCode.PROCESSOR_NO_INSTRUCTION
    before = EARLIER - timedelta(minutes=1)
    assert asked(filled, changed, at=before).code is ReasonCode.PROCESSOR_NO_INSTRUCTION


def test_what_is_taken_out_of_the_configuration_permits_nothing_more(filled: Store) -> None:
    bare = client().model_copy(update={"contract": None, "instructions": ()})
    declared(filled, bare, NOW)
    assert asked(filled, bare).reasons == (ReasonCode.PROCESSOR_NO_INSTRUCTION,)
    assert asked(filled, bare, at=NOW - timedelta(minutes=1)).reasons == INSTRUCTED


def test_a_list_is_made_as_instructed_for_the_house_or_for_the_client(
    filled: Store, tmp_path: Path
) -> None:
    for number, to in enumerate(("internal", "shop")):
        report = listed(filled, client(), tmp_path / f"{number}.csv", to)
        assert (report.allowed, report.withheld.total()) == (1, 0)


def test_nobody_but_the_recipients_of_the_instruction_gets_a_list(
    filled: Store, tmp_path: Path
) -> None:
    report = listed(filled, client(), tmp_path / "list.csv", "stranger")
    assert report.withheld == {ReasonCode.PROCESSOR_NO_INSTRUCTION: 1}
    owner = client("shop", {"recipients": []})
    declared(filled, owner, NOW)
    report = listed(filled, owner, tmp_path / "other.csv", "shop")
    assert report.withheld == {ReasonCode.PROCESSOR_NO_INSTRUCTION: 1}


def test_whoever_works_for_us_needs_an_agreement_besides(filled: Store, tmp_path: Path) -> None:
    owner = client("shop", {"recipients": ["mailer"]})
    declared(filled, owner, NOW)
    report = listed(filled, owner, tmp_path / "list.csv", "mailer")
    assert report.withheld == {ReasonCode.RECIPIENT_NO_CONTRACT: 1}


def test_who_holds_a_link_sees_what_the_client_lets_be_done(filled: Store) -> None:
    made_by = tokens(client())
    link = made_by.read(token_to(filled, email(), controller_id="shop", made_by=made_by))
    assert link is not None
    found = preferences(filled, SUPPRESSION_KEY, link, NOW)
    assert found is not None
    standings = {line.channel: line.standing for line in found.lines}
    assert standings[Channel.EMAIL] is Standing.ON
    assert standings[Channel.LIVE_CALL] is not Standing.ON  # ticked, and not instructed
