"""How the commands of `leadledger audit` read times, tell answers, and end."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import emit_json, print_data, print_wrapped, say
from cli.viewing import is_masked
from policy.errors import UsageError

if TYPE_CHECKING:
    from pipeline.access_log import Looked
    from pipeline.audit_answer import AuditAnswer, Span

NOT_ZERO = 1
NOT_WHOLE = 6

SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since", help="From this day, or time with its zone; all there is if not given."
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", help="Up to this day or time, not included; now if not given."),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at", help="As at a time with its zone, or the start of a day; now if not given."
    ),
]


def moment(text: str, option: str) -> datetime:
    """Return a time that somebody typed; a day alone is its beginning in London.

    Raises:
        UsageError: it is no day and no time with a zone.
    """
    from policy.london import midnight

    try:
        if len(text) == len("2026-11-22"):
            return midnight(date.fromisoformat(text))
        at = datetime.fromisoformat(text)
    except ValueError:
        at = datetime.min  # noqa: DTZ901 - told below, with those that have no zone
    if at.tzinfo is None:
        raise UsageError(
            f"{option} is neither a day nor a time with its zone. Cure: write 2026-11-22 or"
            " 2026-11-22T09:00:00+00:00."
        )
    return at


def span_of(since: str | None, until: str | None) -> "Span":
    """Return the time that is asked about.

    Raises:
        UsageError: a time is none, or the first does not come before the second.
    """
    from pipeline import wiring
    from pipeline.audit_answer import Span

    end = moment(until, "--until") if until else wiring.now()
    start = moment(since, "--since") if since else None
    if start is not None and start >= end:
        raise UsageError("--since does not come before --until. Cure: give the earlier one first.")
    return Span(start, end)


def moment_or_now(at: str | None) -> datetime:
    """Return the time that is asked about, now if none is."""
    from pipeline import wiring

    return moment(at, "--at") if at else wiring.now()


def tell(answer: "AuditAnswer", *, as_json: bool) -> None:
    """Print an answer, and end with 1 or 6 where something is not 0 that must be.

    To auditors words that somebody typed are shown masked.

    Raises:
        typer.Exit: as above.
    """
    if is_masked():
        from pipeline.masked_words import masked_facts

        answer = replace(answer, facts=masked_facts(answer.facts))
    if as_json:
        emit_json(answer.data)
    else:
        for line in _lines(answer):
            print_wrapped(line)
    wrong = {name: count for name, count in answer.must_be_zero.items() if count}
    if wrong:
        listed = "; ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in wrong.items())
        say(f"NOT 0, AND MUST BE: {listed}.")
        raise typer.Exit(NOT_WHOLE if answer.is_integrity else NOT_ZERO)


def _lines(answer: "AuditAnswer") -> Iterator[str]:
    print_data(answer.question)
    for name, value in answer.facts.items():
        if isinstance(value, list):
            yield f"{_words(name)}: {len(value):,}"
            yield from (f"  - {_row(each)}" for each in value)
        else:
            yield f"{_words(name)}: {_cell(value)}"
    for name, count in answer.must_be_zero.items():
        yield f"must be 0: {_words(name)}: {count:,}"
    for sentence in answer.not_recorded:
        yield f"not recorded: {sentence}"
    yield f"rests on: {', '.join(answer.rests_on)}"


def _row(row: object) -> str:
    if not isinstance(row, dict):
        return _cell(row)
    return "; ".join(f"{_words(k)}: {_cell(v)}" for k, v in row.items() if v not in (None, [], {}))


def _cell(value: Any) -> str:  # noqa: ANN401 - any fact
    text = "unknown" if value is None else str(value)
    if isinstance(value, datetime):
        text = f"{value:%Y-%m-%d %H:%M:%S} UTC"
    elif isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, int):
        text = f"{value:,}"
    elif isinstance(value, dict):
        text = ", ".join(f"{_words(str(k))} {_cell(v)}" for k, v in value.items()) or "none"
    elif isinstance(value, list | tuple):
        text = ", ".join(f"({_row(v)})" if isinstance(v, dict) else _cell(v) for v in value)
    return text


def _words(name: str) -> str:
    return name.replace("_", " ")


def looked_at(answer: "AuditAnswer", narrowed_by: str) -> "Iterator[Looked]":
    """Yield what an answer about one person shows, by controller, for the record of looks."""
    from pipeline.access_log import Looked

    # that nothing is known of somebody is an answer too
    asked = answer.asked.get("controllers")
    counts = Counter(dict.fromkeys(asked, 0)) if isinstance(asked, list) else Counter()
    counts.update(row["controller"] for row in _rows_about(answer.facts))
    yield from (Looked(owner, count, (), narrowed_by) for owner, count in counts.items())


def _rows_about(facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if "controller" in facts:
        yield dict(facts)
    for value in facts.values():
        rows = value if isinstance(value, list) else ()
        yield from (row for row in rows if isinstance(row, dict) and "controller" in row)
