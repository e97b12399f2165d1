"""The case of a request in words, and as data: what happened, until when, and what is owed next."""

from typing import TYPE_CHECKING, Any

from cli.output import emit_json, print_data, print_wrapped, say
from cli.viewing import is_masked
from policy.rights.owed import Owed
from policy.rights.questions import Effect
from policy.rights.request import QuestionAbout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.masked_words import Asking
    from pipeline.people_named import Candidate
    from pipeline.show_case import ShownCase, ShownStep

OWED: dict[Owed, str] = {
    Owed.PASS_ON: "give it to the client, then `leadledger rights pass-on {ref}`",
    Owed.ACKNOWLEDGE: "tell the person that the complaint has come, then `leadledger rights"
    " acknowledge {ref}`",
    Owed.HEAR: "the person was asked something; when the full answer comes, `leadledger rights"
    " heard {ref}`",
    Owed.IDENTITY: "make sure who asks: `leadledger rights ask {ref} --about identity`, or"
    " `leadledger rights heard {ref} --about identity` if they have shown it",
    Owed.SEARCH: "look for everything, and say where: --scope of `leadledger rights answer {ref}`",
    Owed.ACT: "do what was asked: `leadledger erase`, `rectify` or `restrict add`, each with"
    " --request {ref}; or refuse it",
    Owed.TELL: "tell the person the outcome, then `leadledger rights answer {ref}` (or `refuse`)",
    Owed.FINISH: "a part of it could not be done: look at `leadledger hold list` and `leadledger"
    " rights list`, then do it again with --request {ref}",
    Owed.TELL_RECIPIENTS: "tell {to_tell}: `leadledger recall list`, then `leadledger recall ack`",
    Owed.NAME_RECIPIENTS: "tell the person who received the data ({to_name}), then `leadledger"
    " rights answer {ref} --names-recipients`",
}
"""What to do about each thing that is owed."""

UNMOVING = frozenset(
    {
        Effect.NOTHING_TO_CLARIFY,
        Effect.NOTHING_TO_CHARGE,
        Effect.NOT_JUSTIFIED,
        Effect.NOT_PROMPT,
        Effect.ASKED_TOO_LATE,
    }
)
"""Why a question moves no deadline."""


def emit_case(shown: "ShownCase", *, as_json: bool) -> None:
    """Print a case after a step: as JSON whole, in words only what comes next."""
    if as_json:
        emit_json(case_data(shown))
    else:
        tell_next(shown)


def case_data(shown: "ShownCase") -> dict[str, Any]:
    """Return a case as data."""
    row, case, count = shown.kept.row, shown.kept.case, shown.deadline
    asked, steps = _as_seen(shown)
    return {
        "controller": row.controller_id,
        "reference": row.reference,
        "right": row.right,
        "status": case.status,
        "identity": row.identity,
        "received_at": row.received_at,
        "due_on": case.due_on,
        "is_late": shown.is_late,
        "law": count.law,
        "target": count.target,
        "notice_by": count.notice_by,
        "waiting_for": list(count.waiting_for),
        "count": [step._asdict() for step in count.steps],
        "owed": list(shown.owed),
        "steps": [_step_data(each) for each in steps],
        "recipients": {
            "received": list(shown.recipients.received),
            "to_tell": list(shown.recipients.to_tell),
            "to_name": list(shown.recipients.to_name),
        },
        "people": [
            {
                "person": str(each.person),
                "leads": each.leads,
                "given": [] if is_masked() else list(each.given),
                "more": [] if is_masked() else list(each.more),
            }
            for each in shown.people
        ],
        "asked": asked,
    }


def _as_seen(shown: "ShownCase") -> "tuple[Asking, Sequence[ShownStep]]":
    """Return who asked in which words, and the steps, as whoever looks may see them."""
    from pipeline.masked_words import masked_case

    row = shown.kept.row
    asked: Asking = {"name": row.name, "email": row.email, "phone": row.phone, "text": row.text}
    return masked_case(shown, asked) if is_masked() else (asked, shown.steps)


def _carried(person: "Candidate") -> tuple[str, ...]:
    """Return what may name a person, in parts; an auditor sees how much it is."""
    carried = (*person.given, *person.more)
    return (f"{len(carried)} address(es) or number(s)",) if is_masked() else carried


def _step_data(shown: "ShownStep") -> dict[str, Any]:
    from pipeline.case_rows import detail_of

    step = shown.step
    data = {"kind": step.kind, "at": step.at, "actor": shown.actor}
    return data | {"recorded_at": shown.recorded_at, "text": step.text} | detail_of(step)


def tell_case(shown: "ShownCase") -> None:
    """Print a whole case in words."""
    row, case = shown.kept.row, shown.kept.case
    asked, steps = _as_seen(shown)
    named = (asked["name"], asked["email"], asked["phone"])
    sender = " ".join(filter(None, named)) or "nobody (erased)"
    print_data(f"{row.reference}  {_plain(row.right)}, asked of {row.controller_id} by {sender}")
    print_data(f"State: {_plain(case.status)}, identity {_plain(row.identity)}")
    if asked["text"]:
        print_wrapped(f"In their words: {asked['text']}")
    print_data("Steps:")
    print_data(f"  {row.received_at:%Y-%m-%d}  received")
    for each in steps:
        print_wrapped(_step_line(each), "  ")
    print_data(f"The count ({_plain(shown.deadline.law)}):")
    for step in shown.deadline.steps:
        print_data(f"  {step.day}  {step.rule}  {_plain(step.effect)}")
    if shown.deadline.notice_by:
        print_data(f"  An extension can be told until {shown.deadline.notice_by}.")
    for person in shown.people:
        masked = ", ".join(_carried(person))
        print_data(f"May be person {person.person}, with {person.leads} lead(s): {masked}")
    if shown.recipients.received:
        print_data(f"Received it: {', '.join(shown.recipients.received)}")
    tell_next(shown)


def _step_line(shown: "ShownStep") -> str:
    from pipeline.case_rows import detail_of

    step = shown.step
    hidden = ("leads", "sha256")
    said = {k: v for k, v in detail_of(step).items() if k not in hidden}
    parts = [_said(name, value) for name, value in said.items()]
    words = f' "{step.text}"' if step.text else ""
    more = f" ({', '.join(parts)})" if parts else ""
    return f"{step.at:%Y-%m-%d}  {_plain(step.kind)}{more}{words}, noted by {shown.actor}"


def _said(name: str, value: object) -> str:
    if value is True:
        return _plain(name)
    listed = " ".join(map(_plain, value)) if isinstance(value, list) else _plain(str(value))
    return f"{_plain(name)}: {listed}"


def tell_next(shown: "ShownCase") -> None:
    """Say until when something is owed, and what."""
    ref, due = shown.kept.row.reference, shown.kept.case.due_on
    if not shown.owed:
        is_open = shown.status != "closed"
        say(f"Nothing is owed: `leadledger rights close {ref}`." if is_open else "Closed.")
        return
    when = f"Due {due}" if due else "No day can be said yet"
    say(f"{when}{', LATE' if shown.is_late else ''}. Owed:")
    names = {
        "ref": ref,
        "to_tell": ", ".join(shown.recipients.to_tell),
        "to_name": ", ".join(shown.recipients.to_name),
    }
    for each in shown.owed:
        say(f"  - {OWED[each].format(**names)}")


def tell_unmoved(shown: "ShownCase", about: QuestionAbout) -> None:
    """Say so where a question that was just asked moves no day, and why."""
    if about in shown.deadline.waiting_for:
        return
    why = [step.effect for step in shown.deadline.steps if step.effect in UNMOVING]
    if why:
        say(f"This question moves no day: {_plain(why[-1])}.")


def _plain(text: str) -> str:
    return text.replace("_", " ")
