"""By whichever door somebody leaves, the platforms hear of it; and after a restore once more."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from models.journal import Journal
from models.store import Store
from pipeline.backup import make_backup
from pipeline.dead_addresses import mark_dead
from pipeline.opt_out import Said, named_of
from pipeline.receive_request import Asked, receive_request
from pipeline.replay_journal import replay
from pipeline.restore import restore
from pipeline.settings import Settings
from pipeline.stop_by_link import stop_by_link, withdraw_by_link
from pipeline.wiring import House
from policy.opt_out import OptOutReason
from policy.rights.table import Right
from policy.vocabulary import BoxMeaning, Channel, Purpose
from tests import build
from tests.audiences import META, configured, hashed, house_with, meta_settings, waiting
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    delivery,
    email,
    fields,
    take,
)
from tests.pipeline.links import link_to
from tests.pipeline.stopping import expire_at, stop

UNREACHED = "http://127.0.0.1:9"
ADDRESS, NUMBER = "priya.sharma@mail.example", "447700900123"
PERSON = {hashed(ADDRESS), hashed(NUMBER)}
ADVERTS = BoxMeaning(Purpose.AD_AUDIENCE, (Channel.EMAIL,), key="call_updates")
DAY = timedelta(days=1)


@pytest.fixture
def house(sqlite_store: Store) -> House:
    """An installation with an ad account that nobody asks, and one lead who agreed to adverts."""
    agreed = build.source(meanings=(build.MARKETING_BY_EMAIL, ADVERTS))
    audience = configured(META, meta_settings(UNREACHED))
    opened = house_with(sqlite_store, audience, sources=[agreed])
    take(sqlite_store, agreed, delivery())
    return opened


def leaving(house: House) -> set[str]:
    return {each for row in waiting(house.store) for each in row.hashes}


def said(scope: Channel | None) -> Said:
    return Said(scope, NOW, "unsubscribe link", OptOutReason.UNSUBSCRIBE)


def test_the_link_in_a_message_leads_out_of_audiences_too(house: House) -> None:
    assert stop_by_link(house.store, SUPPRESSION_KEY, link_to(house.store, email()), said(None))
    assert leaving(house) == PERSON


def test_to_stop_the_adverts_alone_leads_out_as_well(house: House) -> None:
    link = link_to(house.store, email())
    stop_by_link(house.store, SUPPRESSION_KEY, link, said(Channel.ONLINE_AUDIENCE))
    assert leaving(house) == PERSON


def test_who_takes_the_consent_to_adverts_back_leaves(house: House) -> None:
    link, asked = link_to(house.store, email()), said(Channel.EMAIL)
    withdraw_by_link(house.store, SUPPRESSION_KEY, link, Purpose.ANALYTICS, Channel.EMAIL, asked)
    assert leaving(house) == set()
    withdraw_by_link(house.store, SUPPRESSION_KEY, link, Purpose.AD_AUDIENCE, Channel.EMAIL, asked)
    assert leaving(house) == PERSON


def test_a_request_to_stop_marketing_leads_out_also_of_who_is_not_known(house: House) -> None:
    asked = Asked(Right.OBJECTION_TO_MARKETING, email="stranger@mail.example")
    receive_request(house.store, controller(), SUPPRESSION_KEY, asked, NOW)
    assert leaving(house) == {hashed("stranger@mail.example")}


def test_a_mail_that_comes_back_leads_nobody_out(house: House) -> None:
    with house.store.writing("nectra") as connection:
        named = named_of(connection, "nectra", SUPPRESSION_KEY, [email()])
        mark_dead(connection, "nectra", SUPPRESSION_KEY, named, NOW)
    assert leaving(house) == set()


def test_an_address_that_another_lead_still_carries_stays_in(house: House) -> None:
    later = delivery("2", fields(phone=None), at=NOW)
    take(house.store, house.settings.sources[0], later)
    expire_at(house.store, NOW + 730 * DAY - timedelta(hours=1))
    assert leaving(house) == {hashed(NUMBER)}


def restored(house: House, into: str, tmp_path: Path, happened: timedelta) -> Settings:
    """Restore what a backup has, and replay what the journal has."""
    key = b"a-key-for-backups-of-the-tests-0123456789"
    journal = Journal(tmp_path / "leads.journal", key)
    house.store.journal = journal
    made = make_backup(house.store, tmp_path / "backups", key, NOW)
    stop(house.store, email(), email("stranger@mail.example"))
    if happened:
        expire_at(house.store, NOW + happened)
    url, _, _ = restore(made.path, into, key, NOW)
    copy = replace(house.settings, store_url=url, folder=tmp_path, backup_key=key)
    replay(copy, [journal], lambda: NOW)
    return copy


@pytest.mark.parametrize("happened", [timedelta(0), 31 * DAY])
def test_after_a_restore_the_platforms_are_told_again_of_whom_the_backup_knows(
    house: House, tmp_path: Path, happened: timedelta
) -> None:
    copy = restored(house, str(tmp_path / "new"), tmp_path, happened)
    opened = Store(copy.store_url)
    try:
        assert leaving(House(copy, opened)) == PERSON
    finally:
        opened.close()
