"""Take opt-outs in: withdrawal, objection and suppression at once, also for people not known here.

Whoever hears of an opt-out (a command, a page, a mail, a platform) takes this one step.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import Connection

from models import ledger, permission, usage
from models import person as people
from models.bulk import Values
from models.keys import new_hex_keys
from models.ledger import Entry, LedgerKind
from models.permission import EVERY_CHANNEL
from models.store import Store
from pipeline import compose
from pipeline.corrected_people import right_ones
from pipeline.gather import event_of, require_own_key
from pipeline.leave_audiences import leave_audiences, whole_people
from pipeline.recall import recall_stopped
from pipeline.settings import ControllerSettings
from policy.audiences import leaves_audiences
from policy.opt_out import OptOutReason, events_of_opt_out
from policy.suppression import SuppressionKeys, key_fingerprint, suppression_digest
from policy.vocabulary import Channel, ControllerId, Identifier, PermissionEvent

UNIT_OF_WORK = 1_000
"""Identifiers in one transaction."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said: which channel stops (None: all), when (aware), who noted it, and how it came.

    `is_rehearsal`: count only, write nothing. `once_within`: for how long to say it again is to say
    nothing new. `noted_at` is when it was written down, where that was later.
    """

    scope: Channel | None
    at: datetime
    actor: str
    reason: OptOutReason = OptOutReason.ASKED
    is_rehearsal: bool = False
    once_within: timedelta = timedelta(0)
    noted_at: datetime | None = None

    @property
    def recorded_at(self) -> datetime:
        """Return when it was written down."""
        return self.noted_at or self.at


@dataclass(slots=True)
class OptOutReport:
    """What opt-outs changed, by controller.

    `new`: whatever was written down, also of a person who said so before; `known_already`: people
    of whom nothing is held and who are on the list (at most its day moves); `people`: of the new
    ones, those whom the controller holds data about; `withdrawn`: consents taken back.
    """

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


@dataclass(frozen=True, slots=True)
class Named:
    """Whoever opts out of one controller: the digest, and the key (hex digits) of who is known.

    `identifier` is what was named, None where a digest was all that was there.
    """

    digest: str
    key: str | None
    identifier: Identifier | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class _Heard:
    """One identifier that opts out of one controller, and what that adds.

    `is_listed`: the list has its very scope, `is_bounced`: only because mails came back,
    `is_covered`: its person has said so before, for this scope or for all.
    """

    digest: str
    key: str | None
    events: Sequence[PermissionEvent]
    is_listed: bool
    is_bounced: bool
    is_covered: bool

    @property
    def is_new(self) -> bool:
        return bool(self.events) or not self.is_covered


def opt_out(
    store: Store,
    controllers: Sequence[ControllerSettings],
    suppression_key: SuppressionKeys,
    identifiers: Iterable[Identifier],
    said: Said,
    progress: Callable[[int], None] = lambda _: None,
) -> OptOutReport:
    """Stop marketing to some identifiers, for each controller named; nothing crosses controllers.

    At once, in one transaction for each controller and thousand: consents are withdrawn, marketing
    is objected to, and a keyed digest goes on the suppression list, whether or not the identifier
    is known, so that the opt-out may come first and the lead second. What is said again later
    counts from then too, as an event of who is known and as the day on the list of who is not, so
    that a consent from in between which arrives late does not outlive it. Rules: CON-3, SUP-1,
    SUP-2.

    Raises:
        ConfigError: the suppression list was made with another key.
        StoreError: the store failed; the thousands before are done, and to say it again is safe.
    """
    with store.reading() as connection:
        for controller in controllers:
            require_own_key(connection, controller.id, suppression_key)
    report = OptOutReport({controller.id: Counter() for controller in controllers})
    for unit in _units(identifiers):
        for controller_id in report.counts:
            opening = store.reading() if said.is_rehearsal else store.writing(controller_id)
            with opening as connection:
                counts = stop(connection, controller_id, suppression_key, unit, said)
            report.counts[controller_id].update(counts)
        progress(len(unit))
    return report


def stop(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    identifiers: Sequence[Identifier],
    said: Said,
) -> Counter[str]:
    """Stop marketing to some identifiers of one controller, in the transaction that is given.

    Whose address or number was corrected since is stopped by the wrong one too; to erase whoever
    has it says nothing of them. Return the counts of an `OptOutReport`. Rule: COR-3.
    """
    wanted = list(identifiers)
    if said.reason is not OptOutReason.ERASED:
        wanted += right_ones(connection, controller_id, wanted)
    named = named_of(connection, controller_id, key, list(dict.fromkeys(wanted)))
    return note(connection, controller_id, key, named, said)


def _units(identifiers: Iterable[Identifier]) -> Iterator[list[Identifier]]:
    waiting = iter(identifiers)
    while unit := list(dict.fromkeys(islice(waiting, UNIT_OF_WORK))):
        yield unit


def note(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    named: Sequence[Named],
    said: Said,
) -> Counter[str]:
    """Note opt-outs of one controller in a transaction that is open; return what they changed."""
    heard = _heard(connection, controller_id, named, said)
    if not said.is_rehearsal:
        _write(connection, controller_id, key, heard, said)
        leave_audiences(
            connection,
            controller_id,
            key,
            lambda: _leaving(connection, controller_id, named, heard, said),
            said.at,
        )
    return _counted(heard)


def named_of(
    connection: Connection, controller_id: str, key: SuppressionKeys, unit: Sequence[Identifier]
) -> list[Named]:
    """Return who some identifiers are to the suppression list, and to the store if it has them."""
    known = people.known_identifiers(connection, controller_id, unit)
    return [
        Named(
            suppression_digest(key, ControllerId(controller_id), identifier),
            known[identifier][0] if identifier in known else None,
            identifier,
        )
        for identifier in unit
    ]


def _heard(
    connection: Connection, controller_id: str, named: Sequence[Named], said: Said
) -> list[_Heard]:
    """Work out what some opt-outs add, by a few queries."""
    digests = [each.digest for each in named]
    listed = permission.suppressions(connection, controller_id, digests)
    objected = permission.suppressions(
        connection, controller_id, list(listed), besides=[OptOutReason.BOUNCE]
    )
    ids = [UUID(each.key) for each in named if each.key]
    events: dict[str, list[PermissionEvent]] = defaultdict(list)
    for row in usage.events_of(connection, controller_id, ids):
        events[row.identifier_id.hex].append(event_of(row))
    heard = []
    for each in named:
        scopes = {channel for channel, _ in listed.get(each.digest, ())}
        said_of = {channel for channel, _ in objected.get(each.digest, ())}
        own = events[each.key] if each.key else ()
        added = events_of_opt_out(own, said.scope, said.at, said.once_within) if each.key else ()
        is_bounced = said.scope in scopes - said_of
        is_covered = not said_of.isdisjoint({None, said.scope})
        is_listed = said.scope in scopes
        heard.append(_Heard(each.digest, each.key, added, is_listed, is_bounced, is_covered))
    return heard


def _write(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    heard: Sequence[_Heard],
    said: Said,
) -> None:
    added = [(each.key, event) for each in heard if each.key for event in each.events]
    keys = new_hex_keys(len(added), said.recorded_at)
    rows = [
        compose.event_row(controller_id, id_, identifier, event, said.recorded_at)
        for id_, (identifier, event) in zip(keys, added, strict=True)
    ]
    permission.add_events(connection, rows)
    # of who is known the later day is an event, and the list keeps saying since when
    again = [each.digest for each in heard if each.is_listed and not each.events]
    permission.suppress_again(connection, controller_id, said.scope, again, said.at)
    bounced = [each.digest for each in heard if each.is_bounced]
    permission.let_person_outrank_bounce(
        connection, controller_id, said.scope, bounced, said.reason
    )
    fresh = [
        _suppression(controller_id, key, each.digest, said) for each in heard if not each.is_listed
    ]
    permission.suppress(connection, fresh)
    entries = [_entry(each, said) for each in heard if each.is_new]
    stopped = [UUID(each.key) for each in heard if each.key and each.is_new]
    entries += recall_stopped(connection, controller_id, stopped, said.scope, said.at)
    ledger.append(connection, controller_id, said.actor, entries, said.recorded_at)


def _leaving(
    connection: Connection,
    controller_id: str,
    named: Sequence[Named],
    heard: Sequence[_Heard],
    said: Said,
) -> set[Identifier]:
    """Return who leaves advertising audiences: who was named, and all of whom the store knows."""
    leaving = [
        name
        for name, each in zip(named, heard, strict=True)
        if leaves_audiences(said.scope, said.reason, each.events)
    ]
    known = [UUID(name.key) for name in leaving if name.key]
    given = {name.identifier for name in leaving if name.identifier is not None}
    return given | whole_people(connection, controller_id, known)


def _suppression(controller_id: str, key: SuppressionKeys, digest: str, said: Said) -> Values:
    return {
        "controller_id": controller_id,
        "digest": digest,
        "channel": said.scope.value if said.scope else EVERY_CHANNEL,
        "key_id": key_fingerprint(key),
        "reason": said.reason.value,
        "since": said.at,
    }


def _entry(heard: _Heard, said: Said) -> Entry:
    """Return the ledger's entry: a digest would name somebody to who has the key, so none is in."""
    detail = {
        "scope": said.scope or EVERY_CHANNEL,
        "reason": said.reason,
        "known": heard.key is not None,
        "said_at": said.at.isoformat(),
        "permissions": [[e.kind, e.purpose, e.channel, None, None] for e in heard.events],
    }
    return LedgerKind.OPTED_OUT, heard.key, detail


def _counted(heard: Sequence[_Heard]) -> Counter[str]:
    new = [each for each in heard if each.is_new]
    counts = Counter(new=len(new), known_already=len(heard) - len(new))
    counts["people"] = sum(each.key is not None for each in new)
    counts["withdrawn"] = sum(max(0, len(each.events) - 1) for each in new)
    return counts
