"""Which days are working days, for periods that end on the next one."""

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from policy.errors import UsageError

_SATURDAY = 5


class Calendar(NamedTuple):
    """The public holidays of the place where something must be done.

    `country` is an ISO 3166-1 code of two letters, `subdivision` the last part of an ISO 3166-2
    code, or None for what the whole country keeps. `extra_holidays` are dates that count as public
    holidays although the kept list does not have them, `moved_holidays` dates that do not although
    it has them. Rules: T-4, T-9, T-11.

    What it cannot know: the list is part of an installed library, which computes the yearly
    holidays and their substitute days, and knows a holiday that was proclaimed once (a coronation,
    a state funeral) only from the release that followed. Until that is installed, a period that
    ends on such a day ends on it here: earlier than the law asks, never later. A yearly holiday
    that is moved by proclamation is the worse case: a period that ends on its old day would come
    out late. Until the release is there, name the old day in `moved_holidays` and the new one in
    `extra_holidays`.
    """

    country: str
    subdivision: str | None = None
    extra_holidays: frozenset[date] = frozenset()
    moved_holidays: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Say whether a day is neither Saturday, Sunday nor a public holiday.

        Rule: T-4. Regulation (EEC, Euratom) 1182/71 Art. 2.

        Raises:
            UsageError: the library has no holidays of that place or year.
        """
        holidays = public_holidays(self.country, self.subdivision, day.year)
        is_holiday = day in holidays and day not in self.moved_holidays
        return day.weekday() < _SATURDAY and not is_holiday and day not in self.extra_holidays

    def first_working_day(self, day: date) -> date:
        """Return the day itself if it is a working day, else the next one.

        Rules: T-4, T-9, T-11. Regulation (EEC, Euratom) 1182/71 Art. 3(4).

        Raises:
            UsageError: the library has no holidays of that place or year.
        """
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day


ENGLAND_AND_WALES = Calendar("GB", "ENG")
"""The bank holidays of England, which are those of Wales too, with their substitute days."""


@lru_cache(maxsize=1_024)
def public_holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    """Return the public holidays of a place in a year, substitute days among them.

    Rules: T-4, T-9. Regulation (EEC, Euratom) 1182/71 Art. 2(1).

    Raises:
        UsageError: the library has no such place, or no holidays of it in that year.
    """
    # the library takes as long to load as the rest of a command: only who counts days pays
    import holidays  # noqa: PLC0415

    place = country if subdivision is None else f"{country}-{subdivision}"
    try:
        known = frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
    except NotImplementedError as problem:
        raise UsageError(
            f"No public holidays are known for the place {place}. Cure: give the two letters of "
            f"its country, as in ISO 3166-1, with a subdivision of ISO 3166-2 or none."
        ) from problem
    if not known:
        raise UsageError(
            f"No public holidays are known for {place} in {year}. Cure: check the year."
        )
    return known
