"""The pretend mailboxes of the IMAP server: folders of messages, each with its UID."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Message:
    """A message as it lies in a folder. `arrived_at` is its INTERNALDATE (aware)."""

    uid: int
    raw: bytes
    arrived_at: datetime
    flags: set[str] = field(default_factory=set)


class Folder:
    """One folder. UIDs only grow, and stay with their message until the validity changes."""

    def __init__(self, validity: int, special_use: str | None = None) -> None:
        """Begin empty."""
        self.validity = validity
        self.special_use = special_use
        self.next_uid = 1
        self.messages: dict[int, Message] = {}

    def add(self, raw: bytes, arrived_at: datetime) -> int:
        """Let a message arrive; return its UID."""
        uid = self.next_uid
        self.messages[uid] = Message(uid, raw, arrived_at)
        self.next_uid += 1
        return uid

    def renumber(self) -> None:
        """Void all UIDs, as a server does that lost its index or was restored from a backup."""
        kept = list(self.messages.values())
        self.validity += 1
        self.messages = {}
        self.next_uid = 1
        for message in kept:
            uid = self.add(message.raw, message.arrived_at)
            self.messages[uid].flags = message.flags

    def ordered(self) -> list[Message]:
        """Return the messages by UID; a message's place in it is its sequence number, from 0."""
        return [self.messages[uid] for uid in sorted(self.messages)]


class Mailbox:
    """An account's folders. Who changes them holds `changed`, who idles waits for it."""

    def __init__(self, folders: Mapping[str, str | None] | None = None) -> None:
        """Begin with empty folders (name → special use), by default an inbox and a junk folder."""
        named = folders or {"INBOX": None, "Junk": "\\Junk"}
        self.changed = threading.Condition()
        self.folders = {name: Folder(1_000, use) for name, use in named.items()}

    def deliver(self, raw: bytes, arrived_at: datetime, folder: str = "INBOX") -> int:
        """Let a message arrive, and tell those who idle."""
        with self.changed:
            uid = self.folders[folder].add(raw, arrived_at)
            self.changed.notify_all()
        return uid

    def vanish(self, uid: int, folder: str = "INBOX") -> None:
        """Let somebody else delete a message."""
        with self.changed:
            del self.folders[folder].messages[uid]

    def renumber(self, folder: str = "INBOX") -> None:
        """Void all UIDs of a folder."""
        with self.changed:
            self.folders[folder].renumber()
