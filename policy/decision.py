"""The answer of the decision table."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from policy.vocabulary import LawfulBasis, PermissionEvent, ReasonCode


class Decision(NamedTuple):
    """Allow or deny, with every reason, the primary one first.

    `decided_at` is the time that was asked about; `rests_on` the event that an allow rests on;
    `lead_id` the lead whose evidence was judged; `valid_until` when an allow ends by itself.
    `rules` are the rows of docs/rules.md that spoke, in their order.
    """

    is_allowed: bool
    reasons: tuple[ReasonCode, ...]
    decided_at: datetime
    basis: LawfulBasis | None = None
    rests_on: PermissionEvent | None = None
    lead_id: UUID | None = None
    valid_until: datetime | None = None
    rules: tuple[str, ...] = ()

    @property
    def code(self) -> ReasonCode:
        """Return the primary reason."""
        return self.reasons[0]
