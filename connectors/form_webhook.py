"""The webhooks of common form tools: one source is one form at one tool.

Each tool proves in its own way that it sent something, and writes it down in its own way; docs say
for each what to set. What a field means and which words stood beside a box, the settings say.
"""

from collections.abc import Sequence

from connectors._described_form import notice_of
from connectors._form_webhook_read import Reader
from connectors._form_webhook_receive import receive
from connectors._form_webhook_settings import FormWebhookSettings
from connectors.base import ConnectorIO, Delivery, Problem, Source, Submission
from connectors.pushed import Push, Refusal


class FormWebhook:
    """The submissions of one form."""

    def __init__(self, settings: FormWebhookSettings, _io: ConnectorIO) -> None:
        self._settings = settings
        self._notice = notice_of(settings, settings.tick_boxes)
        self._reader = Reader(settings, self._notice)

    def receive(self, push: Push, /) -> Delivery | Refusal:
        """Take in what the tool sends, if it is genuine; no secret is in what is kept."""
        return receive(push, self._settings, self._notice)

    def read(self, delivery: Delivery, /) -> Sequence[Submission | Problem]:
        """Read a submission as the settings describe the form. Never raises on bad data."""
        return (self._reader.read(delivery),)


source = Source(name="form_webhook", settings=FormWebhookSettings, build=FormWebhook)
