"""Restricted data is kept, and used for nothing but what the law leaves, until that is lifted."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from models.audience_removal import AudienceRemoval
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.restriction import RestrictionRecord
from models.store import Store
from pipeline.expire import expire
from pipeline.list_recalls import Told, acknowledge_recalls, list_recalls
from pipeline.provenance import of_identifier
from pipeline.restrict import list_restrictions
from policy.erasure import ErasureDelay
from policy.errors import UsageError
from policy.recall import RecallReason
from policy.restriction import RestrictionGround
from policy.vocabulary import Channel, Purpose, ReasonCode
from tests.audiences import META, configured, house_with, meta_settings
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    phone,
    source,
    take,
)
from tests.pipeline.erasing import erased, listed
from tests.pipeline.restricting import decided, lifted, restricted
from tests.pipeline.stopping import everything

DAY = timedelta(days=1)
LATER = NOW + DAY
OTHER = "arun.patel@mail.example"


def _stocked(store: Store) -> None:
    other = delivery("200000000000002", fields(OTHER, "+447700900456", "Arun Patel"))
    take(store, declared(store), delivery(), other)


def _kinds(store: Store) -> list[LedgerKind]:
    return [row.kind for row in kept(store, LedgerRecord)]


def test_the_restricted_are_in_no_list_and_why_says_so(store: Store, tmp_path: Path) -> None:
    _stocked(store)
    assert decided(store).is_allowed
    done = restricted(store)
    assert (len(done.ids), done.people, done.leads) == (1, 1, 1)
    assert decided(store).reasons == (ReasonCode.RESTRICTED,)
    assert ReasonCode.RESTRICTED in decided(store, phone(), channel=Channel.LIVE_CALL).reasons
    report = listed(store, tmp_path / "list.csv")
    assert (report.allowed, report.withheld[ReasonCode.RESTRICTED]) == (1, 1)
    assert "priya" not in (tmp_path / "list.csv").read_text("utf-8-sig")
    for purpose in (Purpose.ENQUIRY_RESPONSE, Purpose.AD_AUDIENCE):
        assert ReasonCode.RESTRICTED in decided(store, purpose=purpose).reasons


def test_what_was_so_in_the_past_can_still_be_asked(store: Store) -> None:
    _stocked(store)
    [id_] = restricted(store).ids
    assert lifted(store, id_, at=NOW + 3 * DAY)
    assert decided(store, at=NOW - timedelta(hours=1)).is_allowed
    assert decided(store, at=NOW + 2 * DAY).reasons == (ReasonCode.RESTRICTED,)
    assert decided(store, at=NOW + 3 * DAY).is_allowed


def test_it_is_not_lifted_before_the_person_is_told(store: Store) -> None:
    """RST-2."""
    _stocked(store)
    [id_] = restricted(store).ids
    before = everything(store)
    for told_on in (date(2026, 11, 21), date(2026, 11, 24)):
        with pytest.raises(UsageError, match="before the restriction, or still to come"):
            lifted(store, id_, at=LATER, told_on=told_on)
    assert everything(store) == before
    assert lifted(store, id_, at=LATER) is True
    assert lifted(store, id_, at=LATER) is False
    [row] = kept(store, RestrictionRecord)
    assert row.since <= row.told_at <= row.lifted_at == LATER
    with pytest.raises(UsageError, match="no restriction with this id"):
        lifted(store, uuid4(), at=LATER)


def test_to_restrict_twice_on_one_ground_is_once_and_on_two_grounds_both_must_be_lifted(
    store: Store,
) -> None:
    _stocked(store)
    [first] = restricted(store).ids
    again = restricted(store, at=LATER)
    assert (again.ids, again.known) == ([], [first])
    [second] = restricted(store, ground=RestrictionGround.OBJECTION_WEIGHED).ids
    lifted(store, first, at=LATER)
    assert not decided(store, at=LATER).is_allowed
    lifted(store, second, at=LATER)
    assert decided(store, at=LATER).is_allowed
    assert _kinds(store).count(LedgerKind.RESTRICTION_SET) == 2
    assert _kinds(store).count(LedgerKind.RESTRICTION_LIFTED) == 2


def test_a_new_lead_of_the_restricted_is_restricted_and_so_is_one_that_is_pulled_again(
    store: Store,
) -> None:
    _stocked(store)
    restricted(store)
    take(store, declared(store), delivery())
    new = fields("priya.sharma@work.example", name="Priya Sharma") | {"email": email().value}
    take(store, declared(store), delivery("300000000000003", new, at=NOW - DAY))
    assert decided(store).reasons[0] is ReasonCode.RESTRICTED
    [one] = list_restrictions(store, [controller()])
    assert one.leads == 2


def test_what_the_person_agrees_to_since_is_theirs_to_say(store: Store) -> None:
    _stocked(store)
    restricted(store)
    given = delivery("300000000000003", at=NOW + timedelta(hours=2), received_at=LATER)
    take(store, declared(store), given, at=LATER)
    assert decided(store, at=LATER).reasons == (ReasonCode.OK_RESTRICTED_USE,)


def test_a_rehearsal_and_what_is_unknown_change_nothing(store: Store) -> None:
    _stocked(store)
    before = everything(store)
    assert restricted(store, is_rehearsal=True).leads == 1
    with pytest.raises(UsageError, match="nothing to restrict"):
        restricted(store, email("nobody@mail.example"))
    with pytest.raises(UsageError, match="no request with this reference"):
        restricted(store, request="NONE-NONE-NONE")
    assert everything(store) == before


def test_a_restriction_for_claims_keeps_data_beyond_its_day_and_no_other_does(
    store: Store,
) -> None:
    """RST-3."""
    _stocked(store)
    [id_] = restricted(store, ground=RestrictionGround.CLAIMS).ids
    restricted(store, email(OTHER), ground=RestrictionGround.UNLAWFUL)
    over = NOW + 800 * DAY
    expire(store, [controller()], SUPPRESSION_KEY, lambda: over)
    [left] = kept(store, Lead)
    assert left.external_id == "100000000000001"
    lifted(store, id_, at=over)
    expire(store, [controller()], SUPPRESSION_KEY, lambda: over)
    assert kept(store, Lead) == []
    assert len(kept(store, RestrictionRecord)) == 2
    assert [each.leads for each in list_restrictions(store, [controller()])] == [0, 0]


def test_claims_stand_against_an_erasure_until_the_person_asks_for_it(store: Store) -> None:
    _stocked(store)
    restricted(store, ground=RestrictionGround.CLAIMS)
    assert erased(store, at=LATER).delays == (ErasureDelay.RESTRICTED,)


def test_recipients_are_told_of_a_restriction_and_of_its_end_and_of_the_next(
    store: Store, tmp_path: Path
) -> None:
    """RCL-1, RCL-5."""
    _stocked(store)
    listed(store, tmp_path / "1.csv", at=NOW - DAY)
    [id_] = restricted(store).ids

    def waiting() -> list[RecallReason]:
        return [each.reason for each in list_recalls(store, [controller()], LATER)]

    assert waiting() == [RecallReason.RESTRICTED]
    acknowledge_recalls(store, controller(), Told("sales", LATER), "test", LATER)
    lifted(store, id_, at=LATER)
    assert waiting() == [RecallReason.RESTRICTION_LIFTED]
    restricted(store, at=NOW + 2 * DAY)
    assert sorted(waiting()) == [RecallReason.RESTRICTED, RecallReason.RESTRICTION_LIFTED]
    # an answer to what was listed before says nothing of what came since
    acknowledge_recalls(store, controller(), Told("sales", LATER), "test", NOW + 3 * DAY)
    assert waiting() == [RecallReason.RESTRICTED]


def test_the_restricted_leave_advertising_audiences(store: Store) -> None:
    audience = configured(META, meta_settings("http://127.0.0.1:9"))
    house_with(store, audience)
    take(store, source(), delivery())
    restricted(store)
    assert {row.kind for row in kept(store, AudienceRemoval)} == {"email", "phone"}


def test_the_ledger_names_nobody_and_the_time_line_tells(store: Store) -> None:
    _stocked(store)
    restricted(store)
    [entry] = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.RESTRICTION_SET]
    assert "priya" not in entry.body.lower()
    [line] = of_identifier(store, email(), ["nectra"])
    assert "restriction set" in [moment.what for moment in line.moments]
