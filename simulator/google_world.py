"""The pretend Google Ads: a manager account, its clients, their forms and what came through them.

It is the judge of what must have arrived. Everything follows from the seed. Nothing here knows of
gRPC; `simulator.google_ads_api` serves it.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from threading import RLock

from simulator.google_accounts import Account, GoogleSubmission, LocalServicesLead, Origin
from simulator.google_answers import Answers, custom_answers, standard_answers
from simulator.google_forms import FORMS, LeadForm
from simulator.google_local_services import lead_of
from simulator.google_origins import origins
from simulator.google_webhook import webhook_body
from simulator.people import Crowd

READABLE = timedelta(days=60)
"""How long after its submission the API gives a lead out (support.google.com, 12080108)."""
_SEEDED_OVER = timedelta(days=50)
_TIME_ZONES = ("Europe/London", "America/New_York", "Europe/Berlin", "Pacific/Auckland")
_ID_BYTES = (9, 30, 48, 84)
"""How long ids are, before they are written in base 64: they are opaque, and unlike."""


class GoogleWorld:
    """One manager account of the pretend Google. Safe to read and to add to from many threads."""

    def __init__(self, *, rng: Random, now: datetime) -> None:
        self.changes = 0
        """Counts everything that can make a query answer differently from before."""
        self._rng = rng
        self._now = now.astimezone(UTC)
        self._lock = RLock()
        self._crowd = Crowd(rng)
        self._accounts: dict[str, Account] = {}
        self._wordings: dict[int, list[tuple[datetime, LeadForm]]] = {}
        self._assets: dict[str, list[int]] = {}
        self._origins: dict[str, Sequence[Origin]] = {}
        self._submissions: dict[str, dict[str, GoogleSubmission]] = {}
        self._local_services: dict[str, dict[int, LocalServicesLead]] = {}
        self.manager_id = self.add_account("Nectra Agency", "Europe/London", is_manager=True)

    @classmethod
    def seeded(
        cls,
        seed: int,
        leads: int,
        now: datetime,
        *,
        accounts: int = 3,
        forms: int = 2,
        local_services: int = 0,
    ) -> "GoogleWorld":
        """Return a world with so many client accounts, forms in each, and leads among them all.

        The leads are of the 50 days before `now`, an aware time. The third client and every third
        after it stand under a second manager; beyond the `accounts` there is a cancelled client.
        The same arguments give the same world.
        """
        world = cls(rng=Random(seed), now=now)
        below = world.add_account("Nectra Nord", "Europe/Berlin", is_manager=True)
        for i in range(accounts):
            zone = _TIME_ZONES[i % len(_TIME_ZONES)]
            manager_id = below if i % 3 == 2 else world.manager_id
            account_id = world.add_account(f"Client {i + 1}", zone, manager_id=manager_id)
            for j in range(forms):
                world.add_form(account_id, FORMS[j % len(FORMS)])
        world.add_account("Client that left", "Europe/London", status="CANCELED")
        world.add_random_submissions(leads, now, over=_SEEDED_OVER)
        world.add_random_local_services_leads(local_services, now, over=_SEEDED_OVER)
        return world

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock:
            self.changes += 1
            yield

    @property
    def now(self) -> datetime:
        """Return the time it is in this world, aware UTC: what is older than 60 days is gone."""
        return self._now

    @now.setter
    def now(self, moment: datetime) -> None:
        with self._changing():
            self._now = moment.astimezone(UTC)

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Return every account, managers and cancelled ones too, the manager of all first."""
        return tuple(self._accounts.values())

    @property
    def client_ids(self) -> tuple[str, ...]:
        """Return the accounts that leads can be read of: enabled ones that manage nobody."""
        return tuple(
            one.id for one in self.accounts if one.status == "ENABLED" and not one.is_manager
        )

    def account(self, account_id: str) -> Account | None:
        """Return one account."""
        return self._accounts.get(account_id)

    def level_below(self, account: Account, manager: Account) -> int | None:
        """Return how far an account stands below a manager (0: it is the same), None: it is not."""
        level, above = 0, account
        while above.id != manager.id:
            if above.manager_id is None:
                return None
            level, above = level + 1, self._accounts[above.manager_id]
        return level

    def add_account(
        self,
        name: str,
        time_zone: str,
        *,
        manager_id: str | None = None,
        is_manager: bool = False,
        status: str = "ENABLED",
    ) -> str:
        """Open an account under a manager, the manager of all if none is named; return its id."""
        with self._changing():
            account_id = f"{self._rng.randrange(10**9, 10**10)}"
            above = manager_id or (self.manager_id if self._accounts else None)
            account = Account(account_id, name, time_zone, above, is_manager, status)
            self._accounts[account_id] = account
            self._assets[account_id] = []
            self._submissions[account_id] = {}
            self._local_services[account_id] = {}
            self._origins[account_id] = origins(self._rng)
            return account_id

    def add_form(self, account_id: str, form: LeadForm) -> int:
        """Show a form in an account and return its asset id."""
        with self._changing():
            asset_id = self._rng.randrange(10**9, 10**12)
            self._wordings[asset_id] = [(datetime.min.replace(tzinfo=UTC), form)]
            self._assets[account_id].append(asset_id)
            return asset_id

    def asset_ids(self, account_id: str) -> tuple[int, ...]:
        """Return the forms of an account, oldest first."""
        return tuple(self._assets[account_id])

    def form(self, asset_id: int, at: datetime | None = None) -> LeadForm:
        """Return a form as it stood at a time, now if none is given.

        Raises:
            KeyError: there is no form of that id.
        """
        moment = at or self._now
        return [form for since, form in self._wordings[asset_id] if since <= moment][-1]

    def change_form(self, asset_id: int, *, at: datetime | None = None, **texts: str) -> None:
        """Change texts or the link of a form (members of `LeadForm`) from `at` on, by default now.

        Raises:
            KeyError: there is no form of that id.
            TypeError: a form has no such member.
        """
        with self._changing():
            since = (at or self._now).astimezone(UTC)
            changed = replace(self.form(asset_id, since), **texts)  # type: ignore[arg-type]
            wordings = [*self._wordings[asset_id], (since, changed)]
            self._wordings[asset_id] = sorted(wordings, key=lambda wording: wording[0])

    def resource_names(self, account_id: str | None = None) -> frozenset[str]:
        """Return the names of all submissions that can be read: what a pull must bring."""
        accounts = [account_id] if account_id is not None else list(self._accounts)
        return frozenset(one.resource_name for a in accounts for one in self.submissions(a))

    def submissions(self, account_id: str) -> list[GoogleSubmission]:
        """Return the submissions of an account that can still be read, in the order they came."""
        with self._lock:
            oldest = self._now - READABLE
            return [one for one in self._submissions[account_id].values() if one.at > oldest]

    def submission(self, resource_name: str) -> GoogleSubmission:
        """Return one submission.

        Raises:
            KeyError: there is none of that name.
        """
        return self._submissions[resource_name.split("/")[1]][resource_name]

    def submit(  # noqa: PLR0913 - the members of a submission
        self,
        account_id: str,
        asset_id: int,
        *,
        at: datetime,
        fields: Mapping[str, str],
        custom: Mapping[str, str] | None = None,
        gclid: str = "",
        submission_id: str | None = None,
    ) -> str:
        """Let somebody send a form at an aware time, and return the resource name.

        `fields` is name (or number) of the standard question → answer, `custom` text of the form's
        own question → answer. The world's clock moves to `at` if that is later.

        Raises:
            ValueError: the account has no such form, or a submission of that id.
        """
        if asset_id not in self._assets[account_id]:
            raise ValueError(f"account {account_id} has no form {asset_id}: add_form makes one")
        answers = tuple(fields.items()), tuple((custom or {}).items())
        with self._changing():
            self._now = max(self._now, at.astimezone(UTC))
            return self._keep(account_id, asset_id, at, answers, gclid, submission_id)

    def add_random_submissions(
        self, count: int, now: datetime, *, over: timedelta = timedelta(0)
    ) -> list[str]:
        """Let `count` people send forms within `over` before `now`; return the resource names.

        The world's clock moves to `now` if that is later.
        """
        rng, seconds = self._rng, int(over.total_seconds())
        with self._changing():
            self._now = max(self._now, now.astimezone(UTC))
            shown = [(a, asset_id) for a in self.client_ids for asset_id in self._assets[a]]
            names = []
            for _ in range(count):
                account_id, asset_id = rng.choice(shown)
                at, person = now - timedelta(seconds=rng.randint(0, seconds)), next(self._crowd)
                form = self.form(asset_id, at)
                answers = standard_answers(form, person, rng), custom_answers(form, rng)
                gclid = f"Cj0KCQ{_opaque(rng, 42)}" if rng.random() < 0.85 else ""
                names.append(self._keep(account_id, asset_id, at, answers, gclid))
            return names

    def _keep(
        self,
        account_id: str,
        asset_id: int,
        at: datetime,
        answers: tuple[Answers, Answers],
        gclid: str,
        submission_id: str | None = None,
    ) -> str:
        submission = GoogleSubmission(
            id=submission_id or _opaque(self._rng, self._rng.choice(_ID_BYTES)),
            account_id=account_id,
            asset_id=asset_id,
            at=at.astimezone(self._accounts[account_id].zone).replace(microsecond=0),
            origin=self._rng.choice(self._origins[account_id]),
            gclid=gclid,
            fields=answers[0],
            custom=answers[1],
        )
        name = submission.resource_name
        if name in self._submissions[account_id]:
            raise ValueError(f"there is a submission {submission.id} already: choose another id")
        self._submissions[account_id][name] = submission
        return name

    def webhook_body(self, resource_name: str, google_key: str, **changes: object) -> bytes:
        """Return what the webhook sends for a submission (see `simulator.google_webhook`).

        Raises:
            KeyError: there is no submission of that name.
        """
        return webhook_body(self.submission(resource_name), google_key, **changes)

    def local_services_leads(self, account_id: str) -> list[LocalServicesLead]:
        """Return the Local Services leads of an account, in the order they came."""
        with self._lock:
            return list(self._local_services[account_id].values())

    def add_local_services_lead(self, lead: LocalServicesLead) -> LocalServicesLead:
        """Let a Local Services lead arrive, and return it with its time in the account's zone."""
        zone = self._accounts[lead.account_id].zone
        with self._changing():
            kept = replace(lead, at=lead.at.astimezone(zone).replace(microsecond=0))
            self._local_services[lead.account_id][lead.id] = kept
            return kept

    def add_random_local_services_leads(
        self, count: int, now: datetime, *, over: timedelta = timedelta(0)
    ) -> list[LocalServicesLead]:
        """Let `count` Local Services leads arrive, created within `over` before `now`."""
        rng, seconds, clients = self._rng, int(over.total_seconds()), self.client_ids
        added = []
        for _ in range(count):
            at = now - timedelta(seconds=rng.randint(0, seconds))
            lead = lead_of(next(self._crowd), rng.choice(clients), at, rng)
            added.append(self.add_local_services_lead(lead))
        return added

    def wipe_out(self, account_id: str, lead_id: int) -> None:
        """Let Google erase who a Local Services lead is about.

        Raises:
            KeyError: there is no lead of that id.
        """
        with self._changing():
            lead = self._local_services[account_id][lead_id]
            self._local_services[account_id][lead_id] = replace(
                lead,
                lead_status="WIPED_OUT",
                consumer_name=None,
                phone_number=None,
                phone_number_extension=None,
                email=None,
            )


def _opaque(rng: Random, length: int) -> str:
    """Return an id that says nothing, of so many bytes."""
    return urlsafe_b64encode(rng.randbytes(length)).decode().rstrip("=")
