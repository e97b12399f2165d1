"""Whether an analytics provider keeps data for the time that the policy promises."""

import pytest

from policy.retention_analytics import (
    AnalyticsData,
    AnalyticsFinding,
    AnalyticsProvider,
    judge_analytics_setting,
)

FREE, PAID = AnalyticsProvider.GOOGLE_ANALYTICS, AnalyticsProvider.GOOGLE_ANALYTICS_360
OTHER = AnalyticsProvider.OTHER
EVENT, USER = AnalyticsData.EVENT, AnalyticsData.USER
F = AnalyticsFinding


@pytest.mark.parametrize(
    ("provider", "data", "months", "finding"),
    [
        (FREE, EVENT, 2, F.OK),
        (FREE, EVENT, 14, F.OK),
        (FREE, EVENT, 26, F.NOT_OFFERED),
        (FREE, EVENT, 27, F.TOO_LONG),
        (FREE, USER, 2, F.OK),
        (FREE, USER, 14, F.OK),
        (FREE, USER, 26, F.NOT_OFFERED),
        (PAID, EVENT, 2, F.OK),
        (PAID, EVENT, 14, F.OK),
        (PAID, EVENT, 26, F.OK),
        (PAID, EVENT, 25, F.NOT_OFFERED),
        (PAID, EVENT, 38, F.TOO_LONG),
        (PAID, EVENT, 50, F.TOO_LONG),
        (PAID, USER, 2, F.OK),
        (PAID, USER, 14, F.OK),
        (PAID, USER, 26, F.NOT_OFFERED),
        (OTHER, EVENT, 1, F.OK),
        (OTHER, EVENT, 26, F.OK),
        (OTHER, USER, 27, F.TOO_LONG),
        (OTHER, EVENT, 0, F.NOT_KNOWN),
        (OTHER, EVENT, -1, F.NOT_KNOWN),
        (OTHER, EVENT, None, F.NOT_KNOWN),
        (FREE, EVENT, None, F.NOT_KNOWN),
    ],
)
def test_a_setting_is_no_longer_than_promised_and_one_that_the_provider_has(
    provider: AnalyticsProvider, data: AnalyticsData, months: int | None, finding: AnalyticsFinding
) -> None:
    """Rule: RET-21."""
    assert judge_analytics_setting(provider, data, months) is finding
