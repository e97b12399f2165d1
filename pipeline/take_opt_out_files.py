"""Heed the lists of opt-outs that other systems drop into a folder, and put each file away.

What can be read of a list is heeded at once, even if the rest cannot be: then the file goes to
`failed/` with the reason. Who is killed between the stop and the move does no harm: the file is
taken up again, and says the same as of the same instant.
"""

import hashlib
import hmac
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BufferedReader
from pathlib import Path

import structlog

from models import ledger
from models.ledger import LedgerKind
from pipeline.opt_out import Said, opt_out
from pipeline.opt_out_folder import Claim, boxes_below, claims, drop_done, waiting_in
from pipeline.opt_out_list import OptOutList, short_lines, text_lines
from pipeline.settings import ControllerSettings
from pipeline.wiring import House
from policy.errors import LeadsError

ACTOR = "opt-out folder"
_LOOKED_AT = 8_192
_ARCHIVE = b"PK\x03\x04"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

_AGAIN = (
    "Cure: correct the list and drop it again under another name, then delete it here with this"
    " note.\n"
)
_WHOSE = (
    "Nothing of this list was heeded: it does not say for which organisation. There are several, so"
    " a list goes into the folder of one of them: {known}.\n"
    "Cure: move the list into that folder, and delete this note.\n"
)
_UNKNOWN = (
    "Nothing of this list was heeded: this folder has the name of no organisation. There are:"
    " {known}.\n"
    "Cure: move the list into the folder of one of them, and delete this note.\n"
)
_NO_TEXT = (
    "Nothing of this list was heeded: it is no text. A workbook or an archive cannot be read.\n"
    "Cure: save the list as CSV or as text, one address or number a line, drop that, and delete the"
    " list here with this note.\n"
)
_CLOSED = (
    "Nothing of this list was heeded: the program may not read it.\n"
    "Cure: give the user that runs leadledger the right to read it, move the list back into the"
    " folder above, and delete this note.\n"
)


@dataclass(frozen=True, slots=True)
class TakenFile:
    """What became of one file: whose it was, a keyed digest of it, and the counts of the stop.

    `unreadable` lines held nobody. `refused` is why nothing of it was heeded, None if it was.
    """

    controller_id: str | None
    digest: str | None
    counts: Counter[str]
    unreadable: int
    refused: str | None = None

    @property
    def is_done(self) -> bool:
        """Say whether nobody has to look at it."""
        return self.refused is None and not self.unreadable


@dataclass(slots=True)
class TakenFiles:
    """A round: the files worked on, how many wait to be whole, how many old ones were deleted.

    `troubles` say, with the cure, which folders could not be worked on.
    """

    files: list[TakenFile] = field(default_factory=list)
    waiting: int = 0
    deleted: int = 0
    troubles: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Box:
    """A folder for files: whose they are, or why nobody's."""

    folder: Path
    controller: ControllerSettings | None
    refusal: str = ""

    @property
    def whose(self) -> str:
        """Return whose it is, as it may be logged: the name of any other folder may name people."""
        return self.controller.id if self.controller else "nobody"


def take_opt_out_files(house: House, now: Callable[[], datetime]) -> TakenFiles:
    """Heed every file that has come whole, and delete those that were done 30 days ago.

    Rules: DROP-1, DROP-2, DROP-3.

    Raises:
        ConfigError: the suppression list was made with another key.
        StoreError: the store failed; the file in hand is taken up again after some minutes.
    """
    report = TakenFiles()
    try:
        boxes = _boxes(house)
    except OSError as error:
        report.troubles.append(_closed("all", error))
        return report
    for box in boxes:
        try:
            for claim in claims(box.folder, now()):
                _take_alone(house, box, claim, now, report)
            report.deleted += drop_done(box.folder, now())
            report.waiting += waiting_in(box.folder)
        except OSError as error:
            report.troubles.append(_closed(box.whose, error))
    return report


def _closed(whose: str, error: OSError) -> str:
    return (
        f"optouts: the folder of {whose} cannot be worked on: {error.strerror}. Cure: give the user"
        " that runs leadledger the right to read and write it."
    )


def _boxes(house: House) -> Sequence[_Box]:
    """Return the folders in which files may lie, none if there is no folder for them."""
    folder, controllers = house.settings.opt_out_folder, house.settings.controllers
    if not folder.is_dir():
        return ()
    known = ", ".join(each.id for each in controllers)
    only = controllers[0] if len(controllers) == 1 else None
    by_id = {each.id: each for each in controllers}
    below = [
        _Box(each, by_id.get(each.name), _UNKNOWN.format(known=known))
        for each in boxes_below(folder)
    ]
    return [_Box(folder, only, _WHOSE.format(known=known)), *below]


def _take_alone(
    house: House, box: _Box, claim: Claim, now: Callable[[], datetime], report: TakenFiles
) -> None:
    """Work on one file, so that a fault over it keeps no other list from being heeded."""
    try:
        taken = _take(house, box, claim, now)
    except (LeadsError, OSError):
        raise
    except Exception as fault:  # noqa: BLE001 - it stays claimed, and is tried again
        kind = type(fault).__name__
        structlog.get_logger().error("opt_outs.fault", controller=box.whose, kind=kind)
        report.troubles.append(
            f"optouts: a fault of the program ({kind}) keeps a list of {box.whose} from being"
            " heeded; it is tried again. Cure: report this line."
        )
        return
    if taken is not None:
        report.files.append(taken)
        _log(taken)


def _take(house: House, box: _Box, claim: Claim, now: Callable[[], datetime]) -> TakenFile | None:
    """Work on one file; None if it changed meanwhile, so that it will be taken again."""
    if box.controller is None:
        claim.fail(box.refusal)
        return TakenFile(None, None, Counter(), 0, "no_controller")
    try:
        opened = claim.open()
    except FileNotFoundError:
        return None  # another one took it over
    except OSError:
        claim.fail(_CLOSED)
        return TakenFile(box.controller.id, None, Counter(), 0, "not_readable")
    with opened:
        if not _is_text(opened):
            claim.fail(_NO_TEXT)
            return TakenFile(box.controller.id, None, Counter(), 0, "not_text")
        before = _state(opened)
        digest = _digest(opened, house.settings.suppression_key.current)
        listed, counts = _stop(house, box.controller, claim, opened, now())
    if _state_of(claim.path) != before:
        claim.give_back()
        return None
    taken = TakenFile(box.controller.id, digest, counts, listed.unreadable)
    _write_down(house, taken, now())
    if taken.is_done:
        claim.finish()
    else:
        claim.fail(_reason(listed))
    return taken


def _stop(
    house: House,
    controller: ControllerSettings,
    claim: Claim,
    opened: BufferedReader,
    now: datetime,
) -> tuple[OptOutList, Counter[str]]:
    """Stop use for everybody whom a list names, in thousands."""
    listed = OptOutList(house.settings.opt_outs.region)
    with text_lines(opened) as lines:
        report = opt_out(
            house.store,
            [controller],
            house.settings.suppression_key,
            listed.read(short_lines(lines)),
            Said(None, claim.since, ACTOR, noted_at=now),
            lambda _: claim.renew(),
        )
    return listed, report.counts[controller.id]


def _write_down(house: House, taken: TakenFile, at: datetime) -> None:
    detail = {**taken.counts, "digest": taken.digest, "unreadable": taken.unreadable}
    owner = str(taken.controller_id)
    with house.store.writing(owner) as connection:
        entry = (LedgerKind.OPT_OUT_FILE_TAKEN, None, detail)
        ledger.append(connection, owner, ACTOR, [entry], at)


def _reason(listed: OptOutList) -> str:
    """Say which lines nobody could be found in, by their numbers alone."""
    numbers = ", ".join(map(str, listed.named))
    more = listed.unreadable - len(listed.named)
    others = f" and {more:,} more" if more else ""
    return (
        "What could be read of this list is heeded: nobody in those lines is written to or called"
        f" any more.\nNo address or number stood in line {numbers}{others}.\n{_AGAIN}"
    )


def _is_text(opened: BufferedReader) -> bool:
    start = opened.read(_LOOKED_AT)
    opened.seek(0)
    return not start.startswith(_ARCHIVE) and (start.startswith(_UTF_16) or b"\0" not in start)


def _digest(opened: BufferedReader, key: bytes) -> str:
    """Return by what a file is known: under a key, since a list of one line is soon guessed."""
    found = hmac.new(key, b"a file of opt-outs\x1f", hashlib.sha256)
    while chunk := opened.read(1 << 20):
        found.update(chunk)
    opened.seek(0)
    return found.hexdigest()


def _state(opened: BufferedReader) -> tuple[int, int]:
    found = os.fstat(opened.fileno())
    return found.st_size, found.st_mtime_ns


def _state_of(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def _log(taken: TakenFile) -> None:
    log = structlog.get_logger().bind(digest=taken.digest, counts=dict(taken.counts))
    if taken.is_done:
        log.info("opt_outs.file_heeded")
    else:
        log.warning("opt_outs.file_failed", unreadable=taken.unreadable, refused=taken.refused)
