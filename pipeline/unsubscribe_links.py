"""The unsubscribe links of a list: for each row the address, and the headers that mails need."""

from uuid import UUID

from pipeline.settings import ControllerSettings, Settings
from pipeline.unsubscribe_token import LINKED, UnsubscribeTokens
from pipeline.wiring import required_signer
from policy.errors import UsageError
from policy.vocabulary import Channel, Identifier

ONE_CLICK = "List-Unsubscribe=One-Click"
"""The value of the header List-Unsubscribe-Post, and the body of the request (RFC 8058)."""


class UnsubscribeLinks:
    """Makes the links for one controller and channel."""

    def __init__(
        self, tokens: UnsubscribeTokens, settings: Settings, controller_id: str, channel: Channel
    ) -> None:
        """Prepare; `unsubscribe_links` does, and checks what is needed."""
        self._tokens = tokens
        self._start = f"{settings.web.public_url}/u/"
        mailbox = settings.web.unsubscribe_mailbox
        self._mailto = f", <mailto:{mailbox}?subject=unsubscribe>" if mailbox else ""
        self._controller_id = controller_id
        self._channel = channel

    def cells(self, identifier_id: UUID, identifier: Identifier) -> list[str]:
        """Return the link of one address or number, and the values of the two headers."""
        token = self._tokens.token(self._controller_id, self._channel, identifier_id, identifier)
        url = self._start + token
        return [url, f"<{url}>{self._mailto}", ONE_CLICK]


def unsubscribe_links(
    settings: Settings, controller: ControllerSettings, channel: Channel
) -> UnsubscribeLinks:
    """Return what makes the links of a list.

    Raises:
        UsageError: messages by this channel cannot hold a link; with the cure.
        ConfigError: no key for links is configured, or controllers cannot be told apart in them.
    """
    if channel not in LINKED:
        raise UsageError(
            f"Nobody can follow a link by {channel}. Cure: leave out --unsubscribe-links, or export"
            f" for one of: {', '.join(LINKED)}."
        )
    signer = required_signer(settings)
    tokens = UnsubscribeTokens(signer, settings.controllers, settings.suppression_key)
    return UnsubscribeLinks(tokens, settings, controller.id, channel)
