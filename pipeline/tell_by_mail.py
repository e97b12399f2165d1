"""Tell somebody of alarms by mail, through the server that sends our other mails."""

from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from pipeline.alarm_message import AlarmMessage
from pipeline.mail_server import MailServer, NotNow, Refused, ServerTrouble
from pipeline.settings import MailSettings


class Untold(Exception):  # noqa: N818 - named for what happened, as in policy/errors.py
    """Somebody could not be told now. The text is why, with codes only: no address, no secret."""


def tell_by_mail(mail: MailSettings | None, address: str, message: AlarmMessage) -> None:
    """Send one mail; whoever gets no error may take it for sent.

    Raises:
        Untold: it did not go, or nobody knows whether it did.
    """
    if mail is None:
        raise Untold("no mail server is configured")
    try:
        with MailServer(mail) as server:
            server.send(address, _content(mail, address, message))
    except (ValueError, IndexError, MessageError):
        raise Untold("the address or the sender is none") from None
    except Refused as refusal:
        raise Untold(f"the server refuses the address ({refusal})") from None
    except NotNow as refusal:
        raise Untold(f"the server does not take it now ({refusal})") from None
    except ServerTrouble as trouble:
        raise Untold(f"the server: {trouble}") from None


def _content(mail: MailSettings, address: str, message: AlarmMessage) -> bytes:
    """Return a mail as it goes over the wire."""
    domain = mail.sender.rpartition("@")[2].encode("idna").decode()
    rules = (policy.SMTP if address.isascii() else policy.SMTPUTF8).clone(max_line_length=998)
    content = EmailMessage(rules)
    content["From"] = Address("LeadLedger", addr_spec=mail.sender)
    content["To"] = address
    content["Subject"] = message.subject()
    content["Date"] = format_datetime(message.at)
    content["Message-ID"] = f"<{message.id}@{domain}>"
    content["Auto-Submitted"] = "auto-generated"
    content["X-Auto-Response-Suppress"] = "All"
    text = message.text()
    # facts and cures are long lines, and quoted-printable folds them so that they come out whole
    content.set_content(text, cte="quoted-printable")
    return content.as_bytes()
