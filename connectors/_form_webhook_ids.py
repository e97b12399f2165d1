"""Give submissions the id that makes it safe for a tool to send them twice."""

import hashlib

from connectors._form_webhook_sent import Sent
from connectors._form_webhook_settings import Tool
from connectors._form_webhook_tools import WAYS
from connectors._values import id_from

_TEST_PREFIX = "test:"


def external_id_of(tool: Tool, sent: Sent | None, known: str | None, payload: bytes) -> str | None:
    """Return the id of a submission, None if nothing tells it from another.

    It is the tool's own, else the one that the delivery is known by already, else for tools without
    ids one that is made of the bytes: a tool that tries again sends the same ones. Tests have ids
    that no real submission can have.
    """
    found = sent.external_id if sent and sent.external_id else None
    if found is None and known is None:
        if WAYS[tool].has_ids:
            return None
        found = f"body-{hashlib.sha256(payload).hexdigest()}"
    text = id_from(found if found is not None else known or "")
    has_prefix = text.startswith(_TEST_PREFIX)
    if sent is not None and sent.is_test:
        return text if has_prefix else _TEST_PREFIX + text
    return f"sha256-{hashlib.sha256(text.encode()).hexdigest()}" if has_prefix else text
