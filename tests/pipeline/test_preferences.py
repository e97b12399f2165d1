"""What the holder of a link is shown: the decisions of the moment, and no address."""

from datetime import timedelta

import pytest

from models.store import Store
from pipeline.preferences import Preferences, masked_address, preferences
from policy.errors import ConfigError
from policy.preferences import ALWAYS_SHOWN, Standing
from policy.suppression import SuppressionKeys
from policy.vocabulary import BoxMeaning, Channel, Identifier, Purpose
from tests import build
from tests.build import NOW, SUPPRESSION_KEY, declared, delivery, email, fields, phone, take
from tests.pipeline.links import link_to
from tests.pipeline.stopping import everything, expire_at, stop

DAY = timedelta(days=1)
ON, STOPPED, OFF = Standing.ON, Standing.STOPPED, Standing.OFF


def shown(store: Store, identifier: Identifier, *, to: Channel = Channel.EMAIL) -> Preferences:
    link = link_to(store, identifier, channel=to)
    found = preferences(store, SUPPRESSION_KEY, link, NOW)
    assert found is not None
    return found


def standings(found: Preferences) -> dict[Channel, Standing]:
    return {line.channel: line.standing for line in found.lines}


def test_each_channel_is_shown_with_its_state_its_day_and_its_form(store: Store) -> None:
    take(store, declared(store), delivery())
    found = shown(store, email())
    assert found.address == "p…a@m….example"
    assert found.has_other_details
    assert standings(found) == {
        Channel.EMAIL: ON,
        Channel.SMS: OFF,
        Channel.LIVE_CALL: ON,
        Channel.AUTOMATED_CALL: OFF,
        Channel.POST: OFF,
        Channel.ONLINE_AUDIENCE: OFF,
    }
    line = found.lines[0]
    assert line.since == NOW - DAY
    assert found.forms[line.lead_id] == "Newsletter 2026"


def test_a_stop_by_the_address_is_seen_by_the_number_too(store: Store) -> None:
    """Rule: CON-3."""
    take(store, declared(store), delivery())
    stop(store, email(), scope=Channel.LIVE_CALL)
    found = shown(store, phone(), to=Channel.SMS)
    assert standings(found)[Channel.LIVE_CALL] is STOPPED
    assert standings(found)[Channel.EMAIL] is ON


def test_other_consents_are_lines_of_their_own(store: Store) -> None:
    statistics = BoxMeaning(Purpose.ANALYTICS, (Channel.EMAIL,), key="email_updates")
    take(store, declared(store, build.source(meanings=(statistics,))), delivery())
    lines = [(line.purpose, line.channel) for line in shown(store, email()).lines]
    assert lines == [*ALWAYS_SHOWN, (Purpose.ANALYTICS, Channel.EMAIL)]


def test_a_number_that_two_people_share_shows_nothing_of_either(store: Store) -> None:
    take(
        store,
        declared(store),
        delivery("1", fields("a@mail.example", "+447700900001", "Ann")),
        delivery("2", fields("b@mail.example", "+447700900001", "Bob")),
    )
    found = shown(store, phone("+447700900001"), to=Channel.SMS)
    assert not found.has_other_details
    assert standings(found)[Channel.EMAIL] is OFF


def test_of_a_lead_that_is_gone_the_choice_alone_is_shown(store: Store) -> None:
    take(store, declared(store), delivery(at=NOW - DAY))
    link = link_to(store, email())
    stop(store, email(), scope=Channel.EMAIL, at=NOW - timedelta(hours=1))
    expire_at(store, NOW + 800 * DAY)
    found = preferences(store, SUPPRESSION_KEY, link, NOW + 800 * DAY)
    assert found is not None
    assert found.address is None
    assert masked_address(store, SUPPRESSION_KEY, link) is None
    assert standings(found)[Channel.EMAIL] is STOPPED
    assert standings(found)[Channel.LIVE_CALL] is OFF


def test_to_look_changes_nothing(store: Store) -> None:
    take(store, declared(store), delivery())
    before = everything(store)
    shown(store, email())
    assert masked_address(store, SUPPRESSION_KEY, link_to(store, email())) == "p…a@m….example"
    assert everything(store) == before


def test_nothing_is_shown_under_a_foreign_suppression_key(store: Store) -> None:
    """Rule: SUP-2."""
    declared(store)
    stop(store, email())
    with pytest.raises(ConfigError, match="another key"):
        preferences(store, SuppressionKeys(b"x" * 40), link_to(store, email()), NOW)
