"""What an auditor gets in place of an answer: everything that names or describes somebody masked.

Each set below names the fields whose values are shown; whatever is not listed is masked, so that a
field that comes later does not show anybody by mistake. Rule: STAFF-8.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from pipeline.hold import HoldInForce
from pipeline.list_requests import ListedRequest
from pipeline.provenance import Moment, Provenance
from policy.masked import Mask
from policy.vocabulary import BoxDefect

Shown = dict[str, Any]

_KEYS = frozenset({"id", "controller", "controller_id", "source", "form", "lead", "leads"})
_STATE = frozenset(
    {
        *("submitted_at", "received_at", "kept_until", "grade", "test", "remarks", "notice"),
        *("identity_conflict", "person", "reason", "detail", "position", "reachable_by"),
    }
)
_BOXES = frozenset({"box", "kind", "defect", "purpose", "channels", "channel", "valid_until"})
_ORIGIN = frozenset({"platform", "ad_id", "adset_id", "campaign_id"})
_PEOPLE = frozenset(
    {
        *("name", "external_id", "contact", "emails", "phones", "company", "job_title", "answers"),
        *("origin", "boxes", "raw", "written"),
    }
)
_LEDGER = frozenset(
    {
        *("evidence_grade", "identifier", "lawful_basis", "recorded_at", "wording_captured_at"),
        *("ledger", "by", "leaf_hash", "commitment", "conflict", "expires", "permissions"),
        *(
            "reasons",
            "rules",
            "known",
            "recipient",
            "export",
            "decision",
            "sha256",
            "count",
            "due",
            "scope",
        ),
        *("command", "narrowed_by", "view", "role", "way", "wording", "recorded", "review_on"),
        "remark",
    }
)
_WORDING = frozenset(
    {
        *("body", "key", "text", "is_pre_ticked", "is_required", "form_id", "locale", "name"),
        *("privacy_link_text", "privacy_url", "questions", "label", "surroundings", "title"),
        *("wording_known", "notice", "options", "boxes"),
    }
)
_REQUEST = frozenset(
    {
        *("controller", "reference", "right", "received_at", "due_on", "acknowledge_by", "status"),
        *("identity", "identity_confirmed_at", "is_doubtful", "is_late"),
    }
)
_HOLD = frozenset(
    {
        *("id", "controller_id", "scope", "scope_id", "opened_at", "review_on", "released_at"),
        *("is_review_due",),
    }
)
_HIDDEN_IN_RECORDS = frozenset({"dpv:hasIndicationMethod"})
"""Of consent records, which tell people by keys: what says which value a form sent back."""


def masked_leads(found: Iterable[Shown]) -> list[Shown]:
    """Return leads as an auditor sees them: keys, times and evidence, and nobody."""
    mask = Mask(_KEYS | _STATE | _BOXES | _ORIGIN, _PEOPLE)
    return [mask.tree(each | _known_boxes(each, mask)) for each in found]


def masked_provenance(found: Iterable[Provenance]) -> list[Provenance]:
    """Return time lines as an auditor sees them; what the form said to everybody is shown."""
    shown = _KEYS | _STATE | _BOXES | _ORIGIN | _LEDGER
    mask, wording = Mask(shown, _PEOPLE), Mask(_WORDING)

    def moment(each: Moment) -> Moment:
        detail = mask.tree(each.detail | _known_boxes(each.detail, mask))
        if said := each.detail.get("wording"):
            detail["wording"] = wording.tree(said)
        return replace(each, detail=detail)

    return [replace(line, moments=[*map(moment, line.moments)]) for line in found]


def masked_findings(found: Iterable[Shown]) -> list[Shown]:
    """Return what boxes were worth as an auditor sees it."""
    mask = Mask(_KEYS | _BOXES, _PEOPLE)
    return [mask.tree(_known_box(each, mask)) for each in found]


def masked_requests(found: Iterable[ListedRequest]) -> list[ListedRequest]:
    """Return rights requests as an auditor sees them: what, by when and how far, and not who."""
    mask = Mask(_REQUEST, frozenset({"name", "email", "phone", "text"}))
    return [ListedRequest(**mask.tree(asdict(each))) for each in found]


def masked_holds(found: Iterable[HoldInForce]) -> list[HoldInForce]:
    """Return holds as an auditor sees them: a matter and an approver may name people."""
    mask = Mask(_HOLD, frozenset({"matter", "approver"}))
    return [HoldInForce(**mask.tree(asdict(each))) for each in found]


def masked_aside(found: Iterable[Shown]) -> list[Shown]:
    """Return what waits for a look as an auditor sees it: why, and not what was written."""
    mask = Mask(_KEYS | _STATE, _PEOPLE)
    return [mask.tree(each) for each in found]


def masked_records(found: Iterable[Shown]) -> list[Shown]:
    """Return consent records as an auditor sees them."""
    mask = Mask(frozenset())
    return [_without(each, _HIDDEN_IN_RECORDS, mask.value) for each in found]


def _known_boxes(shown: Mapping[str, Any], mask: Mask) -> Shown:
    boxes = shown.get("boxes")
    return {"boxes": [_known_box(each, mask) for each in boxes]} if boxes else {}


def _known_box(finding: Shown, mask: Mask) -> Shown:
    """Return a finding without the name of a box that was on no form: somebody made it up."""
    if finding.get("defect") != BoxDefect.NOT_ON_FORM:
        return finding
    return finding | {"box": mask.value(finding.get("box"))}


def _without(value: Any, hidden: frozenset[str], mask: Callable[[object], object]) -> Any:  # noqa: ANN401 - JSON values
    if isinstance(value, Mapping):
        return {
            key: mask(each) if key in hidden else _without(each, hidden, mask)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without(each, hidden, mask) for each in value]
    return value
