"""Put a world's times anywhere that a calendar reaches, and let each keep its place in it."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

EDGES = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
ANY_TIME = st.sampled_from(EDGES) | st.datetimes(timezones=st.just(UTC))


class Warp:
    """Gives each time, and each day, another one: the same for the same."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data
        self._moved: dict[date, datetime] = {}

    def moved(self, value: Any) -> Any:
        """Return a world with all of its times moved."""
        match value:
            case datetime():
                return self._moved_time(value)
            case date():
                return self._moved_time(value).date()
            case tuple() if hasattr(value, "_fields"):
                return type(value)(*map(self.moved, value))
            case tuple() | list():
                return tuple(map(self.moved, value))
            case _ if is_dataclass(value) and not isinstance(value, type):
                changes = {f.name: self.moved(getattr(value, f.name)) for f in fields(value)}
                return replace(value, **changes)
            case _:
                return value

    def _moved_time(self, at: date) -> datetime:
        if at not in self._moved:
            self._moved[at] = self._data.draw(ANY_TIME)
        return self._moved[at]
