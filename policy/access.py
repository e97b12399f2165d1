"""Who of the staff may do what, and how much of people each role sees: two tables, else no."""

from collections.abc import Mapping

from policy.vocabulary import Channel, Purpose, Word


class StaffRole(Word):
    """What somebody works as. Each person has one, under a login of their own."""

    SALES = "sales"
    PRIVACY = "privacy"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Action(Word):
    """What can be done here, as a door asks for it."""

    COME_IN = "come_in"  # sign in or out, or make something new that holds nobody
    OWN_PASSWORD = "own_password"  # noqa: S105 - the name of an action
    SEE_STATE = "see_state"  # counts, alarms, wordings: nothing of anybody
    ASK_WHY = "ask_why"  # whether somebody may be reached, and every reason
    SEE_LEADS = "see_leads"  # lists of leads, and one lead
    SEE_CONDUCT = "see_conduct"  # how people's rights were kept, by keys and counts; breaches
    SEE_RECORDS = "see_records"  # histories, requests, holds, what was set aside
    EXPORT = "export"
    STOP = "stop"  # take down that somebody wants to be left alone
    ANSWER_RIGHTS = "answer_rights"
    HOLD = "hold"
    ERASE = "erase"
    OPERATE = "operate"
    RETURN_DATA = "return_data"  # give all of a client's data back, and delete it
    SEE_STAFF = "see_staff"
    CHANGE_STAFF = "change_staff"
    SEE_ACCESS_LOG = "see_access_log"


class View(Word):
    """How much of a person is shown."""

    WHOLE = "whole"
    ALLOWED = "allowed"  # only people who may be reached now, and only what reaches them
    MASKED = "masked"  # everybody, under numbers in place of what names or describes them


_EVERYBODY = frozenset({Action.COME_IN, Action.OWN_PASSWORD, Action.SEE_STATE})
_MAY: Mapping[StaffRole, frozenset[Action]] = {
    StaffRole.SALES: _EVERYBODY | {Action.ASK_WHY, Action.SEE_LEADS, Action.EXPORT, Action.STOP},
    StaffRole.PRIVACY: _EVERYBODY
    | {Action.ASK_WHY, Action.SEE_LEADS, Action.SEE_CONDUCT, Action.SEE_RECORDS, Action.STOP}
    | {Action.ANSWER_RIGHTS, Action.HOLD, Action.ERASE, Action.SEE_STAFF, Action.SEE_ACCESS_LOG},
    StaffRole.AUDITOR: _EVERYBODY
    | {Action.ASK_WHY, Action.SEE_LEADS, Action.SEE_CONDUCT, Action.SEE_RECORDS}
    | {Action.SEE_STAFF, Action.SEE_ACCESS_LOG},
    StaffRole.ADMIN: frozenset(Action),
}
_SEES: Mapping[StaffRole, View] = {
    StaffRole.SALES: View.ALLOWED,
    StaffRole.PRIVACY: View.WHOLE,
    StaffRole.AUDITOR: View.MASKED,
    StaffRole.ADMIN: View.WHOLE,
}
SALES_USES = tuple(
    (purpose, channel)
    for purpose in (Purpose.DIRECT_MARKETING, Purpose.ENQUIRY_RESPONSE)
    for channel in (Channel.EMAIL, Channel.SMS, Channel.LIVE_CALL, Channel.AUTOMATED_CALL)
)
"""What sales reaches people for: somebody whom none of it allows, they do not see."""
READS_PEOPLE = frozenset({Action.ASK_WHY, Action.SEE_LEADS, Action.SEE_RECORDS, Action.EXPORT})
"""What shows people, or says something of one."""
HANDS_OUT = frozenset({Action.ANSWER_RIGHTS, Action.RETURN_DATA})
"""What shows or writes out people besides: the case of a request, copies, a client's package."""
ASKS_WHO = (
    READS_PEOPLE
    | HANDS_OUT
    | {
        *(Action.SEE_ACCESS_LOG, Action.SEE_STAFF, Action.CHANGE_STAFF, Action.OWN_PASSWORD),
    }
)
"""What the configuration can require somebody to sign in for."""


def may(role: StaffRole, action: Action) -> bool:
    """Say whether a role may do something: what no row of the table grants is denied.

    Nobody but an admin changes who may what; an auditor changes nothing at all. Rule: STAFF-1.
    UK GDPR Art. 25(2), 32(1)(b), 32(4).
    """
    return action in _MAY.get(role, frozenset())


def view_of(role: StaffRole) -> View:
    """Return how much of people a role sees; a role without a row sees them masked.

    Rule: STAFF-2. UK GDPR Art. 5(1)(c), 25(2).
    """
    return _SEES.get(role, View.MASKED)


def may_list(view: View, purpose: Purpose) -> bool:
    """Say whether whoever has a view of people may make a list of them for a purpose.

    Who sees only people who may be reached hands out no list for anything else, such as one for an
    authority: it would name those too who are kept and not reached. Rule: STAFF-10. UK GDPR Art.
    5(1)(c), 25(2).
    """
    if view is View.ALLOWED:
        return purpose in {each for each, _ in SALES_USES}
    return view is View.WHOLE


def is_on_record(action: Action) -> bool:
    """Say whether a look of this kind is written down before anything is shown.

    It is asked of everybody alike, the operator too: who looks is not who may. Rule: STAFF-9.
    UK GDPR Art. 5(1)(f), 5(2), 32(1)(b).
    """
    return action in READS_PEOPLE


def must_sign_in(action: Action, *, is_required: bool, has_admin: bool) -> bool:
    """Say whether somebody must sign in for an action, who would else pass as the operator.

    Where the configuration requires it, whatever shows people asks who it is, and whatever could
    let somebody in, once there is an admin who can sign in. Rule: STAFF-3. UK GDPR Art. 5(2),
    32(4).
    """
    if not is_required or action not in ASKS_WHO:
        return False
    return action in READS_PEOPLE | HANDS_OUT or has_admin
