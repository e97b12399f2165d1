"""Why a request may be refused, and which request by which reason."""

from collections.abc import Mapping

from policy.rights.table import Right
from policy.vocabulary import Word


class RefusalReason(Word):
    """The ground of a refusal, as a code; the answer to the person says it in words."""

    MANIFESTLY_UNFOUNDED = "manifestly_unfounded"
    EXCESSIVE = "excessive"
    IDENTITY_NOT_SHOWN = "identity_not_shown"
    LEGAL_DUTY = "legal_duty"
    LEGAL_CLAIMS = "legal_claims"
    LEGAL_PRIVILEGE = "legal_privilege"
    CRIME_OR_TAX = "crime_or_tax"
    NEGOTIATIONS = "negotiations"
    RIGHTS_OF_OTHERS = "rights_of_others"
    COMPELLING_GROUNDS = "compelling_grounds"
    NEITHER_CONSENT_NOR_CONTRACT = "neither_consent_nor_contract"
    DATA_IS_CORRECT = "data_is_correct"
    NO_GROUND_APPLIES = "no_ground_applies"
    NO_SUCH_DECISION = "no_such_decision"


_REASON = RefusalReason
_ANY = frozenset({_REASON.MANIFESTLY_UNFOUNDED, _REASON.EXCESSIVE, _REASON.IDENTITY_NOT_SHOWN})
_COPY = _ANY | {
    _REASON.LEGAL_PRIVILEGE,
    _REASON.CRIME_OR_TAX,
    _REASON.NEGOTIATIONS,
    _REASON.RIGHTS_OF_OTHERS,
}

# fmt: off
_REASONS: Mapping[Right, frozenset[RefusalReason]] = {
    Right.ACCESS: _COPY,                                        # Art. 15(4); DPA Sch. 2, 3, 4
    Right.RECTIFICATION: _ANY | {_REASON.DATA_IS_CORRECT, _REASON.CRIME_OR_TAX},   # Art. 16
    Right.ERASURE: _ANY | {_REASON.LEGAL_DUTY, _REASON.LEGAL_CLAIMS,
                           _REASON.CRIME_OR_TAX, _REASON.NO_GROUND_APPLIES},   # Art. 17(1), 17(3)
    Right.RESTRICTION: _ANY | {_REASON.NO_GROUND_APPLIES, _REASON.CRIME_OR_TAX},   # Art. 18(1)
    Right.OBJECTION_TO_OTHER_USE: _ANY | {_REASON.COMPELLING_GROUNDS,
                                          _REASON.LEGAL_CLAIMS},   # Art. 21(1)
    Right.PORTABILITY: _ANY | {_REASON.NEITHER_CONSENT_NOR_CONTRACT,
                               _REASON.RIGHTS_OF_OTHERS},   # Art. 20(1), 20(4)
    Right.AUTOMATED_DECISION: _ANY | {_REASON.NO_SUCH_DECISION},   # Art. 22A to 22C
}
# fmt: on


def reasons_to_refuse(right: Right) -> frozenset[RefusalReason]:
    """Return the reasons for which such a request may be refused; empty: it never may.

    "We might need it" is none. What takes effect at once has none, nor has a complaint. Rule:
    CASE-5. UK GDPR Art. 12(4), 12(5), 12(6), 15(4), 17(3), 20, 21(1); DPA Sch. 2.
    """
    return _REASONS.get(right, frozenset())
