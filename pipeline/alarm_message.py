"""What one target is told of alarms at once, as a mail and as JSON. It names nobody."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from policy.alarm_news import Change
from policy.alarms import RANK, AlarmKind, Severity

NEWS, TEST = "alarms.news", "alarms.test"
_IS_OVER = frozenset({Change.CLEARED, Change.PASSED})
_WORDS: Mapping[Change, str] = {
    Change.RAISED: "new",
    Change.CHANGED: "changed",
    Change.CLEARED: "ALL CLEAR",
    Change.PASSED: "came and went",
}


@dataclass(frozen=True, slots=True)
class News:
    """What is new about one alarm. Times are aware; `until` is None while it stands."""

    change: Change
    kind: AlarmKind
    subject: str
    severity: Severity
    state: str
    fact: str
    cure: str
    since: datetime
    until: datetime | None

    @property
    def name(self) -> str:
        """Return what it is called: the kind in words, and what it is about."""
        return f"{self.kind.replace('_', ' ')} ({self.subject})"


@dataclass(frozen=True, slots=True)
class AlarmMessage:
    """News of alarms for one target; without any it is a test. `place` is the public address.

    The same news for the same target have the same `id`, so that what went twice can be told from
    two messages.
    """

    target: str
    place: str
    news: Sequence[News]
    at: datetime

    @property
    def id(self) -> str:
        """Return the id: it follows from what is said; of a test, from when."""
        said = [
            f"{n.kind} {n.subject} {n.since.astimezone(UTC).isoformat()} {n.state} {n.change}"
            for n in self.news
        ] or [self.at.astimezone(UTC).isoformat()]
        whole = "\n".join([self.target, *sorted(said)])
        return hashlib.sha256(whole.encode()).hexdigest()[:32]

    @property
    def worst(self) -> Severity | None:
        """Return how bad the worst thing is that stands; None if all that is said is over."""
        standing = [each.severity for each in self.news if each.change not in _IS_OVER]
        return max(standing, key=RANK.__getitem__, default=None)

    def subject(self) -> str:
        """Return the subject of a mail: the worst of it."""
        if not self.news:
            return "LeadLedger test: alarms reach you"
        first, *rest = sorted(self.news, key=_urgency)
        more = f", and {len(rest)} more" if rest else ""
        word = "all clear" if self.worst is None else self.worst.upper()
        return f"LeadLedger {word}: {first.name}{more}"

    def text(self) -> str:
        """Return a mail's body."""
        if not self.news:
            return (
                f"This is a test of the alarms of LeadLedger at {self.place}. Nothing is wrong.\n"
            )
        parts = [f"LeadLedger at {self.place} has news.", ""]
        for each in sorted(self.news, key=_urgency):
            parts += _paragraph(each)
        parts.append("What stands now: `leadledger alarms list`. What it means: docs/alarms.md.")
        return "\n".join(parts) + "\n"

    def json(self) -> bytes:
        """Return the body of a webhook, as docs/alarms.md describes it."""
        alarms = [
            {
                "change": each.change,
                "kind": each.kind,
                "subject": each.subject,
                "severity": each.severity,
                "fact": each.fact,
                "cure": each.cure,
                "since": each.since.astimezone(UTC),
                "until": each.until.astimezone(UTC) if each.until else None,
            }
            for each in sorted(self.news, key=_urgency)
        ]
        data = {"place": self.place, "worst": self.worst, "alarms": alarms}
        whole = {
            "type": NEWS if self.news else TEST,
            "timestamp": self.at.astimezone(UTC),
            "data": data,
        }
        return orjson.dumps(whole, option=orjson.OPT_UTC_Z)


def _urgency(news: News) -> tuple[bool, int, datetime]:
    """Sort what stands first, the worst of it at the top."""
    return news.change in _IS_OVER, -RANK[news.severity], news.since


def _paragraph(news: News) -> list[str]:
    since = f"{news.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if news.until is not None:
        until = f"{news.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        head = f"{_WORDS[news.change]}: {news.name}, from {since} to {until}"
        return [head, *([news.fact] if news.change is Change.PASSED else []), ""]
    head = f"{news.severity.upper()}, {_WORDS[news.change]}: {news.name}, since {since}"
    return [head, news.fact, f"Cure: {news.cure}", ""]
