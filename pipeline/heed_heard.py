"""Act on what messages say besides being leads: stop use, mark dead addresses, note requests.

All of it is restrictive: nothing that a message says here permits, erases or loosens anything.
Rules: MAIL-1 to MAIL-3.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from connectors.base import Delivery, Problem, ProblemCode
from connectors.heard import AddressDead, Heard, Noted, RightAsked, StopAsked
from models import rights_request
from models.ledger import Entry, LedgerKind
from pipeline.dead_addresses import mark_dead
from pipeline.link_holder import holder_of
from pipeline.link_signer import LinkSigner
from pipeline.opt_out import Named, Said, named_of, stop
from pipeline.receive_request import Asked, entry_of, note_request
from pipeline.settings import ConfiguredSource
from pipeline.stop_by_link import stop_linked
from pipeline.unsubscribe_token import Link, UnsubscribeTokens
from policy.identity import identifiers, normalise_email

Said_ = tuple[str, Delivery, Heard]
"""The stream, the delivery, and what it said."""


@dataclass(slots=True)
class Heeded:
    """What was done about some messages, and what nobody could be found for: that is set aside."""

    counts: Counter[str] = field(default_factory=Counter)
    entries: list[Entry] = field(default_factory=list)
    unheeded: list[tuple[str, Delivery, Problem]] = field(default_factory=list)


def heed_heard(
    connection: Connection,
    source: ConfiguredSource,
    heard: Sequence[Said_],
    actor: str,
    now: datetime,
) -> Heeded:
    """Act on what some messages said, in the transaction of their batch.

    Everything counts from when the message reached our server, or from now where that server's
    clock is ahead: whatever a clock says, a stop holds at once. Met again, it changes nothing.
    """
    heeding = _Heeding(connection, source, actor, now)
    heard = [(stream, delivery, _not_ahead(said, now)) for stream, delivery, said in heard]
    for stream, delivery, said in heard:
        if isinstance(said, StopAsked):
            done = heeding.stopped(said)
        elif isinstance(said, AddressDead):
            done = heeding.dead(said)
        else:
            continue
        if not done:
            heeding.report.unheeded.append((stream, delivery, _nobody(said)))
    heeding.requests([said for _, _, said in heard if isinstance(said, RightAsked)])
    heeding.noted([said for _, _, said in heard if isinstance(said, Noted)])
    return heeding.report


def _not_ahead(said: Heard, now: datetime) -> Heard:
    return said if isinstance(said, Noted) else said._replace(said_at=min(said.said_at, now))


def outcome_of(said: Heard) -> str:
    """Return under which name of an `IngestReport` it counts what a message said."""
    if isinstance(said, StopAsked):
        return "stopped" if said.is_sure else "stopped_unsure"
    if isinstance(said, AddressDead):
        return "addresses_dead"
    return "requests" if isinstance(said, RightAsked) else "noted"


class _Heeding:
    """Acts on the messages of one batch."""

    def __init__(
        self, connection: Connection, source: ConfiguredSource, actor: str, now: datetime
    ) -> None:
        self._connection = connection
        self._now = now
        self._source = source
        self._actor = actor
        self._key = source.suppression_key
        self._tokens: UnsubscribeTokens | None = None
        if source.links_keys:
            signer = LinkSigner(source.links_keys)
            self._tokens = UnsubscribeTokens(signer, [source.controller], self._key)
        self.report = Heeded()

    def stopped(self, asked: StopAsked) -> bool:
        """Stop marketing to whom a message names; say whether it names anybody. Rule: MAIL-1."""
        said = Said(asked.channel, asked.said_at, self._actor, asked.reason, noted_at=self._now)
        found, _ = identifiers(asked.emails, asked.phones, self._source.region)
        if found:
            stop(self._connection, self._source.controller_id, self._key, found, said)
        # each link is followed, whatever comes of the others
        linked = [
            stop_linked(self._connection, self._key, link, said)
            for link in self._links(asked.tokens)
        ]
        if not (found or any(linked)):
            return False
        self.report.counts[outcome_of(asked)] += 1
        return True

    def dead(self, told: AddressDead) -> bool:
        """Stop mails to addresses that are gone; say whether any is named. Rule: MAIL-2."""
        owner = self._source.controller_id
        found, _ = identifiers(told.emails, (), self._source.region)
        named = [(self._key, named_of(self._connection, owner, self._key, found))] if found else []
        for link in self._links(told.tokens) if not found else ():
            holder = holder_of(self._connection, self._key, link)
            if holder is not None:
                known = holder.row.id.hex if holder.row else None
                named.append((holder.keys, [Named(holder.digest, known)]))
        for keys, some in named:
            self.report.entries += mark_dead(self._connection, owner, keys, some, told.said_at)
        if not named:
            return False
        self.report.counts[outcome_of(told)] += 1
        return True

    def _links(self, tokens: Iterable[str]) -> list[Link]:
        """Return the links of this controller among some tokens: nothing crosses controllers."""
        if self._tokens is None:
            return []
        return [link for token in tokens if (link := self._tokens.read(token)) is not None]

    def requests(self, asked: Sequence[RightAsked]) -> None:
        """Note what people ask by law, each once, as of when it came. Rule: MAIL-3."""
        if not asked:
            return
        source = self._source
        known = rights_request.requests_of_messages(
            self._connection, source.controller_id, source.id, [each.external_id for each in asked]
        )
        for each in asked:
            if (each.external_id, each.right) in known:
                self.report.counts["requests_known"] += 1
                continue
            known.add((each.external_id, each.right))
            row = note_request(
                self._connection,
                source.controller,
                self._key,
                _asked(each, source.id),
                each.said_at,
                self._actor,
            )
            self.report.entries.append(entry_of(row))
            self.report.counts["requests"] += 1

    def noted(self, noted: Sequence[Noted]) -> None:
        """Count what calls for nothing; nothing of it is kept."""
        if not noted:
            return
        kinds = Counter(each.kind.value for each in noted)
        detail = {"source": self._source.id, "counts": dict(sorted(kinds.items()))}
        self.report.entries.append((LedgerKind.MESSAGES_NOTED, None, detail))
        self.report.counts["noted"] += len(noted)
        self.report.counts.update({f"noted_{kind}": count for kind, count in kinds.items()})


def _asked(said: RightAsked, source_id: str) -> Asked:
    return Asked(
        said.right,
        name=said.name,
        email=normalise_email(said.email) if said.email else None,
        text=said.text,
        is_doubtful=not said.is_sure,
        is_vouched=said.is_proven,
        came=(source_id, said.external_id),
    )


def _nobody(said: StopAsked | AddressDead) -> Problem:
    what = "asks to stop" if isinstance(said, StopAsked) else "says that an address is dead"
    detail = (
        f"This message {what}, and nothing in it says whom it is about. Look at it, and use"
        " `leadledger optout`."
    )
    return Problem(ProblemCode.IN_REVIEW, detail, said.external_id)
