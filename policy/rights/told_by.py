"""Which recall tells a recipient of what was done about a request."""

from collections.abc import Mapping

from policy.recall import RecallReason
from policy.rights.steps import Act

_TOLD_BY: Mapping[Act, RecallReason] = {
    Act.ERASED: RecallReason.ERASED,
    Act.RECTIFIED: RecallReason.RECTIFIED,
    Act.RESTRICTED: RecallReason.RESTRICTED,
}


def is_told_by(act: Act | None, reason: RecallReason) -> bool:
    """Say whether a recall tells of an act: one of an opt-out says less than that data was erased.

    Rule: T-15. UK GDPR Art. 19.
    """
    return act is not None and _TOLD_BY.get(act) is reason
