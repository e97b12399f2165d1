"""The part of the contract that is about what people say besides sending a form.

A message can stop use, say that an address is dead, or ask for something by law. Whoever reads it
reports that as facts; what follows from them is decided elsewhere.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from policy.opt_out import OptOutReason
from policy.rights.table import Right
from policy.vocabulary import Channel


class StopAsked(NamedTuple):
    """Somebody says stop, or a mailbox provider passes on that they did.

    `emails` and `phones` are whom it is about, as written in the message; `tokens` are those of our
    own links that it carries, which name somebody where addresses were blacked out. `channel` None
    means all of them. `said_at` (aware UTC) is when the message came. `is_sure` is False where it
    may mean something else: use stops all the same, and somebody looks at it. `is_proven`: the
    sender's domain vouches for the message. `signs` are the reasons for reading it so, in words of
    ours.
    """

    external_id: str
    said_at: datetime
    reason: OptOutReason
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    channel: Channel | None = None
    is_sure: bool = True
    is_proven: bool = False
    signs: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Say by which way it came; whose it is, is somebody's data."""
        return f"StopAsked({self.reason})"


class AddressDead(NamedTuple):
    """A mail to these addresses came back, and would come back always.

    `status` is the code of RFC 3463 where one was given, e.g. "5.1.1".
    """

    external_id: str
    said_at: datetime
    emails: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    status: str | None = None
    signs: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Say with which code; whose address it is, is somebody's data."""
        return f"AddressDead({self.status})"


class RightAsked(NamedTuple):
    """Somebody asks for what the law gives them, or complains: a person must deal with it.

    `email` is the address that asks, `text` what was written, both unchanged. `is_proven`: the
    sender's domain vouches for the message. `is_sure` is False where it may mean something else.
    """

    external_id: str
    said_at: datetime
    right: Right
    name: str = ""
    email: str | None = None
    text: str = ""
    is_proven: bool = False
    is_sure: bool = True
    signs: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Say what is asked; the rest is somebody's."""
        return f"RightAsked({self.right})"


class NothingSaid(StrEnum):
    """Kinds of message that call for nothing. Stored and counted under these names."""

    AUTO_REPLY = "auto_reply"
    READ_RECEIPT = "read_receipt"
    DELAY = "delay"  # a mail of ours is late, or came back for a passing reason
    ABOUT_US = "about_us"  # a server refuses us, not an address: the operator's to mend
    SENDER_REPORT = "sender_report"  # DMARC and the like
    OWN_MAIL = "own_mail"  # a copy of what we sent ourselves
    RECEIPT = "receipt"  # what a form sends to whoever filled it in
    NEWS = "news"  # somebody else's newsletter


class Noted(NamedTuple):
    """A message that calls for nothing: it is counted, and nothing of it is kept."""

    external_id: str
    kind: NothingSaid
    signs: tuple[str, ...] = ()


Heard = StopAsked | AddressDead | RightAsked | Noted
"""What a message can say besides being a lead. One message may say several things."""
