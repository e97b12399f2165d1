"""Let somebody do what they ask for, as who they are: the operator, or somebody of the staff."""

from collections.abc import Callable
from datetime import datetime

from models import schema, staff
from models.store import Store
from pipeline.access_log import note_deed
from pipeline.known_staff import LOCK, has_admin, visitor_of
from pipeline.session import SessionFile
from pipeline.settings import Settings
from pipeline.visitor import OPERATOR, Visitor
from policy.access import READS_PEOPLE, Action, must_sign_in
from policy.errors import NotAllowed, SchemaOutOfDate, StoreRestored

_TOLD_OTHERWISE = READS_PEOPLE | {
    *(Action.SEE_STATE, Action.SEE_CONDUCT, Action.SEE_STAFF, Action.SEE_ACCESS_LOG),
    *(Action.CHANGE_STAFF, Action.OWN_PASSWORD),
}
"""What has rows of its own in the ledger, or shows nobody: `staff_acted` would say it twice."""


def admit_operator(settings: Settings, action: Action, now: datetime) -> Visitor:
    """Let whoever has keys and files work without a name, unless that is not enough (STAFF-3).

    Raises:
        NotAllowed: somebody must sign in for this.
    """
    if not settings.access.is_required:
        return OPERATOR
    is_admin_there = False
    is_asked_later = must_sign_in(action, is_required=True, has_admin=True)
    if is_asked_later and not must_sign_in(action, is_required=True, has_admin=False):
        store = _opened(settings)
        try:
            is_admin_there = has_admin(store, settings.suppression_key, now)
        finally:
            store.close()
    if must_sign_in(action, is_required=True, has_admin=is_admin_there):
        raise NotAllowed(
            "Nobody has signed in, and access.sign_in requires it. Cure: `leadledger staff sign-in"
            " LOGIN`; if there is nobody yet, `leadledger staff add LOGIN --role admin`."
        )
    return OPERATOR


def admit_staff(
    settings: Settings,
    action: Action,
    command: str,
    who: Callable[[Store], Visitor],
    now: datetime,
) -> Visitor:
    """Let somebody of the staff do what their role includes, and write down what they do.

    Args:
        settings: of the installation.
        action: what the command needs.
        command: its words, for the ledger.
        who: finds out who it is, by the session or by asking.
        now: the moment (aware UTC).

    Raises:
        NotAllowed: the role does not include it; with whom to ask.
        SignInRefused: they did not prove who they are.
    """
    store = _opened(settings)
    try:
        visitor = who(store)
        is_allowed = visitor.may(action)
        if not is_allowed or action not in _TOLD_OTHERWISE:
            owner = settings.controllers[0].id
            note_deed(store, owner, visitor, command, now, is_allowed=is_allowed)
    finally:
        store.close()
    if not is_allowed:
        raise NotAllowed(
            f"The role {visitor.role} does not include `leadledger {command}`. Cure: ask somebody"
            " whose role does; docs/staff.md lists them."
        )
    return visitor


def by_session(store: Store, session: SessionFile, now: datetime) -> Visitor:
    """Return who signed in at this terminal.

    Raises:
        NotAllowed: that ran out, or does not count any more.
    """
    found = session.read(now)
    visitor = visitor_of(store, found.staff_id, found.began_at, now)
    if visitor is None:
        raise NotAllowed(
            "Your sign-in does not count any more: the access is over, or its password was changed."
            " Cure: `leadledger staff sign-out`, then sign in again or ask an admin."
        )
    return visitor


def end_sessions(store: Store, session: SessionFile, now: datetime) -> None:
    """Let no sign-in count any more of whoever signed in at this terminal."""
    found = session.read(now)
    with store.writing(LOCK) as connection:
        staff.end_sessions(connection, found.staff_id, now)


def _opened(settings: Settings) -> Store:
    """Open the store only so far as to look somebody up.

    Raises:
        NotAllowed: it is not fit for that now.
    """
    store = Store(settings.store_url)
    try:
        schema.require_current(store)
    except (SchemaOutOfDate, StoreRestored) as error:
        store.close()
        raise NotAllowed(
            f"Nobody can be looked up now. {error} That is the operator's to do: sign out first"
            " (`leadledger staff sign-out`), and without --as or LEADLEDGER_STAFF."
        ) from None
    return store
