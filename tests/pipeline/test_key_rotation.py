"""A new key for the suppression list: who is on it by the old one stays stopped. Rule: SUP-3."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from models.ledger import LedgerKind, LedgerRecord
from models.permission import Suppression
from models.store import Store
from pipeline.access_pack import write_pack
from pipeline.key_history import remember_keys
from pipeline.opt_out import Said, opt_out
from pipeline.preferences import preferences
from pipeline.stop_by_link import stop_by_link
from policy.errors import ConfigError
from policy.rights.packs import PackKind
from policy.suppression import SuppressionKeys, key_fingerprint
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    settings,
    source,
    take,
)
from tests.pipeline.asking import may_email
from tests.pipeline.links import token_to, tokens
from tests.pipeline.packing import document, unread
from tests.pipeline.stopping import expire_at, stop

NEWER = SuppressionKeys(b"a-newer-key-of-the-tests-0123456789-0123", (SUPPRESSION_KEY.current,))
NEWEST = SuppressionKeys(b"the-newest-key-of-the-tests-0123456789-0", NEWER.every)
DAY = timedelta(days=1)
LATER = NOW + DAY


@pytest.mark.parametrize("keys", [NEWER, NEWEST], ids=["once", "twice"])
def test_who_was_stopped_by_the_old_key_comes_back_by_no_way(
    store: Store, keys: SuppressionKeys
) -> None:
    declared(store)
    stop(store, email())
    own = replace(source(), suppression_key=keys)
    assert take(store, own, delivery(), at=LATER).counts["suppressed"] == 1
    assert not may_email(store, at=LATER, key=keys).is_allowed


def test_what_is_written_from_now_on_has_the_new_key(store: Store) -> None:
    declared(store)
    stop(store, email())
    opt_out(store, [controller()], NEWER, [email("b@mail.example")], Said(None, LATER, "test"))
    named = [key_fingerprint(SUPPRESSION_KEY), key_fingerprint(NEWER)]
    assert sorted(row.key_id for row in kept(store, Suppression)) == sorted(named)


def test_without_the_old_key_nothing_is_decided(store: Store) -> None:
    """Rule: SUP-2."""
    declared(store)
    stop(store, email())
    lost = SuppressionKeys(NEWER.current)
    with pytest.raises(ConfigError, match="into keys"):
        take(store, replace(source(), suppression_key=lost), delivery(), at=LATER)


def test_a_copy_of_the_data_has_what_was_listed_by_the_old_key(
    store: Store, tmp_path: Path
) -> None:
    """SUP-3, Art. 15."""
    take(store, declared(store), delivery())
    stop(store, email())
    house = replace(settings(str(store.url), source()), suppression_key=NEWER)
    out = tmp_path / "pack"
    who, kind = [email()], PackKind.ACCESS
    write_pack(store, house, controller(), who, kind, out, LATER, note=unread)
    [held] = document(out)["suppressions"]
    assert held["key"] == key_fingerprint(SUPPRESSION_KEY)


def test_a_link_sent_under_the_old_key_stops_whom_the_store_still_knows(store: Store) -> None:
    own = replace(declared(store), suppression_key=NEWER)
    take(store, own, delivery())
    assert may_email(store, key=NEWER).is_allowed
    link = tokens(suppression_key=NEWER).read(token_to(store, email()))
    assert link is not None
    told = preferences(store, NEWER, link, LATER)
    assert told is not None
    assert stop_by_link(store, NEWER, link, Said(None, LATER, "test"))
    assert not may_email(store, at=LATER, key=NEWER).is_allowed


def test_a_link_sent_under_the_old_key_stops_who_was_deleted_since(store: Store) -> None:
    own = declared(store)
    take(store, own, delivery())
    link = tokens(suppression_key=NEWER).read(token_to(store, email()))
    assert link is not None
    expire_at(store, NOW + 800 * DAY)
    again = replace(own, suppression_key=NEWER)
    assert stop_by_link(store, NEWER, link, Said(None, NOW + 801 * DAY, "test"))
    [entry] = kept(store, Suppression)
    assert entry.key_id == key_fingerprint(SUPPRESSION_KEY)
    received_at = NOW + 802 * DAY
    for number, address in (("2", "priya.sharma@mail.example"), ("3", "b@mail.example")):
        own_fields = fields(address, None)
        back = delivery(number, own_fields, at=NOW + 800 * DAY, received_at=received_at)
        take(store, again, back, at=received_at)
    assert not may_email(store, at=received_at, key=NEWER).is_allowed
    assert may_email(store, email("b@mail.example"), at=received_at, key=NEWER).is_allowed


def test_a_link_sent_under_the_new_key_is_read_with_it(store: Store) -> None:
    own = replace(declared(store), suppression_key=NEWER)
    take(store, own, delivery())
    made_by = tokens(suppression_key=NEWER)
    link = made_by.read(token_to(store, email(), made_by=made_by))
    assert link is not None
    assert link.made_with == key_fingerprint(NEWER)
    assert stop_by_link(store, NEWER, link, Said(None, LATER, "test"))
    assert {row.key_id for row in kept(store, Suppression)} == {key_fingerprint(NEWER)}


def test_the_ledger_says_once_since_when_another_key_is_used(
    sqlite_store: Store, tmp_path: Path
) -> None:
    declared(sqlite_store)
    url = sqlite_store.url.render_as_string(hide_password=False)
    first = settings(url, source(), folder=tmp_path)
    remember_keys(sqlite_store, first, NOW)
    assert LedgerKind.SUPPRESSION_KEY_SET not in _kinds(sqlite_store)
    for _ in range(2):
        remember_keys(sqlite_store, replace(first, suppression_key=NEWER), LATER)
    assert _kinds(sqlite_store).count(LedgerKind.SUPPRESSION_KEY_SET) == 1


def _kinds(store: Store) -> list[LedgerKind]:
    return [row.kind for row in kept(store, LedgerRecord)]
