"""Say whether an admin can let others in, and whose access is over, locked or cannot be proven."""

from collections.abc import Iterator
from datetime import datetime

from models.store import Store
from pipeline.finding import Fault, Finding
from pipeline.list_staff import ListedPerson, list_people
from pipeline.second_factor import LOST_KEY
from pipeline.settings import Settings
from policy.access import StaffRole

_ADD = "Cure: `leadledger staff add LOGIN --role admin`, see docs/staff.md."


def check_staff(store: Store, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Yield what is to be known of the staff: keys stand for people, since a monitor reads it."""
    people = list_people(store, settings.suppression_key, now)
    is_required = settings.access.is_required
    if not people and not is_required:
        yield Finding("staff", True, "nobody is registered: every command is the operator's")
        return
    if not any(each.role is StaffRole.ADMIN and each.state == "in_force" for each in people):
        told = f"no admin can sign in, so nobody of the staff can let others in. {_ADD}"
        yield Finding("staff", False if is_required else None, told, Fault.STAFF_NO_ADMIN)
    else:
        yield Finding("staff", True, f"{len(people)} registered, with an admin")
    for each in people:
        yield from _of_one(each)


def _of_one(each: ListedPerson) -> Iterator[Finding]:
    subject = f"staff {each.id}"
    if each.state == "over":
        told = f"this {each.role}'s access is over. Cure: `leadledger staff remove` with the login."
        yield Finding(subject, None, told, Fault.STAFF_ACCESS_OVER)
    if each.state == "locked" and each.locked_until is not None:
        yield Finding(
            subject,
            None,
            f"locked until {each.locked_until:%Y-%m-%d %H:%M} UTC after wrong tries. Cure: ask"
            " whose login it is (`leadledger staff list`); if not them, give a new password.",
            Fault.STAFF_LOCKED,
        )
    if each.state == "no_password":
        yield Finding(
            subject,
            None,
            "the password from before a restore does not count. Cure: `leadledger staff password`"
            " with the login.",
            Fault.STAFF_NO_PASSWORD,
        )
    if each.state == "lost_key":
        yield Finding(subject, None, LOST_KEY, Fault.STAFF_LOST_KEY)
