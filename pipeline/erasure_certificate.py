"""Say what an erasure did and what remains, for the person and for an auditor; it names nobody."""

from collections.abc import Iterator
from typing import Any

from pipeline.erase import Erased
from pipeline.scrub import ScrubReport
from policy.retention_duties import CopyPlace, backup_overwritten_by, copies_left

FORM = "leadledger erasure certificate 1"

_PLACES = {
    "leads": "leads, with copies, permissions and questions whether they agree",
    "set_aside": "records that could not be read",
    "inbox": "records that waited to be worked on",
    "mails": "mails of ours that waited to be sent",
    "requests": "requests, stripped of name, address, number and words",
    "export_files": "lists in the house",
}
_LAW = {
    "suppression": "UK GDPR Art. 17(3)(b), 21(3); RET-13: kept while the controller markets",
    "removal": "UK GDPR Art. 17(3)(b); RET-11, RET-14: kept for six years",
    "ledger": "UK GDPR Art. 5(2), 17(3)(b); RET-11: keys, times and codes",
    "requests": "UK GDPR Art. 5(2); ERA-5: reference, right, dates and outcome",
    "recalls": "UK GDPR Art. 19; RCL-4: the list and the lead's key in it, until told",
    "backups": "UK GDPR Art. 17(1), 32; RET-17: encrypted, beyond use, overwritten",
    "legal_hold": "UK GDPR Art. 17(3)(e); RET-15",
    "open_request": "DPA s. 173; UK GDPR Art. 15; RET-16",
    "restricted": "UK GDPR Art. 18(1); ERA-2",
    "waiting": "UK GDPR Art. 12(3); ERA-5: these requests must be answered first",
    "doubtful": "UK GDPR Art. 5(1)(d); ERA-7: came by an address or number after it was corrected"
    " away, so it may be somebody else's; if it is the person's, erase by that address as well",
    "lists": "UK GDPR Art. 17(1); ERA-6: changed since we wrote them, or stuck; look at them",
    "database": "UK GDPR Art. 17(1); RET-18: bytes in files that could not be rewritten yet",
    "elsewhere": "UK GDPR Art. 32; docs/erasure.md: out of the program's reach",
}


def certificate(erased: Erased, scrubbed: ScrubReport | None) -> dict[str, Any]:
    """Return the certificate of one erasure, as JSON would have it.

    Stores touched with counts, what remains and on what law, until when backups have it, who must
    be told, and the hash of the ledger's entry. `scrubbed` None: the bytes are still in the files.
    Rules: RET-11, RET-17, RET-18.
    """
    return {
        "form": FORM,
        "id": erased.id.hex if erased.id else None,
        "controller": erased.controller_id,
        "at": erased.at.isoformat(timespec="seconds"),
        "request": erased.request,
        "complete": erased.is_complete and not copies_left(_reached(erased, scrubbed)),
        "erased": {name: count for name, count in erased.touched.items() if count},
        "places_left": [place.value for place in copies_left(_reached(erased, scrubbed))],
        "remains": list(_remains(erased, scrubbed)),
        "backups_until": backup_overwritten_by(erased.at).isoformat(timespec="seconds"),
        "to_be_told": [{"recipient": who, "recalls": n} for who, n in erased.recipients],
        "ledger": {"entry": erased.id.hex if erased.id else None, "leaf_hash": erased.leaf_hash},
    }


def _reached(erased: Erased, scrubbed: ScrubReport | None) -> set[CopyPlace]:
    """Return the places that the erasure reached; caches and indexes of our own there are none."""
    reached = {CopyPlace.CACHE, CopyPlace.SEARCH_INDEX, CopyPlace.LOG}
    if not erased.delays:
        reached |= {CopyPlace.RAW_PAYLOADS, CopyPlace.INBOX, CopyPlace.SET_ASIDE}
        if scrubbed is not None and scrubbed.is_clean:
            reached.add(CopyPlace.DATABASE)
    if not (erased.lists.changed or erased.lists.stuck):
        reached.add(CopyPlace.EXPORT_FILES)
    # telling them is a duty of its own, with its own days: it makes the erasure no less complete
    return reached | {CopyPlace.RECIPIENTS_TOLD}


def _remains(erased: Erased, scrubbed: ScrubReport | None) -> Iterator[dict[str, Any]]:
    lists = len(erased.lists.changed) + len(erased.lists.stuck)
    counts: dict[str, int] = {
        "suppression": erased.suppressed,
        "removal": erased.touched["leads"],
        "ledger": 1 if erased.id else 0,
        "requests": erased.touched["requests"],
        "recalls": sum(count for _, count in erased.recipients),
        "waiting": len(erased.waiting),
        "doubtful": erased.doubtful,
        "lists": lists,
        **{delay.value: max(1, erased.kept[delay]) for delay in erased.delays},
    }
    yield from (
        {"what": what, "count": count, "why": _LAW[what]} for what, count in counts.items() if count
    )
    yield {"what": "backups", "why": _LAW["backups"]}
    if scrubbed is None or not scrubbed.is_clean:
        yield {"what": "database", "why": _LAW["database"]}
    if scrubbed is not None:
        yield {"what": "elsewhere", "in": list(scrubbed.elsewhere), "why": _LAW["elsewhere"]}


def as_text(found: dict[str, Any]) -> str:
    """Return a certificate in words, a line for each thing."""
    lines = [
        f"Erasure {found['id'] or '(nothing was changed)'} of {found['controller']}, {found['at']}"
        + (f", asked for in {found['request']}" if found["request"] else ""),
        "Complete." if found["complete"] else "NOT COMPLETE: see what remains.",
        "",
        "Erased:",
        *(f"  {count:,} {_PLACES[place]}" for place, count in found["erased"].items()),
        *([] if found["erased"] else ["  nothing was held"]),
        "",
        "Remains:",
        *(f"  {_in_words(each)}" for each in found["remains"]),
        "",
        f"In no backup from {found['backups_until']} on.",
    ]
    if found["to_be_told"]:
        lines += ["", "To be told (`leadledger recall list`):"]
        lines += [f"  {each['recipient']} ({each['recalls']:,})" for each in found["to_be_told"]]
    if found["ledger"]["entry"]:
        lines += ["", f"Ledger entry with leaf hash {found['ledger']['leaf_hash']}"]
    return "\n".join(lines)


def _in_words(each: dict[str, Any]) -> str:
    number = f" ({each['count']:,})" if "count" in each else ""
    where = f" ({', '.join(each['in'])})" if "in" in each else ""
    return f"{each['what'].replace('_', ' ')}{number}{where}: {each['why']}"
