"""Write the answer to a request for a copy: everything held about a person, nobody else's data."""

import errno
import hashlib
import shutil
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from models import ledger
from models.keys import new_keys
from models.ledger import LedgerKind
from models.store import Store
from pipeline.access_log import Looked, NoteLook
from pipeline.gather import require_own_key
from pipeline.pack_answer import Answer, answer_of
from pipeline.pack_asked import PackAsked, redactor_of
from pipeline.pack_files import write_files
from pipeline.pack_names import names_of_others
from pipeline.pack_other import request_rows
from pipeline.pack_subject import PackSubject, RelatedPerson, find_pack_subject
from pipeline.pack_unread import find_mentions
from pipeline.settings import ControllerSettings, Settings
from policy.errors import StoreUnavailable, UsageError
from policy.rights.packs import PackKind
from policy.vocabulary import Identifier, Role

ACTOR = "answer pack"
PARTIAL = ".part"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class WrittenPack:
    """An answer on disk; `folder` None: a rehearsal, nothing was written.

    `files` are SHA-256 by file name, `sha256` is one over all of them. `related` is for the officer
    who sends it, and stands in no file. `unsearched` counts older unread records that the search
    did not reach, `unresolved` submissions that are left out since they name two people.
    `has_several_names`: look whether the submissions are those of one person. `is_for_client`: the
    client answers the person; hand it to them.
    """

    folder: Path | None
    kind: PackKind
    files: Mapping[str, str]
    sha256: str | None
    counts: Counter[str]
    related: Sequence[RelatedPerson]
    unsearched: int
    unresolved: int
    has_several_names: bool
    is_for_client: bool


@dataclass(frozen=True, slots=True)
class PackOrder:
    """Whose answer is wanted, to which right.

    `identifiers` are the person's; `people` choose, by key, where these are shared.
    """

    controller: ControllerSettings
    identifiers: Collection[Identifier]
    kind: PackKind
    people: Collection[UUID] = ()

    def __repr__(self) -> str:
        """Say nothing of who it is."""
        return f"PackOrder({self.kind})"


@dataclass(frozen=True, slots=True)
class _Made:
    """An answer in memory."""

    order: PackOrder
    subject: PackSubject
    answer: Answer
    unsearched: int

    @property
    def look(self) -> Looked:
        """Return what is looked at by whoever gets it, or is told how much it would be."""
        leads = [lead.id for lead in self.subject.leads]
        return Looked(self.order.controller.id, len(leads), leads, "identifier")

    def pack(
        self, folder: Path | None, files: Mapping[str, str], sha256: str | None
    ) -> WrittenPack:
        """Return what is told of it."""
        return WrittenPack(
            folder,
            self.order.kind,
            files,
            sha256,
            self.answer.counts,
            self.subject.related,
            self.unsearched,
            self.subject.unresolved,
            self.subject.has_several_names,
            is_for_client=self.order.controller.role is Role.PROCESSOR,
        )


def write_pack(  # noqa: PLR0913, PLR0917 - what an answer is made of, each by its name
    store: Store,
    settings: Settings,
    controller: ControllerSettings,
    identifiers: Collection[Identifier],
    kind: PackKind,
    folder: Path,
    now: datetime,
    *,
    note: NoteLook,
    people: Collection[UUID] = (),
    actor: str = ACTOR,
) -> WrittenPack:
    """Write an answer into a new folder, and note in the ledger that it was made.

    The folder has its name only when it is whole and noted. Only identifiers of which it is known
    that they are the asking person's may be given. Rules: PACK-1 to PACK-5, STAFF-9.

    Args:
        store: the store.
        settings: of the installation; its suppression key finds the person on the list.
        controller: whose data; nothing of another controller is looked at.
        identifiers: of the person; shared ones say nothing of who is meant.
        kind: which right is answered.
        folder: a folder that does not exist yet, in one that does.
        now: the time of the answer, aware.
        note: writes down who is about to get whose data, before any file is made.
        people: who is meant, by keys, where identifiers are shared.
        actor: who makes it, for the ledger.

    Raises:
        UsageError: nobody can say who is meant, or the folder exists or cannot be made.
        ConfigError: the suppression list was made with another key.
        StoreError: the store failed, or the disk is full; nothing is left behind.
    """
    made = _made(store, settings, PackOrder(controller, identifiers, kind, people), now)
    note(made.look)
    with _new_folder(folder) as partial:
        files = write_files(made.answer, kind, partial)
        sha256 = _over_all(files)
        detail = {"kind": kind, "sha256": sha256, "counts": dict(+made.answer.counts)}
        with store.writing(controller.id) as connection:
            subject = made.subject.people[0] if made.subject.people else new_keys(1, now)[0]
            entry = (LedgerKind.ACCESS_PACK_MADE, subject.hex, detail)
            ledger.append(connection, controller.id, actor, [entry], now)
            partial.rename(folder)
    return made.pack(folder, files, sha256)


def rehearse_pack(
    store: Store, settings: Settings, order: PackOrder, now: datetime, note: NoteLook
) -> WrittenPack:
    """Say what an answer would hold; write no file. Arguments and errors as of `write_pack`."""
    made = _made(store, settings, order, now)
    note(made.look)
    return made.pack(None, {}, None)


def _made(store: Store, settings: Settings, order: PackOrder, now: datetime) -> _Made:
    controller, kind = order.controller, order.kind
    with store.reading() as connection:
        require_own_key(connection, controller.id, settings.suppression_key)
        subject = find_pack_subject(connection, controller.id, order.identifiers, order.people)
        wanted = subject.traces if kind is PackKind.ACCESS else frozenset[Identifier]()
        mentions = find_mentions(connection, controller.id, wanted)
        requests = request_rows(connection, controller.id, subject)
        names = names_of_others(connection, controller.id, subject, requests)
        redactor = redactor_of(settings, controller, subject, names)
        asked = PackAsked(connection, settings, controller, subject, requests, redactor, now)
        return _Made(order, subject, answer_of(asked, kind, mentions), mentions.unsearched)


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """Make a folder under another name, for its owner only; what goes wrong leaves nothing."""
    if folder.exists() or folder.is_symlink():
        raise UsageError(f"{folder} exists already. Cure: choose another name for the folder.")
    partial = folder.with_name(f".{folder.name}.{uuid4().hex[:8]}{PARTIAL}")
    try:
        partial.mkdir(mode=0o700)
        try:
            yield partial
        except BaseException:
            if not partial.exists():  # it had its name, and was not noted after all
                shutil.rmtree(folder, ignore_errors=True)
            raise
    except OSError as error:
        kind = StoreUnavailable if error.errno in _NO_ROOM else UsageError
        raise kind(
            f"{folder} cannot be written: {error.strerror}. Cure: check the folder that it is to be"
            " in, its rights and its disk; nothing was written."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _over_all(files: Mapping[str, str]) -> str:
    """Return one SHA-256 over the names and hashes of some files, as `sha256sum` prints them."""
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
