"""Read a mail: what it is, who wrote it, what follows. It never raises, whatever the bytes say.

The order of the questions is that of the strength of the signs: what names itself by headers comes
before what is guessed from words. Each mail has one class; one that could be an enquiry as well as
a stop is both.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime

from connectors._email_auto import is_auto_reply, is_junk, is_news, is_of_machine, is_one_tap
from connectors._email_forms import FormRead, form_of, is_machine, is_portal, is_receipt
from connectors._email_identity import message_id_of, message_id_of_bytes
from connectors._email_own_words import Written, written
from connectors._email_parse import Mail, UnreadableMailError, parse
from connectors._email_reports import Complaint, report_of, tokens_in
from connectors._email_right_words import rights_in
from connectors._email_settings import MailReading
from connectors._email_stop_words import Stop, is_reply, stop_in, without_reply_marks
from connectors._email_trust import is_proven
from connectors.base import Contact, Delivery, Problem, ProblemCode, Reading, Submission
from connectors.heard import AddressDead, Heard, Noted, NothingSaid, RightAsked, StopAsked
from policy.opt_out import OptOutReason
from policy.rights.table import Right
from policy.vocabulary import Channel

MEDIA_TYPE = "message/rfc822"
TRUNCATED = "message/rfc822; truncated"
ACCEPTED = "message/rfc822; accepted"
"""A mail that was set aside, after somebody looked at it and found that a person wrote it."""

CLOCK_OFF = "date_header_differs"
_PHONE = re.compile(
    r"(?:\b(?:tel|phone|mobile|mob|cell|handy|telefon|telefono|téléphone|gsm|m|t|p)\b[.:]*\s*)?"
    r"(\+\d[\d ()./-]{7,18}\d)|\b(?:tel|phone|mobile|mob|cell|handy|telefon|telefono|téléphone|gsm)\b[.: ]*"
    r"(0[\d ()./-]{7,16}\d)",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"^\s*(?:fwd?|wg|tr|rv|enc|vs)\s*[:：]", re.IGNORECASE)
_UNSUBSCRIBE_SUBJECT = re.compile(r"^\s*unsubscribe\s*$", re.IGNORECASE)
_OPT_OUT_BOX = re.compile(r"^(?:optout|unsubscribe)(?:\+.*)?@", re.IGNORECASE)
_LONGEST_MESSAGE = 10_000
_DAY = timedelta(days=1)


def read_mail(delivery: Delivery, reading: MailReading) -> Sequence[Reading]:
    """Read one mail as its headers, its words and the settings tell. Pure; it never raises."""
    known_id = delivery.external_id
    try:
        mail = parse(delivery.payload)
        return _Reader(mail, delivery, reading).readings()
    except UnreadableMailError as error:
        detail = f"This mail cannot be read: {error}. Look at it in the mailbox."
    except Exception:  # noqa: BLE001 - the bytes are anybody's: whatever happens, they are set aside
        detail = "Reading this mail failed. Report it, and replay it with a later version."
    code = ProblemCode.NOT_A_MAIL
    return [Problem(code, detail, known_id or message_id_of_bytes(delivery.payload))]


class _Reader:
    """One mail on its way to what it says."""

    def __init__(self, mail: Mail, delivery: Delivery, reading: MailReading) -> None:
        self._mail = mail
        self._delivery = delivery
        self._reading = reading
        self._id = message_id_of(mail)
        self._at = delivery.received_at
        self._subject = mail.header("subject")
        senders = mail.addresses("from")
        self._name, self._sender = senders[0] if senders else ("", "")
        self._senders = tuple(dict.fromkeys(address for _, address in senders))
        self._is_reply = mail.is_reply or is_reply(self._subject)
        self._is_own = self._sender.lower() in reading.own
        self._is_proven = is_proven(mail, reading.authentication_hosts)

    def readings(self) -> Sequence[Reading]:
        """Return what the mail says."""
        found = self._found()
        if self._delivery.media_type != TRUNCATED:
            return found
        # a part of it may stop use, and must not be taken for all that was written
        restrictive: list[Reading] = [
            each for each in found if isinstance(each, StopAsked | AddressDead | RightAsked)
        ]
        detail = (
            "This mail is over the size limit: its beginning is kept. Look at it in the mailbox."
        )
        return [*restrictive, Problem(ProblemCode.TOO_LARGE, detail, self._id)]

    def _found(self) -> Sequence[Reading]:
        return self._addressed() or self._reported() or self._by_machine() or self._written()

    def _addressed(self) -> Sequence[Reading]:
        """Return the stop that a mail program or a link of ours sends."""
        mail = self._mail
        to_us = [address for _, address in mail.addresses("to", "delivered-to", "x-original-to")]
        is_for_stops = any(_OPT_OUT_BOX.match(address) for address in to_us)
        is_titled = bool(_UNSUBSCRIBE_SUBJECT.match(self._subject)) and not mail.body.strip()
        if not (is_for_stops or is_titled or is_one_tap(mail)):
            return []
        sign = "one_tap" if is_one_tap(mail) else "address" if is_for_stops else "subject"
        stop = self._stop(OptOutReason.UNSUBSCRIBE, (sign,), tokens=tokens_in(mail))
        if stop.emails or stop.tokens:
            return [stop]
        return [self._to_be_looked_at("This opt-out names nobody. Look whom it is about.")]

    def _reported(self) -> Sequence[Reading]:
        report = report_of(self._mail, self._reading.own)
        if report is None:
            return []
        if isinstance(report, NothingSaid):
            return [Noted(self._id, report, ("report",))]
        if isinstance(report, Complaint):
            if not (report.emails or report.tokens):
                return [
                    self._to_be_looked_at("This complaint names nobody. Look whom it is about.")
                ]
            return [
                StopAsked(
                    self._id, self._at, OptOutReason.COMPLAINT, report.emails, tokens=report.tokens,
                    is_proven=self._is_proven, signs=(report.sign,),
                )
            ]  # fmt: skip
        return [
            AddressDead(
                self._id, self._at, report.emails, report.tokens, report.status, (report.sign,)
            )
        ]

    def _by_machine(self) -> Sequence[Reading]:
        mail = self._mail
        if is_auto_reply(mail):
            return [Noted(self._id, NothingSaid.AUTO_REPLY, ("auto_reply",))]
        if is_receipt(mail, self._reading.own):
            return [Noted(self._id, NothingSaid.RECEIPT, ("receipt",))]
        form = form_of(mail, self._reading, is_proven=self._is_proven)
        if form is not None:
            return self._of_form(form)
        if is_of_machine(mail):
            return [Noted(self._id, NothingSaid.AUTO_REPLY, ("machine",))]
        if is_portal(mail):
            return [
                self._to_be_looked_at("This lead of a portal is in a layout that is not described.")
            ]
        return []

    def _written(self) -> Sequence[Reading]:
        """Return what a person says in their own words."""
        if self._is_own:
            return [self._of_ours()]
        if not self._sender:
            return [self._to_be_looked_at("This mail has no sender. Look at it.")]
        parts = written(self._mail.body, is_reply=self._is_reply)
        stop = self._stop_in(parts)
        if is_news(self._mail) and not self._is_of_own_list():
            # news speak of how to leave them
            if stop is None or stop[0] is Stop.UNSURE or stop[1] == "phrase":
                return [Noted(self._id, NothingSaid.NEWS, ("list",))]
            return [self._word_stop(stop[1], sure=True)]
        return self._said(parts, stop)

    def _stop_in(self, parts: Written) -> tuple[Stop, str] | None:
        """Return what the words say of stopping; those of the part that few programs show, too."""
        words = self._reading.stop_words
        answers_ours = self._is_reply and bool(tokens_in(self._mail))
        stop = stop_in(self._subject, parts.own, words, answers_ours=answers_ours)
        if stop is None and (other := self._mail.other_body):
            own = written(other, is_reply=self._is_reply).own
            stop = (Stop.UNSURE, "other_part") if stop_in("", own, words) else None
        return stop

    def _of_ours(self) -> Reading:
        if _FORWARDED.match(self._subject):
            return self._to_be_looked_at("Somebody of yours passed this on. Act on it by hand.")
        to = {address.lower() for _, address in self._mail.addresses("to", "cc", "bcc")}
        if to and to <= self._reading.own and not self._is_reply:
            return self._to_be_looked_at("You sent this to yourselves: it may be a form's.")
        return Noted(self._id, NothingSaid.OWN_MAIL, ("own_address",))

    def _said(self, parts: Written, stop: tuple[Stop, str] | None) -> Sequence[Reading]:
        """Return what the words of a stranger say: stop, a request, or an enquiry."""
        is_alone = stop is not None and stop[1].endswith("_keyword")
        asked = [] if is_alone else rights_in(self._subject, parts.own)
        if stop is not None and stop[0] is Stop.SURE:
            return [self._word_stop(stop[1], sure=True), *self._rights(asked, parts, sure=True)]
        if asked:
            return self._asked(asked, parts, may_stop=stop is not None)
        unsure = [self._word_stop(stop[1], sure=False)] if stop else []
        if is_junk(self._mail) and self._delivery.media_type != ACCEPTED:
            return [*unsure, self._spam()]
        if is_machine(self._sender) and self._delivery.media_type != ACCEPTED:
            return [
                self._to_be_looked_at(
                    "A machine sent this, in a layout that is not described. Name its labels in"
                    " [[sources.forms]], or act on it by hand."
                )
            ]
        right = [Right.OBJECTION_TO_MARKETING] if stop else []
        return [self._enquiry(parts), *unsure, *self._rights(right, parts, sure=False)]

    def _asked(
        self, asked: Sequence[Right], parts: Written, *, may_stop: bool
    ) -> Sequence[Reading]:
        """Return a request; whoever wants to be erased, or complains, is not marketed to either."""
        found: list[Reading] = [*self._rights(asked, parts, sure=True)]
        if may_stop or {Right.ERASURE, Right.COMPLAINT, Right.RESTRICTION} & set(asked):
            found.insert(0, self._word_stop("rights", sure=False))
        return found

    def _of_form(self, form: FormRead) -> Sequence[Reading]:
        submission = self._submission(
            contact=form.contact, answers=form.answers, form=form, remarks=form.remarks
        )
        found: list[Reading] = [submission]
        stop = stop_in("", form.message, self._reading.stop_words, of_form=True)
        if stop is not None and (form.contact.emails or form.contact.phones):
            found.append(
                StopAsked(
                    self._id, self._at, OptOutReason.ASKED, form.contact.emails, form.contact.phones,
                    is_sure=stop[0] is Stop.SURE, is_proven=self._is_proven, signs=("form", stop[1]),
                )
            )  # fmt: skip
        email = next(iter(form.contact.emails), None)
        name = form.contact.full_name or ""
        found += [
            self._right(right, name, email, form.message, sure=True)
            for right in rights_in("", form.message)
        ]
        return found

    def _stop(
        self,
        reason: OptOutReason,
        signs: tuple[str, ...],
        *,
        tokens: tuple[str, ...],
        sure: bool = True,
    ) -> StopAsked:
        own = self._reading.own
        emails = tuple(each for each in self._senders if each.lower() not in own)
        channel = Channel.EMAIL if reason is OptOutReason.UNSUBSCRIBE else None
        return StopAsked(
            self._id, self._at, reason, emails, tokens=tokens, channel=channel,
            is_sure=sure, is_proven=self._is_proven, signs=signs,
        )  # fmt: skip

    def _word_stop(self, sign: str, *, sure: bool) -> StopAsked:
        tokens = tokens_in(self._mail) if self._is_reply else ()
        return self._stop(OptOutReason.ASKED, (sign,), tokens=tokens, sure=sure)

    def _rights(self, asked: Sequence[Right], parts: Written, *, sure: bool) -> list[Heard]:
        text = f"{without_reply_marks(self._subject)}\n\n{parts.own}".strip()
        return [self._right(each, self._name, self._sender, text, sure=sure) for each in asked]

    def _right(
        self, right: Right, name: str, email: str | None, text: str, *, sure: bool
    ) -> RightAsked:
        return RightAsked(
            self._id, self._at, right, name, email, text[:_LONGEST_MESSAGE],
            is_proven=self._is_proven, is_sure=sure, signs=("words",),
        )  # fmt: skip

    def _enquiry(self, parts: Written) -> Submission:
        answers = {
            "subject": [self._subject] if self._subject else [],
            "message": [parts.own[:_LONGEST_MESSAGE]] if parts.own else [],
            "reply_to": [
                a for _, a in self._mail.addresses("reply-to") if a.lower() != self._sender.lower()
            ],
        }
        said = f"{parts.own[-2_000:]}\n{parts.signature[:2_000]}"
        phones = [first or second for first, second in _PHONE.findall(said)]
        contact = Contact(
            full_name=self._name or None,
            emails=(self._sender,),
            phones=tuple(dict.fromkeys(phones))[:3],
            company=self._mail.header("organization") or None,
        )
        return self._submission(contact=contact, answers=answers, form=None, remarks=())

    def _submission(
        self,
        *,
        contact: Contact,
        answers: Mapping[str, Sequence[str]],
        form: FormRead | None,
        remarks: Sequence[str],
    ) -> Submission:
        mail = self._mail
        described = form.form if form else None
        notes = [*remarks, *mail.defects]
        if self._is_clock_off():
            notes.append(CLOCK_OFF)
        origin: dict[str, str | bool] = {
            "class": "form" if form else "enquiry",
            "sender_proven": self._is_proven,
        }
        if mail.attachments:
            origin["attachments"] = str(mail.attachments)
        if self._delivery.position:
            origin["folder"] = self._delivery.position.rpartition(" ")[0] or self._delivery.position
        return Submission(
            external_id=self._id,
            submitted_at=self._at,
            form_id=described.form if described else None,
            contact=contact,
            answers={name: values for name, values in answers.items() if values},
            boxes=form.boxes if form else (),
            is_test=False,
            origin=origin,
            notice=form.notice if form else None,
            remarks=tuple(dict.fromkeys(notes)),
        )

    def _is_clock_off(self) -> bool:
        """Say whether the sender's own date is far from when the mail came."""
        try:
            claimed = parsedate_to_datetime(self._mail.header("date"))
        except (ValueError, TypeError, IndexError, OverflowError):
            return True
        if claimed.tzinfo is None:
            return True
        return abs(claimed - self._at) > _DAY

    def _is_of_own_list(self) -> bool:
        """Say whether the list is one of our own: many offices read a mailbox as a group."""
        list_id = self._mail.header("list-id").lower()
        return any(domain in list_id for domain in self._reading.own_domains)

    def _to_be_looked_at(self, detail: str) -> Problem:
        return Problem(
            ProblemCode.IN_REVIEW, f"{detail} See `leadledger deliveries review`.", self._id
        )

    def _spam(self) -> Problem:
        detail = "A filter called this mail junk. If it is none: `leadledger deliveries accept`."
        return Problem(ProblemCode.SPAM, detail, self._id)
