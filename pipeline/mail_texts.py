"""The words of our own mails. No word that somebody typed into a form stands in them.

Else a form could be used to send anybody's words to anybody under our name.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.settings import ControllerSettings
from policy.london import london
from policy.rights.table import Right

LINK = "{link}"
"""Stands on a line of its own where the link goes, which is made when the mail is sent."""

_OPT_IN = """\
Hello,

on {when} somebody entered this e-mail address in the form "{form}" of {controller}
and ticked:

{ticked}

Was it you, and is this what you want? Then open this page and press the button on it:

{{link}}

The link is good until {until}.

It was not you, or you changed your mind? Then do nothing. Without the button nothing that was
ticked counts, and we do not write again about it.

{controller}
Questions about your data: {contact}
"""

_IDENTITY = """\
Hello,

on {when} somebody who gave this e-mail address as theirs asked {controller}:

> {asked}

The reference is {reference}.

Was it you? Then open this page and press the button on it, so that we know that the request comes
from you and tell nobody else about you:

{{link}}

The link is good until {until}. An answer is due by {due}.

It was not you? Then do nothing.

{controller}
Questions about your data: {contact}
"""

ASKED: dict[Right, str] = {
    Right.ACCESS: "for a copy of the data held about them",
    Right.RECTIFICATION: "to correct the data held about them",
    Right.ERASURE: "to erase the data held about them",
    Right.RESTRICTION: "to keep the data held about them, but not to use it for now",
    Right.OBJECTION_TO_MARKETING: "to stop marketing to them",
    Right.OBJECTION_TO_OTHER_USE: "to stop another use of the data held about them",
    Right.PORTABILITY: "for the data that they gave, in a form that a computer can read",
    Right.WITHDRAWAL_OF_CONSENT: "to take back the consent that they gave",
    Right.ONE_CLICK_UNSUBSCRIBE: "to stop marketing to them",
    Right.COMPLAINT: "to look into a complaint",
    Right.AUTOMATED_DECISION: "to have a decision that a machine made looked at by a person",
}


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body of a mail; the body holds `LINK` once."""

    subject: str
    body: str

    def __repr__(self) -> str:
        """Say nothing: it is meant for one person."""
        return "Text(…)"


def opt_in_text(
    controller: ControllerSettings,
    form: str,
    wordings: Sequence[str],
    ticked_at: datetime,
    until: datetime,
) -> Text:
    """Return the mail that asks whether ticks were the address's owner's own.

    `form` and `wordings` are what the form showed: the operator's words, not the person's.
    """
    body = _OPT_IN.format(
        controller=_line(controller.name),
        contact=controller.privacy_contact,
        form=_line(form),
        ticked="\n\n".join(map(_quoted, wordings)),
        when=moment(ticked_at),
        until=moment(until),
    )
    return Text(f"Please confirm: {_line(controller.name)}", body)


def identity_text(
    controller: ControllerSettings,
    right: Right,
    reference: str,
    times: tuple[datetime, datetime],
    due: date,
) -> Text:
    """Return the mail that asks whether a request was the address's owner's own.

    `times` are when it was made, and until when the link is good.
    """
    made_at, until = times
    body = _IDENTITY.format(
        controller=_line(controller.name),
        contact=controller.privacy_contact,
        asked=ASKED[right],
        reference=reference,
        when=moment(made_at),
        until=moment(until),
        due=day(due),
    )
    return Text(f"Please confirm your request {reference}", body)


def opt_in_template() -> str:
    """Return the SHA-256 of the text that asks people to confirm ticks, before it is filled in."""
    return hashlib.sha256(_OPT_IN.encode()).hexdigest()


def moment(at: datetime) -> str:
    """Return a time as people read it, in London."""
    return f"{at.astimezone(london()):%-d %B %Y, %H:%M} (London time)"


def day(at: date) -> str:
    """Return a date as people read it."""
    return f"{at:%-d %B %Y}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    """Mark every line, so that no wording can be taken for a line of ours."""
    return "\n".join(f"> {line}" for line in text.splitlines())
