"""Whether the time that an analytics provider is set to keeps what the policy promises."""

from policy.retention_rules import RETENTION_RULES, DataClass
from policy.vocabulary import Word

ANALYTICS_MONTHS = RETENTION_RULES[DataClass.ANALYTICS].clocks[0].months


class AnalyticsProvider(Word):
    """Whose analytics are set up."""

    GOOGLE_ANALYTICS = "google_analytics"
    GOOGLE_ANALYTICS_360 = "google_analytics_360"
    OTHER = "other"


class AnalyticsData(Word):
    """What a setting is about: single visits, or what is known of a visitor over time."""

    EVENT = "event"
    USER = "user"


OFFERED_MONTHS: dict[tuple[AnalyticsProvider, AnalyticsData], frozenset[int]] = {
    (AnalyticsProvider.GOOGLE_ANALYTICS, AnalyticsData.EVENT): frozenset({2, 14}),
    (AnalyticsProvider.GOOGLE_ANALYTICS, AnalyticsData.USER): frozenset({2, 14}),
    (AnalyticsProvider.GOOGLE_ANALYTICS_360, AnalyticsData.EVENT): frozenset({2, 14, 26, 38, 50}),
    (AnalyticsProvider.GOOGLE_ANALYTICS_360, AnalyticsData.USER): frozenset({2, 14}),
}
"""What Google Analytics can be set to (Admin API, DataRetentionSettings). Others are not listed."""


class AnalyticsFinding(Word):
    """What a setting is worth against clause 8 of the privacy policy."""

    OK = "ok"
    NOT_KNOWN = "not_known"
    NOT_OFFERED = "not_offered"  # so the provider keeps the data for another time than was noted
    TOO_LONG = "too_long"


def judge_analytics_setting(
    provider: AnalyticsProvider, data: AnalyticsData, months: int | None
) -> AnalyticsFinding:
    """Judge the months for which a provider is set to keep data; None: nobody has looked.

    26 months are the ceiling. Only paid Google properties offer them, and for events alone. Zero
    or less means "for ever" with some providers, so it is no known time. Rule: RET-21. UK GDPR
    Art. 5(1)(e); privacy policy clause 8.
    """
    if months is None or months <= 0:
        return AnalyticsFinding.NOT_KNOWN
    if months > ANALYTICS_MONTHS:
        return AnalyticsFinding.TOO_LONG
    if months not in OFFERED_MONTHS.get((provider, data), {months}):
        return AnalyticsFinding.NOT_OFFERED
    return AnalyticsFinding.OK
