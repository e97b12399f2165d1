"""Send the mails that wait in the outbox, and keep the proof that they went.

A mail leaves the outbox in the transaction that writes down when it went and under which
Message-ID. Who is killed between the server's answer and that transaction sends it once more, with
the same Message-ID: a mail may come twice, and none is lost.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import ledger, outbox
from models.controller import controller_ids
from models.ledger import Entry, LedgerKind
from models.opt_in import note_opt_in_mail
from models.outbox import MailKind
from models.rights_request import note_request_mail
from models.store import Store
from pipeline.link_tokens import OPT_IN, REQUEST, token_of
from pipeline.mail_server import MailServer, NotNow, Refused, ServerTrouble
from pipeline.mail_texts import LINK
from pipeline.settings import ControllerSettings, MailSettings
from pipeline.wiring import House
from policy.waiting import again_at

ACTOR = "mails"
LEASE = timedelta(minutes=30)
"""For how long a claim holds: longer than a helping takes, however slow the server."""
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=6)
_MOST_AT_ONCE = 10
_LINKS: Mapping[MailKind, tuple[str, str]] = {
    MailKind.CONFIRM_OPT_IN: (OPT_IN, "c"),
    MailKind.CONFIRM_IDENTITY: (REQUEST, "r/confirm"),
}
_NOTE: Mapping[MailKind, Callable[[Connection, str, UUID, str, datetime], None]] = {
    MailKind.CONFIRM_OPT_IN: note_opt_in_mail,
    MailKind.CONFIRM_IDENTITY: note_request_mail,
}


@dataclass(slots=True)
class MailReport:
    """What a round did: mails sent, to be tried again, and dropped by reason; what is wrong."""

    sent: int = 0
    postponed: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    trouble: str | None = None

    @property
    def is_idle(self) -> bool:
        """Say whether there was nothing to do."""
        return not (self.sent or self.postponed or self.dropped or self.trouble)

    def drop(self, reason: str) -> None:
        """Count a mail that will not be sent."""
        self.dropped[reason] = self.dropped.get(reason, 0) + 1


def send_mails(
    house: House, now: Callable[[], datetime], is_stopping: Callable[[], bool] = lambda: False
) -> MailReport:
    """Take one helping of each controller's due mails and send it.

    Where no server is configured they wait, until what they ask for is over. `is_stopping` is
    asked before each mail; what has not been begun by then is free for others at once.

    Raises:
        StoreError: the store failed; what is not noted as sent stays in the outbox.
    """
    report = MailReport()
    _give_up(house.store, now(), report)
    mail = house.settings.mail
    if mail is None or house.signer is None:
        return report
    with MailServer(mail) as server:
        for controller in house.settings.controllers:
            if report.trouble is None:
                _Helping(house, controller, mail, server, now, report).send(is_stopping)
    return report


def _give_up(store: Store, now: datetime, report: MailReport) -> None:
    """Drop what is no use any more."""
    with store.reading() as connection:
        over = outbox.mails_given_up(connection, controller_ids(connection), now)
    for row in over:
        with store.writing(row.controller_id) as connection:
            outbox.drop_mails(connection, row.controller_id, [row.id])
            entry = _dropped(row, "given_up")
            ledger.append(connection, row.controller_id, ACTOR, [entry], now)
        report.drop("given_up")


class _Helping:
    """The due mails of one controller, as many as a claim may safely cover."""

    def __init__(
        self,
        house: House,
        controller: ControllerSettings,
        mail: MailSettings,
        server: MailServer,
        now: Callable[[], datetime],
        report: MailReport,
    ) -> None:
        self._house = house
        self._controller = controller
        self._mail = mail
        self._server = server
        self._now = now
        self._report = report

    def send(self, is_stopping: Callable[[], bool]) -> None:
        """Claim and send; nothing is sent once the claim is over, for others have it then."""
        own = self._controller.id
        until = self._now() + LEASE
        with self._house.store.writing(own) as connection:
            claimed = outbox.claim_mails(connection, own, self._now(), until, _MOST_AT_ONCE)
        for place, row in enumerate(claimed):
            if self._now() + timedelta(seconds=8 * self._mail.timeout_seconds) >= until:
                return
            if is_stopping():
                self._let_go(claimed[place:])
                return
            if self._report.trouble is None:
                self._deliver(row)
            else:
                self._postpone(row)

    def _let_go(self, rows: Sequence[Row[Any]]) -> None:
        own = self._controller.id
        with self._house.store.writing(own) as connection:
            outbox.postpone_mails(connection, own, [row.id for row in rows], self._now())

    def _deliver(self, row: Row[Any]) -> None:
        try:
            content = self._content(row)
        except (ValueError, IndexError, MessageError):
            # what is wrong is in the configuration: the mail is good, and waits
            self._report.trouble = "the name, sender or contact that mails need is none"
            self._postpone(row)
            return
        try:
            self._server.send(row.address, content)
        except Refused as refusal:
            self._finish(row, [_dropped(row, f"refused_{refusal}")])
            self._report.drop("refused")
        except NotNow:
            self._postpone(row)
        except ServerTrouble as trouble:
            self._report.trouble = str(trouble)
            self._postpone(row)
        else:
            at, message_id = self._now(), self._message_id(row)
            detail = {"mail": row.kind, "message_id": message_id}
            entry: Entry = (LedgerKind.MAIL_SENT, row.subject_id.hex, detail)
            self._finish(row, [entry], (message_id, at))
            self._report.sent += 1

    def _finish(
        self, row: Row[Any], entries: list[Entry], sent: tuple[str, datetime] | None = None
    ) -> None:
        """Let a mail leave the outbox, and write down what became of it, at once."""
        own = self._controller.id
        with self._house.store.writing(own) as connection:
            outbox.drop_mails(connection, own, [row.id])
            if sent is not None:
                _NOTE[row.kind](connection, own, row.subject_id, *sent)
            ledger.append(connection, own, ACTOR, entries, self._now())

    def _postpone(self, row: Row[Any]) -> None:
        own = self._controller.id
        due = again_at(row.attempts, self._now(), FIRST_RETRY, LONGEST_RETRY)
        with self._house.store.writing(own) as connection:
            outbox.postpone_mails(connection, own, [row.id], due)
        self._report.postponed += 1

    def _message_id(self, row: Row[Any]) -> str:
        """Return the same id each time, so that a mail that went twice can be told from two."""
        domain = self._mail.sender.rpartition("@")[2].encode("idna").decode()
        return f"<{row.id.hex}@{domain}>"

    def _content(self, row: Row[Any]) -> bytes:
        """Return a mail as it goes over the wire. Line ends in a header are an error."""
        is_plain = row.address.isascii()
        # a header that is longer than a line would be encoded, and links and ids with it
        rules = (policy.SMTP if is_plain else policy.SMTPUTF8).clone(max_line_length=998)
        name = " ".join(self._controller.name.split())
        message = EmailMessage(rules)
        message["From"] = Address(name, addr_spec=self._mail.sender)
        message["To"] = row.address
        message["Reply-To"] = Address(addr_spec=self._controller.privacy_contact)
        message["Subject"] = row.subject
        message["Date"] = format_datetime(self._now())
        message["Message-ID"] = self._message_id(row)
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        body = row.body.replace(f"\n{LINK}\n", f"\n{self._link(row)}\n", 1)
        encoding = "7bit" if body.isascii() else "quoted-printable"
        message.set_content(body, cte=encoding)
        return message.as_bytes()

    def _link(self, row: Row[Any]) -> str:
        signer = self._house.signer
        assert signer is not None  # noqa: S101 - `send_mails` sends nothing without one
        use, path = _LINKS[row.kind]
        token = token_of(signer, use, self._controller.id, row.subject_id)
        return f"{self._house.settings.web.public_url}/{path}/{token}"


def _dropped(row: Row[Any], reason: str) -> Entry:
    detail = {"mail": row.kind, "reason": reason}
    return LedgerKind.MAIL_DROPPED, row.subject_id.hex, detail
