"""The words of IMAP (RFC 9051) that the pretend server understands."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from simulator.imap_mailbox import Folder, Message

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|(\S+)')
_PART = re.compile(r"^BODY(?:\.PEEK)?\[(HEADER|TEXT|)\](?:<(\d+)\.(\d+)>)?$")


def words(text: str) -> list[str]:
    """Split a command into its words; a list in round brackets is one word."""
    found = []
    for quoted, group, plain in _WORD.findall(text):
        found.append(re.sub(r"\\(.)", r"\1", quoted) if not (group or plain) else group or plain)
    return found


def uids_in(given: str, folder: Folder) -> list[int]:
    """Return the UIDs that a set names and that are there.

    `n:*` holds the newest message always, whatever n is, as real servers have it.
    """
    there = sorted(folder.messages)
    if not there:
        return []
    wanted: set[int] = set()
    for part in given.split(","):
        if part.isdigit():  # a client names thousands one by one
            wanted.update({int(part)} & folder.messages.keys())
            continue
        first, _, last = part.partition(":")
        ends = [there[-1] if end == "*" else int(end) for end in (first, last or first)]
        wanted.update(uid for uid in there if min(ends) <= uid <= max(ends))
    return sorted(wanted)


def found(criteria: Sequence[str], folder: Folder) -> list[int]:
    """Return the UIDs that UID SEARCH names: UID, SINCE, KEYWORD, UNKEYWORD and ALL are known.

    Raises:
        ValueError: another criterion was asked for.
    """
    left = dict(folder.messages)
    rest = iter(criteria)
    for criterion in rest:
        match criterion.upper():
            case "ALL":
                continue
            case "UID":
                named = uids_in(next(rest), folder)
                left = {uid: left[uid] for uid in named if uid in left}
            case "SINCE":
                day = datetime.strptime(next(rest), "%d-%b-%Y").replace(tzinfo=UTC).date()
                left = {u: m for u, m in left.items() if m.arrived_at.date() >= day}
            case "KEYWORD" | "UNKEYWORD" as which:
                flag, is_wanted = next(rest), which == "KEYWORD"
                left = {u: m for u, m in left.items() if (flag in m.flags) == is_wanted}
            case _:
                raise ValueError(criterion)
    return sorted(left)


def items_of(message: Message, names: Iterable[str]) -> list[tuple[str, bytes | str]]:
    """Return what FETCH asks of a message: bytes are sent as a literal.

    Raises:
        ValueError: an item is asked for that this server does not know.
    """
    answer: list[tuple[str, bytes | str]] = [("UID", str(message.uid))]
    for name in names:
        match name.upper():
            case "UID":
                continue
            case "RFC822.SIZE":
                answer.append((name, str(len(message.raw))))
            case "FLAGS":
                answer.append((name, f"({' '.join(sorted(message.flags))})"))
            case "INTERNALDATE":
                answer.append((name, message.arrived_at.strftime('"%d-%b-%Y %H:%M:%S %z"')))
            case part:
                answer.append(_part(message, part))
    return answer


def _part(message: Message, asked: str) -> tuple[str, bytes]:
    match = _PART.match(asked)
    if match is None:
        raise ValueError(asked)
    section, start, length = match.groups()
    head, blank, text = message.raw.partition(b"\r\n\r\n")
    octets = {"HEADER": head + blank, "TEXT": text, "": message.raw}[section]
    if start is None:
        return f"BODY[{section}]", octets
    begin = int(start)
    return f"BODY[{section}]<{begin}>", octets[begin : begin + int(length)]
