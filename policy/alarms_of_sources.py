"""When what a platform says of a source, or what comes of it, is worth an alarm."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from policy.alarms import Alarm, AlarmKind, AlarmLimits, Severity
from policy.alarms_of_runs import short
from policy.looks import Look, Looked
from policy.silence import is_suspicious

VERY_SOON = timedelta(days=3)


_FOUND_WRONG: Mapping[Looked, tuple[AlarmKind, Severity, str]] = {
    Looked.ACCESS: (
        AlarmKind.SOURCE_REFUSED,
        Severity.CRITICAL,
        "Source {source} is refused, and no lead of it comes: {told}",
    ),
    Looked.PERMISSION: (
        AlarmKind.PERMISSION_LOST,
        Severity.CRITICAL,
        "Source {source} lacks a permission, so leads or their proof are missing: {told}",
    ),
    Looked.SUBSCRIPTION: (
        AlarmKind.SUBSCRIPTION_LOST,
        Severity.SERIOUS,
        "Source {source} is not told of new leads any more: {told}",
    ),
    Looked.CLOCK: (
        AlarmKind.CLOCK_SKEW,
        Severity.SERIOUS,
        "The clock of this machine, or that of source {source}, is wrong: {told}",
    ),
}
_PROVEN_BY_A_PULL = frozenset({Looked.ACCESS, Looked.REACH})
_CURE = "Do what it says; `leadledger check` then shows whether it is right again."
_CLOCK_CURE = "Set the clock by NTP (`timedatectl set-ntp true`); then run `leadledger check`."


def alarms_of_looks(
    source: str,
    looks: Sequence[Look],
    pulled_at: datetime | None,
    limits: AlarmLimits,
    now: datetime,
) -> list[Alarm]:
    """Return what the last looks at a source found wrong, one alarm of a kind. Rule: ALM-4.

    A complete pull after the look proves that access works, whatever the look had found.

    Args:
        source: its id.
        looks: the last outcome of each thing that was looked at.
        pulled_at: when the last complete pull ended (aware), None without one.
        limits: from when on something counts.
        now: aware.

    UK GDPR Art. 5(1)(f), 5(2), 32(1)(b); own rule.
    """
    found = [
        alarm
        for about, (kind, severity, sentence) in _FOUND_WRONG.items()
        if (wrong := [each for each in looks if _is_wrong(each, about, pulled_at)])
        for alarm in [_alarm(kind, severity, sentence, source, wrong)]
    ]
    ends = [each for each in looks if each.ends_at is not None]
    if ends and (ending := _ending(source, min(ends, key=_end), limits, now)):
        found.append(ending)
    for each in looks:
        is_long = now - each.since > limits.failing
        if is_long and _is_wrong(each, Looked.REACH, pulled_at):
            fact = (
                f"Source {source} could not be asked how it is since"
                f" {each.since:%Y-%m-%d %H:%M} UTC: {short(each.message)}"
            )
            found.append(Alarm(AlarmKind.SOURCE_FAILING, source, Severity.SERIOUS, fact, _CURE))
    return found


def _is_wrong(look: Look, about: Looked, pulled_at: datetime | None) -> bool:
    if look.about is not about or look.is_ok:
        return False
    is_disproved = pulled_at is not None and pulled_at > look.looked_at
    return not (is_disproved and about in _PROVEN_BY_A_PULL)


def _alarm(
    kind: AlarmKind, severity: Severity, sentence: str, source: str, wrong: Sequence[Look]
) -> Alarm:
    told = " ".join(f"{each.subject}: {short(each.message)}" for each in wrong)
    cure = _CLOCK_CURE if kind is AlarmKind.CLOCK_SKEW else _CURE
    # to be refused is to be refused, whichever look says so
    state = "stands" if kind is AlarmKind.SOURCE_REFUSED else state_of(x.subject for x in wrong)
    return Alarm(kind, source, severity, sentence.format(source=source, told=told), cure, state)


def _end(look: Look) -> datetime:
    assert look.ends_at is not None  # noqa: S101 - the caller has chosen those that end
    return look.ends_at


def _ending(source: str, look: Look, limits: AlarmLimits, now: datetime) -> Alarm | None:
    """Return the alarm of an access that ends soon; told again three days before, and at its end.

    Rule: ALM-4. UK GDPR Art. 32(1)(b); own rule.
    """
    left = _end(look) - now
    if left > timedelta(days=limits.token_days):
        return None
    day = f"{look.ends_at:%Y-%m-%d %H:%M} UTC"
    if left <= timedelta(0):
        severity, state, verb = Severity.CRITICAL, "over", "ended on"
    elif left <= VERY_SOON:
        severity, state, verb = Severity.CRITICAL, "very_soon", "ends on"
    else:
        severity, state, verb = Severity.WARNING, "soon", "ends on"
    fact = f"The {look.subject} of source {source} {verb} {day}; without it no lead comes."
    cure = (
        "Make a new token and set it in the configuration (docs/operations.md, Get a token), start"
        " `leadledger run` again, and see that `leadledger check` is content."
    )
    return Alarm(AlarmKind.TOKEN_EXPIRING, source, severity, fact, cure, state)


def alarm_of_silence(
    source: str, arrivals: Sequence[datetime], open_since: datetime | None, now: datetime
) -> Alarm | None:
    """Return the alarm of a source that went quiet against its own rate. Rules: ALM-5, MAIL-4.

    Once raised it stands until something comes, even when the past by which it was measured is so
    long ago that it is forgotten.

    Args:
        source: its id.
        arrivals: when its leads came (aware), the oldest first; none older than eight weeks.
        open_since: since when the alarm stands already (aware), None if it does not.
        now: aware.

    UK GDPR Art. 5(1)(f), 32; own rule.
    """
    came_since = open_since is not None and any(at > open_since for at in arrivals)
    if came_since or (open_since is None and not is_suspicious(arrivals, now)):
        return None
    last = f"since {arrivals[-1]:%Y-%m-%d %H:%M} UTC" if arrivals else "for more than eight weeks"
    fact = f"No lead of source {source} has come {last}, at least twice as long as ever before."
    cure = (
        "Send a test lead through its form, and see that campaigns, forms and rules still lead"
        " here; `leadledger check` looks at the access. If the source has ended, take it out of the"
        " configuration."
    )
    return Alarm(AlarmKind.SILENCE, source, Severity.WARNING, fact, cure)


def alarm_of_gaps(source: str, still: int, lost: int) -> Alarm | None:
    """Return the alarm of leads that the platform listed and we do not have. Rule: ALM-5.

    `still` can be fetched; `lost` are too old for the platform to give out, and that they were lost
    does not pass by itself. UK GDPR Art. 5(1)(d), 5(1)(f); own rule.
    """
    if still + lost <= 0:
        return None
    fact = f"The platform listed {still + lost:,} lead(s) of source {source} that are not here."
    if lost:
        fact += f" {lost:,} of them it gives out no more."
    cure = f"Run `leadledger reconcile {source} --days 90`, and do what it says of those left."
    return Alarm(AlarmKind.GAP_FOUND, source, Severity.SERIOUS, fact, cure, f"{still} {lost}")


def alarm_of_refused_pushes(source: str, refused: int, limits: AlarmLimits) -> Alarm | None:
    """Return the alarm of a receiver whose callers cannot prove who they are. Rule: ALM-5.

    UK GDPR Art. 5(1)(f), 32(1)(b); own rule.
    """
    if refused < limits.refused_pushes:
        return None
    fact = (
        f"{refused:,} requests to the address of source {source} were refused since yesterday:"
        " their signature or key was missing or wrong."
    )
    cure = (
        "Compare the secret in the configuration with the one at the platform (docs/receiving.md);"
        " if they are the same, somebody else knows the address: nothing of theirs was taken in."
    )
    return Alarm(AlarmKind.PUSH_REFUSED, source, Severity.SERIOUS, fact, cure)


def alarm_of_inbox(
    source: str, waiting: int, oldest: datetime, limits: AlarmLimits, now: datetime
) -> Alarm | None:
    """Return the alarm of pushes that wait to be worked on for too long. Rule: ALM-5.

    UK GDPR Art. 32(1)(b); own rule.
    """
    if now - oldest <= timedelta(minutes=limits.inbox_minutes):
        return None
    fact = (
        f"{waiting:,} request(s) of source {source} wait to be worked on, the oldest since"
        f" {oldest:%Y-%m-%d %H:%M} UTC."
    )
    cure = (
        "See that `leadledger run` runs; `leadledger status` says what keeps them. They are on disk"
        " and nothing of them is lost."
    )
    return Alarm(AlarmKind.INBOX_OLD, source, Severity.SERIOUS, fact, cure)


def state_of(parts: Iterable[str]) -> str:
    """Return a short fingerprint of what an alarm is about, in whatever order it was found."""
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]
