"""Certify what was done at the end of a client's contract, and what remains; it names nobody."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pipeline.client_exit import Exit
from policy.retention_duties import backup_overwritten_by

FORM = "leadledger exit certificate 1"
_LAW = {
    "ledger": "UK GDPR Art. 5(2), 17(3)(e), 28(3)(g); RET-14: keys, times and codes, six years",
    "contract": "UK GDPR Art. 5(2), 28(3)(a), 30(2): references, dates and hashes",
    "backups": "UK GDPR Art. 28(3)(g), 32; RET-17: encrypted, beyond use, overwritten",
    "elsewhere": "docs/erasure.md: out of the program's reach",
}


def exit_certificate(ended: Exit, counts: Mapping[str, int], now: datetime) -> dict[str, Any]:
    """Return the certificate of one end of a contract, as JSON would have it. Rule: RET-19.

    What was returned and deleted and when, who else was to delete, what remains and on what law,
    and until when backups have it. `counts` are rows that were deleted, by kind.
    """
    deleted_at = ended.deleted_at or now
    return {
        "form": FORM,
        "exit": ended.subject,
        "controller": ended.controller_id,
        "contract": ended.reference,
        "ended_on": ended.ends_on.isoformat(),
        "choice": ended.choice,
        "returned_at": _time(ended.returned_at),
        "manifest_sha256": ended.returned_digest,
        "deleted_at": _time(ended.deleted_at),
        "deleted": dict(sorted(counts.items())),
        "sub_processors": list(ended.sub_processors),
        "sub_processors_done_at": _time(ended.sub_processors_done_at),
        "remains": [{"what": what, "why": why} for what, why in _LAW.items()],
        "backups_until": backup_overwritten_by(deleted_at).isoformat(timespec="seconds"),
        "certified_at": _time(now),
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def as_text(found: Mapping[str, Any]) -> str:
    """Return a certificate in words, a line for each thing."""
    return "\n".join(_lines(found))


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"Certificate on the end of contract {found['contract']} with {found['controller']}"
    yield f"The contract ended on {found['ended_on']}; the client chose: {_plain(found['choice'])}."
    yield ""
    if found["returned_at"]:
        digest = found["manifest_sha256"]
        yield f"Returned {found['returned_at']}, in a folder whose manifest has SHA-256 {digest}."
    yield f"Deleted {found['deleted_at']}:"
    yield from (f"  {count:,} {_plain(name)}" for name, count in found["deleted"].items())
    if found["sub_processors"]:
        names = ", ".join(found["sub_processors"])
        yield f"Sub-processors have deleted too, noted {found['sub_processors_done_at']}: {names}."
    yield ""
    yield "Remains:"
    yield from (f"  {each['what']}: {each['why']}" for each in found["remains"])
    yield f"In no backup from {found['backups_until']} on."
    yield f"Certified {found['certified_at']}, exit {found['exit']}."


def _plain(word: str | None) -> str:
    return (word or "").replace("_", " ")
