"""Take the fields out of a notification of a form: `Label: value`, tables, label above value."""

import re
from typing import NamedTuple

from connectors._email_html import CELL_END
from connectors._headings import words_of

_LABELLED = re.compile(r"^[ \t*•-]*([^\s:：][^:：\n\t]{0,79}?)[ \t*]*[:：][ \t]*(.*)$")
_END = re.compile(
    r"^(?:-- ?|-{3,}|_{3,}|={3,}|this (?:is a notification|e-?mail was sent|mail is sent|form was submitted"
    r"|message was sent)\b.*|diese (?:e-?mail|nachricht) wurde .*|(?:sent from|submitted (?:from|on)) .*"
    r"|ce message a été envoyé.*|este (?:mensaje|e-mail|correo) .*|questa e-?mail .*)$",
    re.IGNORECASE,
)
_NO_VALUE = frozenset(
    {"", "-", "--", "n/a", "na", "(not provided)", "not provided", "none", "(empty)"}
)
_LONG = frozenset(
    """
    message|message body|your message|comment|comments|enquiry|inquiry|question|questions|details|notes
    nachricht|nachrichtentext|ihre nachricht|mitteilung|anfrage|kommentar|bemerkung
    votre message|corps du message|commentaire|demande|mensaje|cuerpo del mensaje|tu mensaje|comentario|consulta
    messaggio|corpo del messaggio|bericht|berichttekst|opmerking|opmerkingen|wiadomosc|tresc wiadomosci|tresc
    mensagem|corpo da mensagem|meddelande|besked|melding|viesti|zprava|メッセージ本文|メッセージ|お問い合わせ内容
    """.replace("\n", "|").split("|")
)
_MESSAGE_LABELS = frozenset(words_of(word) for word in _LONG if word.strip())
_MOST_ROWS = 200


class Row(NamedTuple):
    """A field of a form as the mail shows it."""

    label: str
    value: str

    def __repr__(self) -> str:
        """Say which label it has; the value is somebody's."""
        return f"Row({self.label})"


def is_message(label: str) -> bool:
    """Say whether a label is that of the message."""
    return words_of(label) in _MESSAGE_LABELS


def rows_in(text: str, labels: frozenset[str]) -> list[Row]:
    """Return the fields of a notification, in order.

    `labels` (as `words_of` writes them) are known ones: below such a label alone on its line stands
    its value.
    """
    rows: list[Row] = []
    lines = text.splitlines()
    open_label: str | None = None
    open_value: list[str] = []

    def close() -> None:
        nonlocal open_label, open_value
        if open_label is not None:
            rows.append(Row(open_label, _value("\n".join(open_value))))
        open_label, open_value = None, []

    for number, line in enumerate(lines):
        if len(rows) >= _MOST_ROWS:
            break
        bare = line.strip()
        if _END.match(bare):
            close()
            continue
        row = _row_of(bare, labels, is_open=open_label is not None and is_message(open_label))
        if row is not None:
            close()
            open_label, open_value = row.label, [row.value]
        elif words_of(bare) in labels and number + 1 < len(lines) and len(bare) <= 80:
            close()
            open_label = bare.strip(" *:")
        elif open_label is not None:
            is_over = not bare and any(open_value) and not is_message(open_label)
            if is_over:
                close()
            else:
                open_value.append(line.rstrip())
    close()
    return rows


def _row_of(line: str, labels: frozenset[str], *, is_open: bool) -> Row | None:
    if CELL_END in line:
        label, _, value = line.partition(CELL_END)
        if label.strip() and len(label) <= 80:
            return Row(label.strip(" *:"), value.replace(CELL_END, " ").strip())
    found = _LABELLED.match(line)
    if not found or found.group(1).lower() in {"http", "https", "mailto", "tel"}:
        return None
    label = found.group(1).strip(" *")
    if is_open and words_of(label) not in labels:
        return None  # a line of somebody's message that has a colon in it
    return Row(label, found.group(2).strip())


def _value(text: str) -> str:
    value = text.strip().strip("*").strip()
    return "" if value.lower() in _NO_VALUE else value
