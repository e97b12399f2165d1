"""What people may ask for on the page, in plain words, and what they are told afterwards."""

from typing import NamedTuple

from pipeline.mail_texts import day
from pipeline.receive_request import Receipt
from pipeline.settings import ControllerSettings
from policy.rights.steps import RequestStatus
from policy.rights.table import RIGHTS, AtOnce, Right


class Choice(NamedTuple):
    """One thing to ask for."""

    right: Right
    title: str
    hint: str


CHOICES = (
    Choice(
        Right.OBJECTION_TO_MARKETING,
        "Stop marketing to me",
        "No more offers by e-mail, message, call or post. It takes effect at once.",
    ),
    Choice(
        Right.WITHDRAWAL_OF_CONSENT,
        "Take back my consent",
        "What you agreed to before no longer counts, from now on.",
    ),
    Choice(Right.ACCESS, "Send me a copy", "What is held about you, why, and who received it."),
    Choice(Right.RECTIFICATION, "Correct something", "Tell us below what is wrong."),
    Choice(Right.ERASURE, "Erase my data", "What must be kept by law is named in the answer."),
    Choice(
        Right.RESTRICTION,
        "Keep my data, but do not use it",
        "While something is in dispute, or because you need it for a claim.",
    ),
    Choice(
        Right.OBJECTION_TO_OTHER_USE,
        "Stop another use",
        "Tell us below which use, and why it is wrong for you.",
    ),
    Choice(
        Right.PORTABILITY,
        "Give me my data to take elsewhere",
        "What you gave us, in a form that a computer can read.",
    ),
    Choice(
        Right.AUTOMATED_DECISION,
        "Have a person look at a decision",
        "Where a machine alone decided about you.",
    ),
    Choice(Right.COMPLAINT, "Complain", "About how your data was handled."),
)
TITLES = {choice.right: choice.title for choice in CHOICES}


def next_steps(controller: ControllerSettings, receipt: Receipt) -> list[str]:
    """Return what happens now, in the order in which it does.

    The same for people who are known and for people who are not.
    """
    name, due = controller.name, day(receipt.due_on)
    steps = []
    if receipt.stops_use:
        steps.append(
            f"{name} sends you no more marketing from this moment on, by any way, to the address"
            " and the number that you gave. You need not do anything else."
        )
    if RIGHTS[receipt.right].at_once is AtOnce.USE_IS_RESTRICTED:
        steps.append(
            "What is held about you under that address or number is kept, and not used, until your"
            " objection has been looked into."
        )
    if receipt.status is RequestStatus.FOR_CLIENT:
        steps.append(
            f"We hold this data for {name}, who decides about it. Your request is passed on to"
            f" them by {due}, and they answer you."
        )
        return [*steps, *_identity_steps(receipt)]
    if receipt.right is Right.COMPLAINT:
        steps.append(
            f"{name} looks into your complaint from today on, confirms it to you by {due} at the"
            " latest, and tells you the outcome as soon as there is one."
        )
    elif not receipt.stops_use:
        steps.append(f"{name} answers you by {due} at the latest.")
    return [*steps, *_identity_steps(receipt)]


def _identity_steps(receipt: Receipt) -> list[str]:
    if not receipt.is_mailed:
        return []
    mailed = (
        "A mail is on its way to the address that you gave. Press the button behind its link"
        " within 7 days, so that nobody else can ask in your name."
    )
    return [mailed]
