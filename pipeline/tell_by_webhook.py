"""Tell a program of alarms by a signed request.

Source: standardwebhooks.com, specification: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from pipeline.alarm_message import AlarmMessage
from pipeline.alarm_settings import AlarmSettings
from pipeline.tell_by_mail import Untold

PATIENCE_SECONDS = 10.0
_OK = range(200, 300)


def tell_by_webhook(alarms: AlarmSettings, message: AlarmMessage) -> None:
    """Send one request; whoever gets no error may take it for taken.

    Raises:
        Untold: it was not taken, or nobody knows whether it was.
    """
    import requests  # noqa: PLC0415 - costs a start that most commands need not pay

    if alarms.webhook_url is None:
        raise Untold("no address is configured")
    body = message.json()
    headers = {"content-type": "application/json", **signed(alarms.signing_keys, message, body)}
    try:
        with (
            requests.Session() as session,
            session.post(
                alarms.webhook_url,
                data=body,
                headers=headers,
                timeout=PATIENCE_SECONDS,
                allow_redirects=False,  # what is signed is for this address alone
                stream=True,  # what it answers is of no use, however long it is
            ) as answer,
        ):
            status = answer.status_code
    except (requests.RequestException, UnicodeError, ValueError) as error:
        # its text holds the address, which may be a secret
        raise Untold(f"it cannot be reached ({type(error).__name__})") from None
    if status not in _OK:
        raise Untold(f"it answers {status}")


def signed(keys: Sequence[bytes], message: AlarmMessage, body: bytes) -> dict[str, str]:
    """Return the headers that prove a body ours, with a signature of each key."""
    own_id, at = f"msg_{message.id}", str(int(message.at.timestamp()))
    content = b".".join((own_id.encode(), at.encode(), body))
    codes = [hmac.new(key, content, hashlib.sha256).digest() for key in keys]
    signatures = " ".join(f"v1,{base64.b64encode(code).decode()}" for code in codes)
    return {"webhook-id": own_id, "webhook-timestamp": at, "webhook-signature": signatures}
