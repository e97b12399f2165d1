"""What kinds of trouble a source can find in its own set-up."""

from enum import StrEnum

from policy.errors import SourceChanged, SourceError, SourceUnavailable


class ProbeFault(StrEnum):
    """What can be wrong with a source. The words stay: docs/check.md and monitors name them."""

    SIGN_IN_REFUSED = "source_sign_in_refused"
    ACCESS_ENDS = "source_access_ends"
    PERMISSION_MISSING = "source_permission_missing"
    LEADS_SHUT = "source_leads_shut"
    TERMS_NOT_ACCEPTED = "source_terms_not_accepted"
    NOT_SUBSCRIBED = "source_not_subscribed"
    PLACE_MISSING = "source_place_missing"
    WORDING_WITHHELD = "source_wording_withheld"
    BOX_FORCED = "source_box_forced"
    QUESTION_NOT_ASKED = "source_question_not_asked"
    LANGUAGE_UNKNOWN = "source_language_unknown"
    SENDERS_NOT_BELIEVED = "source_senders_not_believed"
    CLOCK_SKEW = "source_clock_skew"
    UNREACHABLE = "source_unreachable"
    NOT_UNDERSTOOD = "source_not_understood"


def fault_of(error: SourceError) -> ProbeFault:
    """Return which trouble an error of a source is."""
    if isinstance(error, SourceUnavailable):
        return ProbeFault.UNREACHABLE
    if isinstance(error, SourceChanged):
        return ProbeFault.NOT_UNDERSTOOD
    return ProbeFault.SIGN_IN_REFUSED
