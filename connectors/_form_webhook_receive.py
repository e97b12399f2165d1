"""Take a push of a form tool in, if it is genuine; nothing of it is parsed before that is known."""

from collections.abc import Sequence

from connectors._form_webhook_bodies import UnreadableError
from connectors._form_webhook_ids import external_id_of
from connectors._form_webhook_settings import SIGNS_NOTHING, FormWebhookSettings, Tool
from connectors._form_webhook_signatures import refusal_of
from connectors._form_webhook_tools import WAYS, media_type_of, reader_of, tool_of
from connectors.base import Delivery
from connectors.pushed import Push, Refusal
from policy.vocabulary import Notice

LARGEST_BODY = 262_144
"""The most bytes of a body; a submission has a few thousand."""

_BAD, _TOO_LARGE, _OTHER_TYPE, _OTHER_EVENT, _NOT_READY = 400, 413, 415, 422, 503
_REMOVED = b"[removed]"


def receive(push: Push, settings: FormWebhookSettings, notice: Notice | None) -> Delivery | Refusal:
    """Return what was pushed as a delivery, or say why it is not taken in.

    While no secret is set the answer is 503: tools that try again do so until there is one. What is
    genuine and cannot be read is taken in all the same: it is set aside with its bytes, not lost.
    """
    secrets = [secret.get_secret_value() for secret in settings.secrets]
    if not secrets:
        return Refusal(_NOT_READY, "No secret is set for this source. Set one and try again.")
    if len(push.body) > LARGEST_BODY:
        return Refusal(_TOO_LARGE, "The body is larger than 256 KiB. Send one lead at a time.")
    if (refusal := refusal_of(push, settings.tool, secrets, settings.header)) is not None:
        return refusal
    content_type = push.headers.get("content-type", "")
    media_type = media_type_of(settings.tool, content_type)
    if media_type is None:
        wanted = " or ".join(WAYS[settings.tool].content_types)
        return Refusal(_OTHER_TYPE, f"The content type is another one. Send {wanted}.")
    if not push.body.strip():
        return Refusal(_BAD, "The body is empty. Send the submission in it.")
    kept = _without(push.body, secrets if settings.tool in SIGNS_NOTHING else ())
    given_id = push.headers.get("webhook-id", "").strip()
    header_id = given_id if settings.tool is Tool.STANDARD else None
    delivery = Delivery(header_id, kept, media_type, push.received_at, notice)
    return _told_apart(delivery, settings)


def _told_apart(delivery: Delivery, settings: FormWebhookSettings) -> Delivery | Refusal:
    """Return a delivery with the id of its submission, or say that it is no submission."""
    tool, parse = tool_of(delivery.media_type, settings.tool)
    try:
        sent = reader_of(tool, settings.form)(parse(delivery.payload))
    except UnreadableError:
        sent = None
    else:
        if sent is None:
            event = WAYS[tool].event
            return Refusal(_OTHER_EVENT, f"This is no form that was sent. Choose {event}.")
    own_id = external_id_of(tool, sent, delivery.external_id, delivery.payload)
    return delivery._replace(external_id=own_id)


def _without(body: bytes, secrets: Sequence[str]) -> bytes:
    """Return a body without the secrets, which some tools repeat in it with their own address.

    They are of letters that no way of writing changes, so that they stand there as they are.
    """
    for secret in secrets:
        body = body.replace(secret.encode(), _REMOVED)
    return body
