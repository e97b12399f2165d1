"""Which submissions an account has, by their names and times alone: one call, and nobody's data.

Source: developers.google.com, google-ads/api/fields (lead_form_submission_data).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from connectors._google_ids import external_id_of, id_of_test
from connectors._google_line import Ads
from connectors._google_pull import rows_since
from connectors._google_submissions import listing_query
from connectors._values import instant_of
from connectors.base import Marks
from connectors.listed import Listed, ListedBatch

BATCH = 1_000
_ANY_CLOCK = timedelta(days=2)
"""Google does not say which clock a time in a condition is told by."""
_SECOND = timedelta(seconds=1)


def listed_in(ads: Ads, account: str, since: datetime, until: datetime) -> Iterator[ListedBatch]:
    """Yield the submissions of an account that were sent in a time, bounded.

    Raises:
        GoogleError: the account cannot be read.
    """
    for rows in rows_since(ads, account, listing_query, since - _ANY_CLOCK):
        for start in range(0, len(rows), BATCH):
            told = (row.lead_form_submission_data for row in rows[start : start + BATCH])
            listed = [_listed(each, until) for each in told]
            fitting = [each for each in listed if since <= each.created_at < until]
            yield ListedBatch(account, fitting, is_last=False)
    yield ListedBatch(account, (), is_last=True)


def _listed(told: Any, until: datetime) -> Listed:  # noqa: ANN401 - a message of Google's
    name = told.resource_name
    return Listed(
        external_id_of(name),
        told.asset.rpartition("/")[2],
        # one whose time cannot be read is compared all the same, as one of the last day
        instant_of(told.submission_date_time) or until - _SECOND,
        Marks("api", told.id or None),
        (id_of_test(name),),  # what was a test shows in the answers only
    )
