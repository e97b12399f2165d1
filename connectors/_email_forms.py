"""Read the notification of a form: the person is who stands in it, never who mailed it."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from connectors._described_form import notice_of
from connectors._email_form_rows import Row, is_message, rows_in
from connectors._email_parse import Mail, addresses_in
from connectors._email_settings import MailForm, MailReading
from connectors._headings import suggested_fields, words_of
from connectors._tick_boxes import answer_to, as_compared
from connectors.base import Contact
from policy.vocabulary import BoxAnswer, Notice

SENDER_UNPROVEN = "sender_unproven"
FORM_NOT_DESCRIBED = "form_not_described"
NO_CONTACT = "no_contact"
LABEL_REPEATED = "label_repeated"
_FOOTERS = re.compile(
    r"this is a notification that a contact form was submitted|this e-?mail was sent from a contact form"
    r"|diese e-?mail wurde (?:von|über) (?:einem|das) kontaktformular|dies ist eine benachrichtigung"
    r"|este mensaje se ha enviado desde un formulario|ce(?:t e-?mail| message) a été envoyé (?:via|depuis)"
    r"|below is the result of your feedback form|you(?:'ve| have) (?:just )?received a new (?:form )?submission"
    r"|someone (?:just )?submitted your form|new (?:form )?(?:submission|entry|response|lead) (?:from|for|on|received)"
    r"|\bsent via (?:formspree|formsubmit|wix|squarespace)|wpforms|gravity ?forms|elementor|contact form 7",
    re.IGNORECASE,
)
_RECEIPT = re.compile(
    r"receipt for your contact form submission|your e-?mail address was used|we have received your (?:message|submission|enquiry)"
    r"|thank you for (?:contacting us|your (?:message|enquiry|submission))|wir haben ihre (?:nachricht|anfrage) erhalten",
    re.IGNORECASE,
)
_SENDERS = re.compile(
    r"(?:@|\.)(?:formspree\.io|formsubmit\.co|typeform\.com|jotform\.com|wix(?:-forms)?\.com|crm\.wix\.com|squarespace\.info"
    r"|wpforms\.com|tally\.so|webflow\.com|netlify\.com|getform\.io|facebookmail\.com|linkedin\.com)$"
    r"|^(?:wordpress|no-?reply|noreply|forms?|formular\w*|kontaktformular|webform|website|drupal)[^@]*@",
    re.IGNORECASE,
)
_PORTAL = re.compile(r"<\?adf\b|<adf>", re.IGNORECASE)
_NAME_AND_ADDRESS = re.compile(r"^\s*(.*?)\s*[<(]?\b([^\s<>()]+@[^\s<>()]+\.[^\s<>()]+?)[>)]?\s*$")
_FROM_LABELS = frozenset({"from", "von", "de", "da", "van", "od", "fran", "fra", "差出人"})
_SUBJECT_LABELS = frozenset(
    {
        "subject",
        "betreff",
        "objet",
        "asunto",
        "oggetto",
        "onderwerp",
        "temat",
        "assunto",
        "amne",
        "emne",
        "題名",
        "件名",
    }
)
_FEWEST_FIELDS = 2
_MORE_LABELS = {
    "full_name": "imie i nazwisko, twoje imie, お名前, 氏名, namn, navn, nimi, jmeno, nome e cognome, nome e apelido",
    "email": "user email, contact email, adres e mail, adres email, twoj e mail, メールアドレス, e post, epost,"
    " e postadress, sahkoposti, endereco de email, seu email, il tuo indirizzo email, your email address",
    "phone": "user phone, numer telefonu, nr telefonu, 電話番号, telefone, telefonnr, puhelin, puhelinnumero",
    "company": "company or organisation, nazwa firmy, 会社名, foretag, virksomhed, bedrijfsnaam",
}
_KIND_OF = {
    words_of(label): kind for kind, labels in _MORE_LABELS.items() for label in labels.split(",")
}
_ROLES = re.compile(
    r"^(?:info|contact|kontakt|hello|hallo|office|mail|web|webmaster|admin|sales|post|service)@",
    re.IGNORECASE,
)


class FormRead(NamedTuple):
    """What the notification of a form says."""

    form: MailForm | None
    contact: Contact
    answers: Mapping[str, Sequence[str]]
    boxes: tuple[BoxAnswer, ...] | None
    notice: Notice | None
    remarks: tuple[str, ...]
    message: str

    def __repr__(self) -> str:
        """Say nothing: it is somebody's."""
        return "FormRead(…)"


def is_receipt(mail: Mail, own: frozenset[str]) -> bool:
    """Say whether it is what a stranger's form sends to whoever is said to have filled it in."""
    is_to_us = any(address.lower() in own for _, address in mail.addresses("to"))
    mark = _RECEIPT.search(mail.body[:20_000])
    is_by_machine = bool(mail.header("x-wpcf7-content-type")) or is_machine(_sender(mail))
    return bool(is_to_us and mark and is_by_machine and not _FOOTERS.search(mail.body[:20_000]))


def is_portal(mail: Mail) -> bool:
    """Say whether it is a lead of a portal in a layout that nobody described."""
    return bool(_PORTAL.search(mail.body[:4_000]) or _PORTAL.search(mail.html[:4_000]))


def form_of(mail: Mail, reading: MailReading, *, is_proven: bool) -> FormRead | None:
    """Read the notification of a form; None if the mail is none."""
    sender, subject = _sender(mail), mail.header("subject")
    form = next((each for each in reading.forms if each.is_sent_by(sender, subject)), None)
    rows = rows_in(mail.body, _labels(form))
    fields = _fields(rows, form)
    if form is None and not _is_notification(mail, sender, rows, fields, reading.own):
        return None
    firsts = _first_of_each(rows)
    contact = _contact(firsts, fields, mail, sender, reading.own)
    boxes, notice, remarks = _ticks(rows, form, is_proven=is_proven)
    repeated = [row for row in rows if row not in firsts and row.label in fields and row.value]
    if repeated:
        remarks.append(LABEL_REPEATED)
    if not (contact.emails or contact.phones):
        remarks.append(NO_CONTACT)
    used = {as_compared(box.field) for box in form.tick_boxes} if form else set()
    message = "\n".join(row.value for row in rows if is_message(row.label))
    answers: dict[str, list[str]] = {}
    for row in rows:
        is_kept = (row.label not in fields or row in repeated) and as_compared(
            row.label
        ) not in used
        if is_kept and row.value and words_of(row.label) not in _FROM_LABELS:
            name = "message" if is_message(row.label) else row.label
            answers.setdefault(name, []).append(row.value)
    return FormRead(form, contact, answers, boxes, notice, tuple(remarks), message)


def _first_of_each(rows: Sequence[Row]) -> list[Row]:
    """Return the first row of each label: a second one may stand in what somebody wrote."""
    firsts: dict[str, Row] = {}
    for row in rows:
        firsts.setdefault(words_of(row.label) or row.label, row)
    return list(firsts.values())


def _sender(mail: Mail) -> str:
    return next((address for _, address in mail.addresses("from")), "")


def is_machine(sender: str) -> bool:
    return bool(_SENDERS.search(sender))


def _labels(form: MailForm | None) -> frozenset[str]:
    """Return the labels that the settings name, and the usual ones of a message."""
    named = [heading for _, heading in form.fields.named()] if form and form.fields else []
    boxes = [box.field for box in form.tick_boxes] if form else []
    usual = ("name", "email", "e mail", "phone", "telephone", "company", "message", "subject",
             "telefon", "nachricht", "nom", "telephone", "nombre", "telefono", "mensaje",
             "first name", "last name", "your name", "your email", "your message")  # fmt: skip
    return frozenset(words_of(each) for each in (*named, *boxes, *usual))


def _fields(rows: Sequence[Row], form: MailForm | None) -> dict[str, str]:
    """Return which label holds which kind of contact data."""
    if form is not None and form.fields is not None:
        named = {words_of(heading): kind for kind, heading in form.fields.named()}
        return {
            row.label: named[words_of(row.label)] for row in rows if words_of(row.label) in named
        }
    labels = [row.label for row in rows]
    more = {each: kind for each in labels if (kind := _KIND_OF.get(words_of(each)))}
    return more | suggested_fields(labels)


def _is_notification(
    mail: Mail, sender: str, rows: Sequence[Row], fields: Mapping[str, str], own: frozenset[str]
) -> bool:
    """Say whether a mail of no described sender is a form all the same.

    Its sender is a machine, its words are those of a form tool, or it names a person by several
    labels who is not the one who wrote.
    """
    known = {
        kind for label, kind in fields.items() if any(r.value for r in rows if r.label == label)
    }
    if mail.header("x-wpcf7-content-type") or 'bgcolor="#eaf2fa"' in mail.html.lower():
        return True
    if len(known) < _FEWEST_FIELDS and not ({"email", "phone"} & known and _names_sender(rows)):
        return bool(_names_sender(rows) and _FOOTERS.search(mail.body[:20_000]))
    named = {
        address.lower()
        for row in rows
        if fields.get(row.label) == "email"
        for _, address in addresses_in([row.value])
    }
    if _FOOTERS.search(f"{mail.header('subject')}\n{mail.body[:20_000]}"):
        return True
    answered_to = {address.lower() for _, address in mail.addresses("reply-to")}
    is_by_machine = is_machine(sender) or bool(_ROLES.match(sender)) or sender.lower() in own
    if not named and is_by_machine:
        return "phone" in known and any(is_message(row.label) for row in rows)
    return (
        bool(named) and sender.lower() not in named and (is_by_machine or bool(named & answered_to))
    )


def _names_sender(rows: Sequence[Row]) -> bool:
    return any(words_of(row.label) in _FROM_LABELS and "@" in row.value for row in rows)


def _contact(
    rows: Sequence[Row], fields: Mapping[str, str], mail: Mail, sender: str, own: frozenset[str]
) -> Contact:
    found: dict[str, list[str]] = {}
    for row in rows:
        kind = fields.get(row.label)
        if kind and row.value:
            found.setdefault(kind, []).append(row.value.splitlines()[0].strip())
        elif words_of(row.label) in _FROM_LABELS and (pair := _NAME_AND_ADDRESS.match(row.value)):
            found.setdefault("full_name", []).append(pair.group(1).strip(' "'))
            found.setdefault("email", []).append(pair.group(2))
    emails = [_address(value) for value in found.get("email", [])]
    if not any(emails):
        emails = [
            address
            for _, address in mail.addresses("reply-to")
            if address.lower() not in own and address.lower() != sender.lower()
        ]

    def first(kind: str) -> str | None:
        return next((value for value in found.get(kind, []) if value), None)

    return Contact(
        full_name=first("full_name"),
        first_name=first("first_name"),
        last_name=first("last_name"),
        emails=tuple(dict.fromkeys(filter(None, emails))),
        phones=tuple(dict.fromkeys(filter(None, found.get("phone", [])))),
        company=first("company"),
        job_title=first("job_title"),
    )


def _address(value: str) -> str:
    """Return the address in a value: mails show it twice, as text and as a link."""
    found = _NAME_AND_ADDRESS.match(
        value.split(maxsplit=1)[0]
        if " " in value.strip() and "@" in value.split(maxsplit=1)[0]
        else value
    )
    return found.group(2).removeprefix("mailto:") if found else value.strip()


def _ticks(
    rows: Sequence[Row], form: MailForm | None, *, is_proven: bool
) -> tuple[tuple[BoxAnswer, ...] | None, Notice | None, list[str]]:
    """Return what was ticked, where the settings say which words stood beside the box.

    From a sender that nobody vouches for, a refusal counts and a tick does not.
    """
    if form is None:
        return None, None, [FORM_NOT_DESCRIBED]
    notice = notice_of(form, form.tick_boxes)
    if not form.tick_boxes:
        return None, notice, []
    values: dict[str, list[str]] = {}
    for row in rows:
        values.setdefault(as_compared(row.label), []).append(row.value)
    answers = [answer_to(box, values.get(as_compared(box.field), [])) for box in form.tick_boxes]
    if is_proven:
        return tuple(answers), notice, []
    doubted = (a if a.is_ticked is False else BoxAnswer(a.key, a.raw, None) for a in answers)
    return tuple(doubted), notice, [SENDER_UNPROVEN]
