"""What must hold where facts contradict each other or the configuration changed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from models.lead import Arrival, Lead
from models.permission import PermissionRecord
from models.person import Person
from models.store import Store
from pipeline.check import check
from pipeline.export import ExportRequest, export
from pipeline.replay import replay
from pipeline.why import why
from policy.errors import ConfigError
from policy.suppression import SuppressionKeys
from policy.uses import UseRequest
from policy.vocabulary import Channel, EventKind, Grade, LawfulBasis, Purpose, ReasonCode
from tests.build import (
    FORM,
    NOW,
    broken,
    connector,
    controller,
    declared,
    delivery,
    email,
    kept,
    notice,
    settings,
    source,
    suppress,
    take,
)
from tests.pipeline.asking import answer, may_email

LATER = NOW + timedelta(hours=1)
OTHER_KEY = SuppressionKeys(b"another-key-that-made-no-entry-0123456789")


def test_a_copy_that_says_no_takes_the_consent_of_its_own_lead_back(store: Store) -> None:
    take(store, declared(store), delivery())
    assert may_email(store).is_allowed
    take(store, source(), delivery(boxes={"email_updates": "", "call_updates": ""}), at=LATER)
    assert may_email(store, at=LATER).code is ReasonCode.CONSENT_REFUSED
    [_] = kept(store, Arrival)
    refusals = [e for e in kept(store, PermissionRecord) if e.kind is EventKind.REFUSED]
    assert len(refusals) == 2
    take(store, source(), delivery(boxes={"email_updates": "", "call_updates": ""}), at=LATER)
    assert len(kept(store, PermissionRecord)) == 6


def test_the_same_bytes_with_the_wording_prove_what_they_could_not_without(store: Store) -> None:
    take(store, declared(store), delivery(notice=notice(wording_known=False)))
    assert may_email(store).code is ReasonCode.CONSENT_UNPROVEN
    report = take(store, source(), delivery(notice=FORM), at=LATER)
    assert +report.counts == {"duplicates": 1, "improved": 1}
    [lead] = kept(store, Lead)
    assert lead.grade is Grade.A
    assert kept(store, Arrival) == []


def test_two_people_with_first_and_last_names_on_one_number_stay_two(store: Store) -> None:
    anna = {"first_name": "Anna", "last_name": "Smith", "phone_number": "+447700900123"}
    bob = {"first_name": "Bob", "last_name": "Jones", "phone_number": "+447700900123"}
    take(store, declared(store), delivery("1000001", anna))
    take(store, source(), delivery("1000002", bob | {"email": "bob@mail.example"}))
    assert len(kept(store, Person)) == 2


@pytest.mark.parametrize("way", ["export", "why", "check"])
def test_a_suppression_list_made_with_another_key_is_never_asked(
    store: Store, tmp_path: Path, way: str
) -> None:
    declared(store)
    suppress(store, email())
    owner = controller()
    use = UseRequest(Purpose.DIRECT_MARKETING, Channel.EMAIL, NOW)
    if way == "check":
        known = settings(store.url.render_as_string(hide_password=False), folder=tmp_path)
        bad = [f for f in check(known, offline=True) if f.is_ok is False]
        assert not bad
        changed = type(known)(tmp_path, known.store_url, OTHER_KEY, known.controllers, ())
        found = [f.message for f in check(changed, offline=True) if f.is_ok is False]
        assert any("another key" in message for message in found)
        return
    request = ExportRequest(owner, use.purpose, use.channel, "internal", None, "test")
    ask: dict[str, Callable[[], object]] = {
        "why": lambda: why(store, [owner], OTHER_KEY, email(), use),
        "export": lambda: export(store, request, OTHER_KEY, lambda: NOW),
    }
    with pytest.raises(ConfigError, match=r"made with another key.* Cure: put the old key back"):
        ask[way]()


def test_a_replay_never_carries_a_delivery_to_another_controller(store: Store) -> None:
    take(store, declared(store), broken())
    moved = source(owner=controller("other"))
    declared(store, moved)
    report = replay(store, moved, connector(moved), lambda: LATER)
    assert not +report.counts


def test_an_enquiry_of_a_test_lead_allows_no_answer(store: Store) -> None:
    take(store, declared(store), delivery())
    take(store, source(), delivery(listed_as_test=True), at=LATER)
    found = answer(store, email(), purpose=Purpose.ENQUIRY_RESPONSE, at=LATER).decision
    assert not found.is_allowed
    assert [e.basis for e in kept(store, PermissionRecord)].count(LawfulBasis.CONTRACT) == 2


def test_a_box_key_with_a_nul_is_kept_on_both_databases(store: Store) -> None:
    from policy.vocabulary import BoxMeaning, NoticeBox  # noqa: PLC0415 - this test alone

    shown = notice(boxes=(NoticeBox("odd\0key", "Yes, news.", False, False),))
    meaning = BoxMeaning(Purpose.DIRECT_MARKETING, (Channel.EMAIL,), wording="Yes, news.")
    configured = source(meanings=(meaning,))
    came = delivery(boxes={"odd\0key": "1"}, notice=shown)
    assert take(store, declared(store, configured), came).counts["stored"] == 1
