"""Unsubscribe links: who may be stopped by one stands in the link, so that no loss can undo it.

A link works for as long as its message can be opened: after erasure, a restore, or the loss of the
database. It holds no address and has no end.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pipeline.link_signer import LinkSigner
from pipeline.settings import ControllerSettings
from policy.errors import ConfigError
from policy.suppression import (
    SuppressionKeys,
    key_fingerprint,
    key_fingerprints,
    suppression_digest,
)
from policy.vocabulary import Channel, ControllerId, Identifier

USE = "unsubscribe"
VERSION = 1
CHANNELS = {
    Channel.EMAIL: 1,
    Channel.SMS: 2,
    Channel.LIVE_CALL: 3,
    Channel.AUTOMATED_CALL: 4,
    Channel.POST: 5,
    Channel.ONLINE_AUDIENCE: 6,
}
"""What stands for a channel in links. Links that were sent keep their meaning: only add."""
LINKED = (Channel.EMAIL, Channel.SMS)
"""The channels whose messages can hold a link."""

_CHANNEL_OF = {number: channel for channel, number in CHANNELS.items()}
_TAG, _KEY, _DIGEST = 4, 16, 32
_LENGTH = 2 + _TAG + _TAG + _KEY + _DIGEST


@dataclass(frozen=True, slots=True)
class Link:
    """What a link of ours says: whose marketing, by which channel, to whom.

    `identifier_id` is the key that the address had in the store, which may be gone. `digest` is the
    address's on the suppression list, made with the key whose fingerprint is `made_with`; both are
    None if that key is not among ours, so that the digest fits no list.
    """

    controller: ControllerSettings
    channel: Channel
    identifier_id: UUID
    digest: str | None
    made_with: str | None = None


class UnsubscribeTokens:
    """Makes the tokens of unsubscribe links, and reads those of all configured keys."""

    def __init__(
        self,
        signer: LinkSigner,
        controllers: Sequence[ControllerSettings],
        suppression_key: SuppressionKeys,
    ) -> None:
        """Prepare.

        Raises:
            ConfigError: two controllers cannot be told apart in a link; with the cure.
        """
        self._signer = signer
        self._suppression_key = suppression_key
        self._key_tag = _key_tag(key_fingerprint(suppression_key))
        self._key_of = {_key_tag(each): each for each in key_fingerprints(suppression_key)}
        self._controllers = {controller_tag(each.id): each for each in controllers}
        if len(self._controllers) < len(controllers):
            raise ConfigError(
                "controllers: the ids of two of them look the same in unsubscribe links."
                " Cure: give the newer one another id."
            )

    def token(
        self, controller_id: str, channel: Channel, identifier_id: UUID, identifier: Identifier
    ) -> str:
        """Return the token that stops one channel of one controller to one address or number."""
        owner = ControllerId(controller_id)
        content = b"".join(
            (
                bytes((VERSION, CHANNELS[channel])),
                controller_tag(controller_id),
                self._key_tag,
                identifier_id.bytes,
                bytes.fromhex(suppression_digest(self._suppression_key, owner, identifier)),
            )
        )
        return self._signer.sign(USE, content)

    def read(self, token: str) -> Link | None:
        """Return what a token says, None if it is none of ours or of a controller that is gone."""
        content = self._signer.content(USE, token)
        if content is None or len(content) != _LENGTH or content[0] != VERSION:
            return None
        channel = _CHANNEL_OF.get(content[1])
        rest = content[2:]
        controller = self._controllers.get(rest[:_TAG])
        if channel is None or controller is None:
            return None
        key_tag, rest = rest[_TAG : 2 * _TAG], rest[2 * _TAG :]
        made_with = self._key_of.get(key_tag)
        digest = rest[_KEY:].hex() if made_with else None
        return Link(controller, channel, UUID(bytes=rest[:_KEY]), digest, made_with)


def _key_tag(fingerprint: str) -> bytes:
    return bytes.fromhex(fingerprint)[:_TAG]


def controller_tag(controller_id: str) -> bytes:
    """Return what stands for a controller in links: four bytes that a configuration resolves."""
    return hashlib.sha256(b"leadledger controller\0" + controller_id.encode()).digest()[:_TAG]
