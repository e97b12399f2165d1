"""Tell everybody who is configured what is new, each by their own way, once.

What a target was told is written down after it has taken it. Who is killed in between tells it once
more, under the same id: a message may come twice, and none is lost.

Nothing waits in the outbox: that holds what controllers write to people, and the alarm of an outbox
that is stuck must not stick in it. What a target is told is how things stand when it can be told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from models import alarm
from models.alarm import AlarmKey
from models.store import Store
from pipeline.alarm_message import AlarmMessage, News
from pipeline.settings import Settings
from pipeline.tell_by_mail import Untold, tell_by_mail
from pipeline.tell_by_webhook import tell_by_webhook
from pipeline.wiring import House
from policy.alarm_news import CLOSED, change_to_tell
from policy.alarms import AlarmKind
from policy.waiting import again_at

LOCK = "alarms"
LEASE = timedelta(minutes=10)
"""For how long a claim on a target holds: longer than any server is waited for."""
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=1)
KEPT_UNTOLD = timedelta(days=7)
"""For how long the end of an alarm is kept for a target that cannot be reached."""
WEBHOOK, MAIL = "webhook", "mail:"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of telling one target. `trouble` None: it has taken the news."""

    target: str
    news: int
    trouble: str | None


def targets_of(settings: Settings) -> list[str]:
    """Return the ways to everybody who is told of alarms."""
    found = [f"{MAIL}{address}" for address in settings.alarms.mail_to]
    return [*found, WEBHOOK] if settings.alarms.webhook_url is not None else found


def tell_alarms(house: House, now: Callable[[], datetime]) -> list[Told]:
    """Tell each target what it does not know yet; one that fails stops no other.

    Returns what became of each target that there was something to say to, and that was due.

    Raises:
        StoreError: the store failed; who was told already may be told once more.
    """
    targets = targets_of(house.settings)
    with house.store.writing(LOCK) as connection:
        alarm.keep_targets(connection, targets, now())
    told = [told for target in targets if (told := _tell(house, target, now))]
    _forget(house.store, targets, now())
    return told


def send(settings: Settings, message: AlarmMessage) -> None:
    """Hand a message to its target.

    Raises:
        Untold: it was not taken.
    """
    if message.target == WEBHOOK:
        tell_by_webhook(settings.alarms, message)
    else:
        tell_by_mail(settings.mail, message.target.removeprefix(MAIL), message)


def _tell(house: House, target: str, now: Callable[[], datetime]) -> Told | None:
    at = now()
    with house.store.writing(LOCK) as connection:
        known = alarm.told(connection).get(target, {})
        news = _news(alarm.kept_alarms(connection), known)
        attempts = alarm.claim_target(connection, target, at, at + LEASE) if news else None
    if attempts is None:
        return None
    message = AlarmMessage(target, house.settings.web.public_url, news, at)
    try:
        send(house.settings, message)
    except Untold as trouble:
        until = again_at(attempts, now(), FIRST_RETRY, LONGEST_RETRY)
        with house.store.writing(LOCK) as connection:
            alarm.postpone_target(connection, target, until, str(trouble))
        return Told(target, len(news), str(trouble))
    states = {(n.kind.value, n.subject): CLOSED if n.until else n.state for n in news}
    with house.store.writing(LOCK) as connection:
        alarm.note_told(connection, target, states, now())
    return Told(target, len(news), None)


def _news(rows: Sequence[Row[Any]], known: Mapping[AlarmKey, str]) -> list[News]:
    found = []
    for row in rows:
        key = (row.kind, row.subject)
        change = change_to_tell(row.state, known.get(key), is_open=row.closed_at is None)
        if change is not None:
            kind = AlarmKind(row.kind)
            said = (row.severity, row.state, row.fact, row.cure)
            found.append(News(change, kind, row.subject, *said, row.since, row.closed_at))
    return found


def _forget(store: Store, targets: Sequence[str], now: datetime) -> None:
    """Drop the alarms whose end everybody knows, or could not be told for days."""
    with store.reading() as connection:
        closed = [row for row in alarm.kept_alarms(connection) if row.closed_at is not None]
    if not closed:
        return
    with store.writing(LOCK) as connection:
        told = alarm.told(connection)
        gone = [
            (row.kind, row.subject)
            for row in alarm.kept_alarms(connection)
            if row.closed_at is not None
            and (
                now - row.closed_at > KEPT_UNTOLD
                or all(told.get(t, {}).get((row.kind, row.subject)) == CLOSED for t in targets)
            )
        ]
        alarm.drop_alarms(connection, gone)
        alarm.forget_told(connection, gone)
