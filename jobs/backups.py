"""Make a backup."""

from jobs.turn import Result, Turn
from pipeline.backup import make_backup, required_key
from policy.errors import StoreUnavailable


def run(turn: Turn) -> Result:
    """Take the step: written, read back and compared, and the old ones let go.

    Raises:
        StoreUnavailable: told to stop; the next daemon begins it anew.
    """

    def heard(rows: int) -> None:
        turn.progress(rows)
        if turn.is_stopping():
            raise StoreUnavailable("Told to stop; the backup is made again. Cure: none.")

    house = turn.house
    key = required_key(house.settings.backup_key)
    made = make_backup(house.store, house.settings.backup_folder, key, house.now(), heard)
    return Result({"rows": made.rows, "bytes": made.size, "rotated": len(made.rotated)})
