"""What mail servers report: complaints (ARF), bounces and delays (DSN), read receipts.

RFC 3464, 5965, 6650. A report is never searched for words of a person: servers write "unsubscribe"
too.
"""

import re
from collections.abc import Iterator, Sequence
from email.message import Message
from typing import NamedTuple

from connectors._email_parse import Mail, addresses_in, headers_of
from connectors.heard import NothingSaid

_TOKEN = re.compile(r"/u/([A-Za-z0-9_.-]{40,300})")
_ADDRESSED = re.compile(r"(?:optout|unsubscribe)\+([A-Za-z0-9_.-]{40,300})@", re.IGNORECASE)
_DEAD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.10", "5.2.1", "5.1.0", "5.1.6"})
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_GONE = re.compile(
    r"user unknown|unknown user|no such (?:user|recipient|mailbox|address)|does not exist|doesn't exist"
    r"|mailbox (?:unavailable|not found|unknown)|recipient (?:not found|rejected|unknown)|invalid recipient"
    r"|account (?:has been )?(?:disabled|closed|suspended|deactivated)|address (?:not found|rejected)"
    r"|unbekannter empfanger|nicht gefunden|existe pas|no existe|host (?:unknown|not found)|domain not found",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|failed|notification)|returned mail|failure notice"
    r"|mail delivery|could not be delivered|unzustellbar|nicht zugestellt|non remis|no entregado|mailer-daemon",
    re.IGNORECASE,
)
_LATE = re.compile(r"\bdelay(?:ed)?\b|\bwarning:|will (?:retry|be retried)|verzoger", re.IGNORECASE)
_REDACTED = re.compile(r"redact|^[^@]*@(?:redacted|removed|hidden)\b|^x+@", re.IGNORECASE)
_MOST_SEARCHED = 512 * 1024


class Complaint(NamedTuple):
    """Somebody called a mail of ours junk, or asked a mailbox provider to stop it."""

    emails: tuple[str, ...]
    tokens: tuple[str, ...]
    sign: str


class Bounce(NamedTuple):
    """A mail of ours came back for good to some addresses."""

    emails: tuple[str, ...]
    tokens: tuple[str, ...]
    status: str | None
    sign: str


Report = Complaint | Bounce | NothingSaid


def report_of(mail: Mail, own: frozenset[str]) -> Report | None:
    """Return what a report says, None if the mail is none. `own` are our addresses, lower case."""
    kind = mail.root.get_content_type()
    form = (
        str(mail.root.get_param("report-type") or "").lower() if kind == "multipart/report" else ""
    )
    if form == "feedback-report" or _is_of_hotmail(mail):
        return _complaint(mail, own)
    if form == "disposition-notification":
        return NothingSaid.READ_RECEIPT
    if form == "delivery-status" or mail.header("x-failed-recipients"):
        return _bounce(mail, own)
    if form:
        return NothingSaid.SENDER_REPORT
    daemon = re.match(r"(?:mailer-daemon|postmaster)@", _sender(mail), re.IGNORECASE)
    is_returned = mail.header("return-path") == "<>" and _FAILURE.search(mail.header("subject"))
    said = f"{mail.header('subject')}\n{mail.body[:4_000]}"
    if is_returned or (daemon and _FAILURE.search(said)):
        return _bounce(mail, own)
    return None


def _sender(mail: Mail) -> str:
    return next((address for _, address in mail.addresses("from")), "")


def _is_of_hotmail(mail: Mail) -> bool:
    return (
        mail.root.get_content_type() == "multipart/mixed"
        and mail.header("subject").lower().startswith("complaint about message from")
        and any(headers_of(each, "x-hmxmroriginalrecipient") for each in _parts(mail.root))
    )


def _parts(root: Message) -> Iterator[Message]:
    """Yield every part, those of attached mails too."""
    for number, part in enumerate(root.walk()):
        if number > 400:
            return
        yield part


def tokens_in(mail: Mail) -> tuple[str, ...]:
    """Return the tokens of unsubscribe links that stand anywhere in a mail, each once."""
    found: dict[str, None] = {}
    for part in _parts(mail.root):
        for name in ("list-unsubscribe", "to", "delivered-to", "x-original-to", "cc"):
            for value in headers_of(part, name):
                found |= dict.fromkeys(_found(value.replace(" ", "")))
        if part.get_content_maintype() == "text":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                found |= dict.fromkeys(_found(content[:_MOST_SEARCHED].decode("latin-1")))
        elif part.get_content_type() == "text/rfc822-headers" and isinstance(
            part.get_payload(), str
        ):
            found |= dict.fromkeys(_found(str(part.get_payload())))
    return tuple(found)


def _found(text: str) -> list[str]:
    return [each.rstrip(".") for each in [*_TOKEN.findall(text), *_ADDRESSED.findall(text)]]


def _usable(values: Sequence[str], own: frozenset[str]) -> tuple[str, ...]:
    given = [address for _, address in addresses_in(values)]
    kept = [each for each in given if each.lower() not in own and not _REDACTED.search(each)]
    return tuple(dict.fromkeys(kept))


def _complaint(mail: Mail, own: frozenset[str]) -> Report:
    fields = next(_blocks(mail, "message/feedback-report"), None)
    kind = (
        headers_of(fields, "feedback-type")[0].lower()
        if fields and headers_of(fields, "feedback-type")
        else "abuse"
    )
    if kind in {"auth-failure", "dmarc", "not-spam"}:
        return NothingSaid.SENDER_REPORT
    named: list[str] = []
    for part in [*([fields] if fields else []), *_parts(mail.root)]:
        for name in ("original-rcpt-to", "removal-recipient", "x-hmxmroriginalrecipient"):
            named += headers_of(part, name)
    if not _usable(named, own):
        for part in _parts(mail.root):
            if part is not mail.root and part.get_content_maintype() != "multipart":
                named += [*headers_of(part, "to"), *headers_of(part, "delivered-to")]
    return Complaint(_usable(named, own), tokens_in(mail), f"feedback_{kind}")


def _blocks(mail: Mail, kind: str) -> Iterator[Message]:
    """Yield the groups of fields of a report's machine-readable part."""
    for part in _parts(mail.root):
        if part.get_content_type() == kind:
            payload = part.get_payload()
            if isinstance(payload, list):
                yield from (each for each in payload if isinstance(each, Message))


def _bounce(mail: Mail, own: frozenset[str]) -> Report:
    dead: list[str] = []
    late = about_us = other = False
    status = None
    for block in _blocks(mail, "message/delivery-status"):
        recipients = [
            *headers_of(block, "final-recipient"),
            *headers_of(block, "original-recipient"),
        ]
        action = next(iter(headers_of(block, "action")), "").lower()
        code = _STATUS.search(next(iter(headers_of(block, "status")), ""))
        if not recipients:
            continue
        said = " ".join(headers_of(block, "diagnostic-code"))
        if action != "failed":
            late = True
        elif _is_dead(code.group(1) if code else None, said):
            status = status or (code.group(1) if code else None)
            dead += [each.rpartition(";")[2].strip() for each in recipients]
        elif code and code.group(1).startswith("5.7"):
            about_us = True
        else:
            other = True
    if not (dead or late or about_us or other):
        return _loose_bounce(mail, own)
    if emails := _usable(dead, own):
        return Bounce(emails, tokens_in(mail), status, "dsn")
    return NothingSaid.ABOUT_US if about_us else NothingSaid.DELAY


def _is_dead(code: str | None, said: str) -> bool:
    if code in _DEAD:
        return True
    return (code is None or code in {"5.0.0", "5.5.0"}) and bool(_GONE.search(said))


def _loose_bounce(mail: Mail, own: frozenset[str]) -> Report:
    """Read a bounce that follows no standard: whom it names, by header or by the library."""
    text = f"{mail.header('subject')}\n{mail.body[:16_000]}"
    code = _STATUS.search(text)
    named = mail.headers("x-failed-recipients") or _by_library(mail)
    is_late = bool(_LATE.search(text)) and not _GONE.search(text)
    if is_late:
        return NothingSaid.DELAY
    if code and code.group(1).startswith("5.7"):
        return NothingSaid.ABOUT_US
    emails = _usable(named, own)
    if emails and (_is_dead(code.group(1) if code else None, text)):
        return Bounce(emails, tokens_in(mail), code.group(1) if code else None, "bounce_text")
    return NothingSaid.DELAY


def _by_library(mail: Mail) -> list[str]:
    from flufl.bounce import scan_message  # noqa: PLC0415 - only for bounces of no standard

    try:
        return sorted(bytes(each).decode("ascii", "replace") for each in scan_message(mail.root))
    except Exception:  # noqa: BLE001 - whatever it stumbles over, the bounce names nobody then
        return []
