"""Faults that a review found, by way of the whole pipeline."""

from datetime import timedelta

from models.store import Store
from policy.vocabulary import BoxMeaning, Channel, Purpose, ReasonCode
from tests.build import NOW, declared, delivery, email, fields, notice, phone, source, take
from tests.pipeline.asking import answer, may_email
from tests.pipeline.stopping import stop

HOUR = timedelta(hours=1)


def test_said_again_it_covers_the_persons_other_identifiers_too(store: Store) -> None:
    """Rules: CON-1, CON-3."""
    known = declared(store)
    take(store, known, delivery("100000000000001", at=NOW - 5 * HOUR))
    stop(store, email(), at=NOW - 3 * HOUR)
    stop(store, email(), at=NOW - HOUR)
    take(store, known, delivery("100000000000002", at=NOW - 2 * HOUR))
    asked = answer(store, phone(), channel=Channel.LIVE_CALL)
    assert ReasonCode.OBJECTED in asked.decision.reasons


def test_said_again_it_changes_no_answer_about_the_time_before(store: Store) -> None:
    """Rule: CON-1."""
    known = declared(store)
    stop(store, email(), at=NOW - 3 * HOUR)
    take(store, known, delivery(at=NOW - 4 * HOUR))
    assert not may_email(store, at=NOW - 2 * HOUR).is_allowed
    stop(store, email(), at=NOW - HOUR)
    assert not may_email(store, at=NOW - 2 * HOUR).is_allowed


def test_marketing_to_an_online_audience_needs_the_platforms_signals(store: Store) -> None:
    """Rules: PERM-73, PERM-74."""
    online = BoxMeaning(Purpose.DIRECT_MARKETING, (Channel.ONLINE_AUDIENCE,), key="email_updates")
    take(store, declared(store, source(meanings=(online,))), delivery())
    assert not answer(store, email(), channel=Channel.ONLINE_AUDIENCE).decision.is_allowed


def test_a_consent_on_a_form_of_no_known_language_is_not_proven(store: Store) -> None:
    """BAS-1, PERM-34: which language the wording is in belongs to the evidence."""
    own = declared(store)
    take(store, own, delivery("1000001", notice=notice(locale=None)))
    assert may_email(store).reasons == (ReasonCode.CONSENT_UNPROVEN,)
    take(store, own, delivery("1000002", fields("sam@mail.example", None, "Sam Okoro")))
    assert answer(store, email("sam@mail.example")).decision.is_allowed
