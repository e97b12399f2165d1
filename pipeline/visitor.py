"""Who asks for something: the operator, or somebody of the staff who proved who they are."""

from dataclasses import dataclass
from uuid import UUID

from policy.access import Action, StaffRole, View, may, view_of

STAFF = "staff:"
"""Stands before the key of somebody of the staff where the ledger says who did something."""


def actor_of(staff_id: UUID) -> str:
    """Return how the ledger calls somebody of the staff: by a key, never by a name."""
    return f"{STAFF}{staff_id.hex}"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever is at a door. `staff_id` and `role` None: the operator, who has keys and files."""

    actor: str
    staff_id: UUID | None = None
    role: StaffRole | None = None

    @property
    def view(self) -> View:
        """Return how much of people this visitor sees."""
        return View.WHOLE if self.role is None else view_of(self.role)

    def may(self, action: Action) -> bool:
        """Say whether this visitor may do something."""
        return self.role is None or may(self.role, action)


OPERATOR = Visitor("command line")
