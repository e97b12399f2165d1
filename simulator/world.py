"""The pretend Meta: one page, its forms, its leads. It is the judge of what must have arrived.

Everything follows from the seed. Nothing here knows of HTTP; `simulator.graph_api` serves it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from random import Random
from threading import RLock

import orjson

from simulator.access import Access
from simulator.answers import Campaigns, box_answers, dummy_field_data, field_data
from simulator.catalogue import BLUEPRINTS
from simulator.forms import Blueprint, Form, Json, graph_time, publish
from simulator.leads import Lead, Order, Shelf
from simulator.people import Crowd

PAGE_ID = "102938475610293"
READABLE = timedelta(days=90)
"""How long after its submission the Graph API gives a lead out (Meta's business help)."""
_SEEDED_OVER = timedelta(days=80)


class World:
    """One page of the pretend Meta. Safe to read and to add to from many threads."""

    def __init__(
        self, *, rng: Random, now: datetime, page_id: str = PAGE_ID, page_name: str = "Nectra"
    ) -> None:
        self.page_id = page_id
        self.page_name = page_name
        self.access = Access()
        self._rng = rng
        self._now = now.astimezone(UTC)
        self._lock = RLock()
        self._crowd = Crowd(rng)
        self._campaigns = Campaigns(rng)
        self._forms: dict[str, Form] = {}
        self._leads: dict[str, Lead] = {}
        self._by_form: dict[str, list[Lead]] = {}
        self._shelves: dict[tuple[str, Order], Shelf] = {}
        self._field_sets: dict[frozenset[str], frozenset[str]] = {}
        self._left_audiences: dict[str, set[str]] = {}

    @classmethod
    def seeded(
        cls,
        seed: int,
        leads: int,
        now: datetime,
        *,
        forms: int = len(BLUEPRINTS),
        page_id: str = PAGE_ID,
    ) -> "World":
        """Return a world with `forms` forms of the catalogue and `leads` leads among them.

        The leads were created within the 80 days before `now`, an aware time. Beyond `leads`, every
        other busy form has one test lead. The same arguments give the same bytes.
        """
        world = cls(rng=Random(seed), now=now, page_id=page_id)
        for blueprint in islice(cycle(BLUEPRINTS), forms):
            world.add_form(blueprint)
        world.add_random_leads(leads, now, over=_SEEDED_OVER)
        for form in [form for form in world.forms if form.blueprint.share][::2]:
            world.add_test_lead(form.id, created_at=now - timedelta(days=30))
        return world

    @property
    def now(self) -> datetime:
        """Return the time it is in this world, aware UTC: what is older than 90 days is gone."""
        return self._now

    @now.setter
    def now(self, moment: datetime) -> None:
        self._now = moment.astimezone(UTC)

    def leave_audiences(self, schema: str, hashes: Iterable[str]) -> None:
        """Take people out of every customer list of the ad account."""
        with self._lock:
            self._left_audiences.setdefault(schema, set()).update(hashes)

    def left_audiences(self, schema: str) -> set[str]:
        """Return the hashes that were taken out by one key (`EMAIL_SHA256`, `PHONE_SHA256`)."""
        with self._lock:
            return set(self._left_audiences.get(schema, ()))

    @property
    def page(self) -> Json:
        """Return the page as forms name it."""
        return {"id": self.page_id, "name": self.page_name}

    @property
    def forms(self) -> tuple[Form, ...]:
        """Return every form of the page, oldest first."""
        with self._lock:
            return tuple(self._forms.values())

    def form(self, form_id: str) -> Form | None:
        """Return one form."""
        return self._forms.get(form_id)

    def lead(self, lead_id: str) -> Lead | None:
        """Return one lead if it can still be read."""
        lead = self._leads.get(lead_id)
        return lead if lead is not None and lead.created > self.oldest_readable else None

    @property
    def oldest_readable(self) -> int:
        """Return the Unix second at and before which leads are no longer given out."""
        return int((self._now - READABLE).timestamp())

    def lead_ids(self, form_id: str | None = None) -> frozenset[str]:
        """Return the ids of all leads that can be read, test leads too: what a pull must bring."""
        return frozenset(lead.id for lead in self._readable(form_id))

    def test_lead_ids(self, form_id: str | None = None) -> frozenset[str]:
        """Return the ids of the test leads that can be read."""
        return frozenset(lead.id for lead in self._readable(form_id) if lead.is_test)

    def _readable(self, form_id: str | None) -> list[Lead]:
        with self._lock:
            leads = self._leads.values() if form_id is None else self._by_form[form_id]
            return [lead for lead in leads if lead.created > self.oldest_readable]

    def counts(self, form_id: str) -> Json:
        """Return the form's counters.

        Meta does not say whether `leads_count` keeps what has expired; here it counts what `/leads`
        serves, and `expired_leads_count` the rest.
        """
        readable = self._readable(form_id)
        organic = sum(b'"is_organic":true' in lead.json for lead in readable)
        return {
            "leads_count": len(readable),
            "organic_leads_count": organic,
            "expired_leads_count": len(self._by_form[form_id]) - len(readable),
        }

    def shelf(self, form_id: str, order: Order) -> Shelf:
        """Return the form's leads in an order; later arrivals do not change what was returned."""
        with self._lock:
            shelf = self._shelves.get((form_id, order))
            if shelf is None:
                leads = sorted(self._by_form[form_id], key=lambda lead: lead.rank(order))
                shelf = Shelf([lead.rank(order) for lead in leads], leads)
                self._shelves[form_id, order] = shelf
            return shelf

    def add_form(self, blueprint: Blueprint) -> Form:
        """Publish a form; it appears on the page at once."""
        with self._lock:
            form_id = f"{self._rng.randrange(10**14, 10**16)}"
            copies = sum(form.blueprint is blueprint for form in self._forms.values())
            created_at = self._now - _SEEDED_OVER - timedelta(days=len(self._forms) + 1)
            form = publish(blueprint, form_id, self.page, created_at, copy=copies)
            self._forms[form_id] = form
            self._by_form[form_id] = []
            return form

    def add_lead(  # noqa: PLR0913 - the members of a lead
        self,
        form_id: str,
        field_data: Mapping[str, Sequence[str]],
        *,
        created_at: datetime,
        boxes: Mapping[str, str] | None = None,
        origin: Mapping[str, str | bool] | None = None,
        lead_id: str | None = None,
        is_test: bool = False,
    ) -> str:
        """Let one lead arrive and return its id.

        `field_data` is question key → values, `boxes` box key → raw `is_checked` (None: the lead
        has no `custom_disclaimer_responses`), `origin` what stands beside them (`ad_id`,
        `platform`, …; None: organic, from `fb`).

        Raises:
            KeyError: there is no form of that id.
            ValueError: there is a lead of that id already.
        """
        answers: Json = {
            "field_data": [{"name": k, "values": list(v)} for k, v in field_data.items()]
        }
        if boxes is not None:
            answers["custom_disclaimer_responses"] = [
                {"checkbox_key": key, "is_checked": raw} for key, raw in boxes.items()
            ]
        came_from = dict(origin or {"is_organic": True, "platform": "fb"})
        with self._lock:
            new_id = lead_id or self._new_lead_id()
            self._keep(new_id, form_id, created_at, came_from | answers, is_test=is_test)
        return new_id

    def add_random_leads(
        self, count: int, now: datetime, *, over: timedelta = timedelta(0)
    ) -> list[str]:
        """Let `count` leads arrive, created within `over` before `now`, and return their ids.

        The world's clock moves to `now` if that is later.
        """
        now = now.astimezone(UTC)
        with self._lock:
            self._now = max(self._now, now)
            forms = list(self._forms.values())
            shares = [form.blueprint.share for form in forms]
            chosen = self._rng.choices(forms, shares, k=count) if count else []
            return [self._random_lead(form, now, over) for form in chosen]

    def _random_lead(self, form: Form, now: datetime, over: timedelta) -> str:
        rng = self._rng
        created_at = now - timedelta(seconds=rng.randint(0, int(over.total_seconds())))
        record = self._campaigns.origin(rng)
        record["field_data"] = field_data(form.blueprint, next(self._crowd), rng)
        if (boxes := box_answers(form.blueprint, rng)) is not None:
            record["custom_disclaimer_responses"] = boxes
        lead_id = self._new_lead_id()
        self._keep(lead_id, form.id, created_at, record, is_test=False)
        return lead_id

    def add_test_lead(self, form_id: str, *, created_at: datetime) -> str:
        """Let Meta's testing tool send the form's one test lead, in place of an earlier one.

        It has no flag: dummy values, `test@meta.com`, organic, and it is listed by `/test_leads`.
        """
        blueprint = self._forms[form_id].blueprint
        record: Json = {"is_organic": True, "field_data": dummy_field_data(blueprint)}
        if blueprint.boxes:
            record["custom_disclaimer_responses"] = [
                {"checkbox_key": box.key, "is_checked": "1"} for box in blueprint.boxes
            ]
        with self._lock:
            self.remove_leads(self.test_lead_ids(form_id))
            lead_id = self._new_lead_id()
            self._keep(lead_id, form_id, created_at, record, is_test=True)
        return lead_id

    def remove_leads(self, lead_ids: Iterable[str]) -> None:
        """Let leads vanish from the platform, as when their owner deletes them there.

        Raises:
            KeyError: there is no lead of that id.
        """
        with self._lock:
            for lead_id in lead_ids:
                lead = self._leads.pop(lead_id)
                self._by_form[lead.form_id].remove(lead)
                self._forget_shelves(lead.form_id)

    def _keep(
        self, lead_id: str, form_id: str, created_at: datetime, record: Json, *, is_test: bool
    ) -> None:
        created_at = created_at.astimezone(UTC)
        served = {"id": lead_id, "created_time": graph_time(created_at), "form_id": form_id}
        served |= record
        names = frozenset(served)
        lead = Lead(
            id=lead_id,
            form_id=form_id,
            created=int(created_at.timestamp()),
            is_test=is_test,
            fields=self._field_sets.setdefault(names, names),
            json=orjson.dumps(served),
        )
        if lead_id in self._leads:
            raise ValueError(f"there is a lead {lead_id} already: choose another lead_id")
        self._leads[lead_id] = lead
        self._by_form[form_id].append(lead)
        self._forget_shelves(form_id)

    def _forget_shelves(self, form_id: str) -> None:
        for order in Order:
            self._shelves.pop((form_id, order), None)

    def _new_lead_id(self) -> str:
        while True:
            digits = self._rng.choice((15, 16, 17))
            lead_id = f"{self._rng.randrange(10 ** (digits - 1), 10**digits)}"
            if lead_id not in self._leads:
                return lead_id
