"""Whoever is erased by the right address goes from what is kept under the wrong one as well."""

from datetime import datetime, timedelta

from models.delivery import DeliveryRecord
from models.inbox import InboxRecord
from models.lead import Lead
from models.opt_in import OptIn
from models.outbox import OutboxRecord
from models.permission import Suppression
from models.rights_request import RightsRequestRecord
from models.store import Store
from pipeline.erase import Erased
from pipeline.erasure_certificate import as_text, certificate
from pipeline.receive_request import Asked, receive_request
from pipeline.scrub import scrub
from policy.correction import CorrectedField
from policy.rights.table import Right
from tests.acceptance.every_writing import found
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    broken,
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
from tests.confirming import ticked
from tests.pipeline.erasing import erased
from tests.pipeline.files_of import files_of
from tests.pipeline.test_rectify import RIGHT, WRONG, corrected
from tests.web.pushing import push_into_inbox

CORRECTED = NOW + timedelta(hours=1)
ERASED = NOW + timedelta(hours=2)
NAMES = (WRONG.value, "priya.sharma", RIGHT.value, "7700900123", "Priya", "Sharma", "Forget")
PLACES = (Lead, DeliveryRecord, InboxRecord, OptIn, OutboxRecord)


def _set_aside(store: Store, at: datetime = NOW, value: str = WRONG.value) -> None:
    """Keep a record that nobody could read, in which an address or number alone tells who it is."""
    take(store, declared(store), broken(b'{"to": "' + value.encode(), received_at=at), at=at)


def _asked(store: Store, at: datetime = NOW, right: Right = Right.ERASURE) -> str:
    """Let somebody ask by the wrong address, who is asked by mail who they are."""
    asked = Asked(right, "Priya Sharma", WRONG.value, None, "Forget me, please.")
    return receive_request(store, controller(), SUPPRESSION_KEY, asked, at).reference


def _everywhere(store: Store) -> str:
    """Let Priya be in every place under the wrong address, and correct it; return her request."""
    ticked(store)
    given = fields("p.nobody@shop.example", None, "Someone Else")
    take(store, source(), delivery("9", given), delivery("8", listed_as_test=True))
    _set_aside(store)
    _set_aside(store, value="priya.sharma=40mail.example")
    push_into_inbox(store, source(), b'{"email": "Priya.Sharma@mail.example"}')
    reference = _asked(store)
    assert all(kept(store, model) for model in PLACES)
    corrected(store, at=CORRECTED)
    return reference


def _is_gone(store: Store, report: Erased) -> None:
    assert report.is_complete
    assert report.doubtful == 0
    assert +report.touched == {
        "leads": 2,
        "set_aside": 2,
        "inbox": 1,
        "mails": 1,
        "requests": 1,
    }
    assert scrub(store, lambda: ERASED).is_clean
    assert found(files_of(store), NAMES) == []
    assert len(kept(store, Lead)) == 1
    assert not any(kept(store, model) for model in PLACES[1:])


def test_who_is_erased_by_the_right_address_goes_to_the_byte(store: Store) -> None:
    """ERA-7."""
    _everywhere(store)
    assert {name for name, _ in found(files_of(store), [WRONG.value])}
    _is_gone(store, erased(store, RIGHT, at=ERASED))
    assert len(kept(store, Suppression)) == 2  # the wrong address may be somebody's: it is not hers


def test_who_is_erased_by_the_number_or_on_request_goes_as_well(sqlite_store: Store) -> None:
    reference = _everywhere(sqlite_store)
    _is_gone(sqlite_store, erased(sqlite_store, phone(), request=reference, at=ERASED))


def test_whoever_says_that_it_is_the_person_who_had_it_erases_all(sqlite_store: Store) -> None:
    _everywhere(sqlite_store)
    [person] = {row.person_id for row in kept(sqlite_store, Lead) if row.contact["phones"]} - {None}
    _is_gone(sqlite_store, erased(sqlite_store, WRONG, people=[person], at=ERASED))


def test_what_is_somebody_elses_who_has_the_wrong_address_is_not_touched(store: Store) -> None:
    """ERA-7: they came in before the erasure, and nothing tells which of it is whose."""
    _set_aside(store)
    take(store, declared(store), delivery())
    corrected(store, at=CORRECTED)
    take(store, source(), delivery("2", fields(WRONG.value, None, "Another Sharma")), at=CORRECTED)
    _set_aside(store, at=CORRECTED, value=f"Another Sharma <{WRONG.value}>")
    push_into_inbox(store, source(), b'{"email": "Priya.Sharma@mail.example"}')
    theirs = _asked(store, at=CORRECTED, right=Right.RECTIFICATION)
    report = erased(store, RIGHT, at=ERASED)
    assert +report.touched == {"leads": 1}
    assert (report.is_complete, report.doubtful) == (True, 0)
    assert [row.full_name for row in kept(store, Lead)] == ["Another Sharma"]
    assert (len(kept(store, DeliveryRecord)), len(kept(store, InboxRecord))) == (2, 1)
    assert [row.address for row in kept(store, OutboxRecord)] == [WRONG.value]
    [request] = kept(store, RightsRequestRecord)
    assert (request.reference, request.email) == (theirs, WRONG.value)


def test_what_came_since_the_correction_stays_and_is_said(store: Store) -> None:
    """ERA-7: whoever writes by it now may be its owner, of whom nothing else is held yet."""
    take(store, declared(store), delivery())
    corrected(store, at=CORRECTED)
    _set_aside(store, at=ERASED)
    report = erased(store, RIGHT, at=ERASED)
    assert (report.doubtful, +report.touched) == (1, {"leads": 1})
    told = certificate(report, None)
    assert {"doubtful"} <= {each["what"] for each in told["remains"]}
    assert "may be somebody else's" in as_text(told)
    assert erased(store, WRONG, at=ERASED).touched["set_aside"] == 1
    assert kept(store, DeliveryRecord) == []


def test_a_request_that_names_the_wrong_address_loses_its_words_whenever_it_came(
    sqlite_store: Store,
) -> None:
    take(sqlite_store, declared(sqlite_store), delivery())
    corrected(sqlite_store, at=CORRECTED)
    reference = _asked(sqlite_store, at=ERASED)
    erased(sqlite_store, RIGHT, request=reference, at=ERASED)
    [request] = kept(sqlite_store, RightsRequestRecord)
    assert (request.name, request.email, request.text) == ("", None, "")
    assert kept(sqlite_store, OutboxRecord) == []


def test_a_request_that_came_by_the_wrong_address_since_stays_and_is_said(store: Store) -> None:
    """ERA-7: of the two, only the one that is named is known to be hers."""
    take(store, declared(store), delivery())
    corrected(store, at=CORRECTED)
    reference = _asked(store, at=ERASED)
    _asked(store, at=ERASED, right=Right.RECTIFICATION)
    assert erased(store, RIGHT, request=reference, at=ERASED).doubtful == 1
    assert sorted(row.text for row in kept(store, RightsRequestRecord)) == [
        "",
        "Forget me, please.",
    ]


def test_an_open_request_for_a_copy_by_the_wrong_address_is_answered_first(
    sqlite_store: Store,
) -> None:
    take(sqlite_store, declared(sqlite_store), delivery())
    reference = _asked(sqlite_store, right=Right.ACCESS)
    corrected(sqlite_store, at=CORRECTED)
    report = erased(sqlite_store, RIGHT, at=ERASED)
    assert (report.is_complete, report.waiting) == (False, (reference,))
    assert len(kept(sqlite_store, Lead)) == 1


def test_a_wrong_number_is_found_as_it_was_dialled_and_an_office_is_nobody(
    sqlite_store: Store,
) -> None:
    office = email("info@shop.example")
    take(sqlite_store, declared(sqlite_store), delivery("1", fields(office.value)))
    _set_aside(sqlite_store, value="07700 900 123")
    _set_aside(sqlite_store, value=office.value)
    corrected(sqlite_store, phone(), {CorrectedField.PHONE: "+447700900456"}, at=CORRECTED)
    corrected(sqlite_store, phone("+447700900456"), at=CORRECTED)
    assert erased(sqlite_store, RIGHT, at=ERASED).touched["set_aside"] == 1
    [left] = kept(sqlite_store, DeliveryRecord)
    assert office.value.encode() in left.payload
