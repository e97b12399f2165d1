"""An order to keep data because of a named dispute. It blocks deletion and permits nothing."""

from dataclasses import dataclass
from datetime import datetime

from policy.errors import UsageError
from policy.instants import in_utc
from policy.london import london_date
from policy.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOrder:
    """A legal hold: the matter, what it covers, who approved it, since when, when to look again.

    Rule: RET-15. UK GDPR Art. 17(3)(e), 18. Times are aware; `released_at` is None while it lasts.

    Raises:
        UsageError: a part is missing, a time has no zone, or the times contradict each other.
    """

    matter: str
    scope: str
    approver: str
    started_at: datetime
    review_at: datetime
    released_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse an order that names too little: nobody could say later why data was kept."""
        texts = {"matter": self.matter, "scope": self.scope, "approver": self.approver}
        for name, text in texts.items():
            if not text.strip():
                raise UsageError(f"A legal hold names no {name}. Cure: name it.")
            if any("\ud800" <= sign <= "\udfff" for sign in text):  # bytes that are no text
                raise UsageError(f"The {name} of a legal hold cannot be read. Cure: use UTF-8.")
        started_at = in_utc(self.started_at, "The start of a legal hold")
        if in_utc(self.review_at, "The review of a legal hold") <= started_at:
            raise UsageError("A legal hold is reviewed before it starts. Cure: name a later day.")
        released_at = self.released_at
        if released_at and in_utc(released_at, "The release of a legal hold") < started_at:
            raise UsageError("A legal hold is released before it starts. Cure: mend the times.")

    @property
    def period(self) -> Period:
        """Return the time for which it blocks deletion: until its release, however long ago due."""
        return Period(self.started_at, self.released_at)

    def is_review_due(self, now: datetime) -> bool:
        """Say whether somebody must look whether it is still needed: from its London day on."""
        is_in_force = self.period.covers(now)
        return is_in_force and london_date(now) >= london_date(self.review_at)
