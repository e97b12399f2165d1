"""Unsubscribe links of the tests."""

from collections.abc import Sequence

from models import usage
from models.keys import new_keys
from models.store import Store
from pipeline.link_signer import LinkSigner
from pipeline.settings import ControllerSettings
from pipeline.unsubscribe_token import Link, UnsubscribeTokens
from policy.suppression import SuppressionKeys
from policy.vocabulary import Channel, Identifier
from tests.build import LINKS_KEY, NOW, SUPPRESSION_KEY, controller


def tokens(
    *controllers: ControllerSettings,
    keys: Sequence[bytes] = (LINKS_KEY,),
    suppression_key: SuppressionKeys = SUPPRESSION_KEY,
) -> UnsubscribeTokens:
    """Return what makes and reads tokens, for nectra unless others are named."""
    return UnsubscribeTokens(LinkSigner(keys), controllers or [controller()], suppression_key)


def token_to(
    store: Store,
    identifier: Identifier,
    *,
    channel: Channel = Channel.EMAIL,
    controller_id: str = "nectra",
    made_by: UnsubscribeTokens | None = None,
) -> str:
    """Return the token of a message to somebody, whose key is made up where nothing is held."""
    with store.reading() as connection:
        known = usage.identifier_rows(connection, identifier, controller_id)
    key = known[0].id if known else new_keys(1, NOW)[0]
    made_by = made_by or tokens(controller(controller_id))
    return made_by.token(controller_id, channel, key, identifier)


def link_to(
    store: Store,
    identifier: Identifier,
    *,
    channel: Channel = Channel.EMAIL,
    controller_id: str = "nectra",
) -> Link:
    """Return what such a token says."""
    token = token_to(store, identifier, channel=channel, controller_id=controller_id)
    link = tokens(controller(controller_id)).read(token)
    assert link is not None
    return link
