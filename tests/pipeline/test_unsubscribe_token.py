"""Tokens of unsubscribe links: they name whom they stop, and nobody can read or make one."""

import itertools
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.link_signer import LinkSigner
from pipeline.unsubscribe_token import CHANNELS, USE, controller_tag
from policy.errors import ConfigError
from policy.suppression import SuppressionKeys, suppression_digest
from policy.vocabulary import Channel, ControllerId
from tests.build import LINKS_KEY, SUPPRESSION_KEY, controller, email, phone
from tests.pipeline.links import tokens

KEY = UUID("01a204f8-9ee0-71a3-80fe-1ebc5146ec6e")
NEW_KEY = b"a-newer-key-for-links-of-the-tests-012345"


def test_a_token_says_whose_marketing_by_which_channel_and_to_whom() -> None:
    link = tokens().read(tokens().token("nectra", Channel.SMS, KEY, phone()))
    assert link is not None
    assert (link.controller, link.channel, link.identifier_id) == (controller(), Channel.SMS, KEY)
    assert link.digest == suppression_digest(SUPPRESSION_KEY, ControllerId("nectra"), phone())


def test_a_token_is_short_enough_for_a_line_of_a_header_and_holds_no_address() -> None:
    token = tokens().token("nectra", Channel.EMAIL, KEY, email())
    assert len(token) < 130
    content = LinkSigner([LINKS_KEY]).content(USE, token)
    assert content is not None
    assert b"priya" not in content
    assert b"mail" not in content


def test_the_newest_key_signs_and_every_key_verifies() -> None:
    old = tokens().token("nectra", Channel.EMAIL, KEY, email())
    both = tokens(keys=[LINKS_KEY, NEW_KEY])
    assert both.read(old) is not None
    fresh = both.token("nectra", Channel.EMAIL, KEY, email())
    assert tokens().read(fresh) is None
    assert tokens(keys=[NEW_KEY]).read(fresh) is not None


def test_a_link_of_a_controller_that_is_not_configured_any_more_says_nothing() -> None:
    other = tokens(controller(), controller("other"))
    token = other.token("other", Channel.EMAIL, KEY, email())
    assert other.read(token) is not None
    assert tokens().read(token) is None


def test_a_digest_of_another_suppression_key_is_never_given_out() -> None:
    made_by = tokens(suppression_key=SuppressionKeys(b"another" * 6))
    token = made_by.token("nectra", Channel.EMAIL, KEY, email())
    link = tokens().read(token)
    assert link is not None
    assert (link.identifier_id, link.digest) == (KEY, None)


def test_controllers_that_look_the_same_in_links_are_refused_at_the_start() -> None:
    """About 77,000 names are enough for two with the same four bytes."""
    seen: dict[bytes, str] = {}
    for number in itertools.count():
        name = f"client-{number}"
        twin = seen.setdefault(controller_tag(name), name)
        if twin != name:
            break
    with pytest.raises(ConfigError, match="Cure: give the newer one another id"):
        tokens(controller(twin), controller(name))


def test_every_channel_that_reaches_somebody_has_a_number_of_its_own() -> None:
    assert set(CHANNELS) == set(Channel) - {Channel.NONE}
    assert len(set(CHANNELS.values())) == len(CHANNELS)


@given(
    st.text()
    | st.binary(max_size=90).map(lambda content: LinkSigner([LINKS_KEY]).sign("x", content))
)
def test_what_is_no_token_of_ours_says_nothing(text: str) -> None:
    assert tokens().read(text) is None


@given(st.binary(max_size=90))
def test_signed_bytes_in_no_known_shape_say_nothing_and_break_nothing(content: bytes) -> None:
    link = tokens().read(LinkSigner([LINKS_KEY]).sign(USE, content))
    assert link is None or link.controller == controller()


@given(st.integers(min_value=0), st.integers(0, 255))
def test_a_token_with_any_character_changed_is_none(place: int, other: int) -> None:
    token = tokens().token("nectra", Channel.EMAIL, KEY, email())
    at = place % len(token)
    changed = f"{token[:at]}{chr(other)}{token[at + 1 :]}"
    link = tokens().read(changed)
    # the last character of base64 has bits that mean nothing
    assert link is None or link == tokens().read(token)
