"""The recorded payloads of Meta lead ads, and what each must be read as.

forms/     a form of the Graph API        beside it: the notice
leads/     a lead of the Graph API        beside it: what reading it gives, with the notice of the
           form of forms/ that has its form_id; those in leads/listed_as_test/ Meta lists as tests
files/     a file downloaded by hand      beside it: each record, or the refusal
pages/     a page of leads                beside it: lead ids, cursor to go on from, is it the last
errors/    a body (JSON, HTML, text)      beside it: HTTP status, headers, verdict, minutes to wait
throttle/  the headers of an answer       beside it: percent of the fullest bucket, minutes to wait

`make update-golden` writes what is beside forms, leads and files anew; review what changed.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from connectors._meta_forms import notice_of
from connectors.base import Delivery, Problem, Submission
from policy.vocabulary import Notice

ROOT = Path(__file__).parent / "payloads" / "meta_lead_ads"
RECEIVED_AT = datetime(2026, 5, 12, 6, 0, tzinfo=UTC)


def payloads(folder: str) -> list[Path]:
    """Return the recorded payloads of a folder and its subfolders, without what is beside them."""
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return sorted(path for path in found if not path.name.endswith(".expected.json"))


def name_of(path: Path) -> str:
    return path.stem


def expected_beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}.expected.json")


def assert_golden(path: Path, found: object) -> None:
    """Compare with what lies beside the payload, or write it when UPDATE_GOLDEN is set."""
    beside = expected_beside(path)
    if os.environ.get("UPDATE_GOLDEN") == "1":
        beside.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(json.dumps(found)) == json.loads(beside.read_text(encoding="utf-8"))


def form(name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((ROOT / "forms" / f"{name}.json").read_bytes())
    return found


def _notices() -> dict[str, Notice]:
    notices = [notice_of(json.loads(path.read_bytes())) for path in payloads("forms")]
    return {notice.form_id: notice for notice in notices if notice.form_id}


NOTICES = _notices()


def lead_delivery(path: Path) -> Delivery:
    """Return a recorded lead as a poll delivers it, with the notice of its form."""
    payload = path.read_bytes()
    try:
        lead = json.loads(payload)
    except ValueError:
        lead = None
    form_id = str(lead.get("form_id")) if isinstance(lead, Mapping) else ""
    return Delivery(
        external_id=None,
        payload=payload,
        media_type="application/json",
        received_at=RECEIVED_AT,
        notice=NOTICES.get(form_id),
        listed_as_test=path.parent.name == "listed_as_test",
    )


def lead(name: str) -> Delivery:
    return lead_delivery(ROOT / "leads" / f"{name}.json")


def with_payload(delivery: Delivery, payload: bytes) -> Delivery:
    return delivery._replace(payload=payload)


def as_json(read: Submission | Problem) -> dict[str, object]:
    """Return what was read as plain JSON; of the notice only which form it is."""
    if isinstance(read, Problem):
        return {"problem": read.code.value, "external_id": read.external_id, "detail": read.detail}
    return {
        "external_id": read.external_id,
        "submitted_at": read.submitted_at.isoformat() if read.submitted_at else None,
        "form_id": read.form_id,
        "contact": {key: value for key, value in read.contact._asdict().items() if value},
        "answers": dict(read.answers),
        "boxes": None if read.boxes is None else [asdict(box) for box in read.boxes],
        "is_test": read.is_test,
        "origin": dict(read.origin),
        "notice_of_form": read.notice.form_id if read.notice else None,
        "remarks": list(read.remarks),
    }
