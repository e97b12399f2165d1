"""What became of records, in words and as data: for everything that takes leads in."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cli.output import emit_json, say
from cli.words import counted
from policy.errors import LeadsError

if TYPE_CHECKING:
    from pipeline.ingest import IngestReport

SET_ASIDE = 3
"""The exit code of what was done, although some records were set aside."""

_OUTCOMES = (
    ("stored", "new"),
    ("duplicates", "known already"),
    ("arrived_again", "known, with other bytes"),
    ("tests", "test leads"),
    ("too_old", "expired already, refused"),
    ("removed_before", "removed before, refused"),
    ("client_left", "of a client who has left, refused"),
    ("erased_at_source", "erased at the source, so here too"),
    ("erasure_held", "erased at the source, but held here"),
    ("erased_before", "erased at the source, unknown here"),
    ("stopped", "opt-outs heard"),
    ("stopped_unsure", "maybe opt-outs, so use stops"),
    ("addresses_dead", "dead addresses"),
    ("requests", "requests by law"),
    ("requests_known", "requests known already"),
    ("noted", "messages that call for nothing"),
    ("set_aside", "set aside"),
)
_ONE = {
    "test leads": "test lead",
    "permissions by consent": "permission by consent",
    "opt-outs heard": "opt-out heard",
    "maybe opt-outs, so use stops": "maybe an opt-out, so use stops",
    "dead addresses": "dead address",
    "requests by law": "request by law",
    "requests known already": "request known already",
    "messages that call for nothing": "message that calls for nothing",
}
_MORE = (
    ("consents", "permissions by consent"),
    ("improved", "better proven than before"),
    ("marked_as_test", "now known as tests"),
    ("masked", "with sensitive answers, now masked"),
)


def counts_in_words(report: "IngestReport") -> str:
    """Return how many records became what, and what else is to be said of them."""
    parts = [*_outcomes(report), *_more(report)]
    return ", ".join(parts) if parts else "nothing new"


def account_in_words(report: "IngestReport") -> str:
    """Return what became of each row of a file: the numbers add up to all rows."""
    parts = ", ".join(_outcomes(report)) or "nothing to take in"
    more = ", ".join(_more(report))
    return f"{counted(report.rows, 'row')}: {parts}" + (f"; {more}" if more else "")


def _outcomes(report: "IngestReport") -> Iterator[str]:
    for name, words in _OUTCOMES:
        number = report.counts[name]
        if not number:
            continue
        said = _numbered(number, words)
        if name == "stored" and report.counts["suppressed"]:
            said += f" ({report.counts['suppressed']:,} of them opted out)"
        if name == "set_aside" and report.reasons:
            reasons = (f"{count:,} {reason}" for reason, count in report.reasons.most_common())
            said += f" ({', '.join(reasons)})"
        yield said


def _more(report: "IngestReport") -> Iterator[str]:
    for name, words in _MORE:
        if report.counts[name]:
            yield _numbered(report.counts[name], words)


def _numbered(number: int, words: str) -> str:
    return f"{number:,} {_ONE.get(words, words) if number == 1 else words}"


def name_set_aside(report: "IngestReport", *, is_rehearsal: bool = False) -> None:
    """Name the first records that were set aside, with the reason and what to do."""
    for item in report.named:
        say(f"  {item.position or 'a record'}: {item.detail}")
    more = report.counts["set_aside"] - len(report.named)
    if more > 0:
        say(f"  and {more:,} more.")
    if report.named and not is_rehearsal:
        say("  They are kept for 30 days: `leadledger deliveries list`, then `… replay`.")


def report_data(report: "IngestReport") -> dict[str, Any]:
    """Return a report as JSON has it."""
    return {
        "rows": report.rows,
        "counts": dict(report.counts),
        "reasons": dict(report.reasons),
        "grades": dict(report.grades),
        "set_aside": [
            {"position": s.position, "reason": s.reason, "detail": s.detail} for s in report.named
        ],
    }


@contextmanager
def in_the_end(data: Callable[[], Iterable[object]], *, is_asked: bool) -> Iterator[None]:
    """Print one JSON list of what was done, also where an error ends the work half-way."""
    try:
        yield
    except LeadsError:
        if is_asked and (done := list(data())):
            emit_json(done)
        raise
    if is_asked:
        emit_json(list(data()))
