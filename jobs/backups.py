"""Make a backup."""

from jobs.turn import Result, Turn
from pipeline.backup import make_backup, required_key


def run(turn: Turn) -> Result:
    """Take the step: written, read back and compared, and the old ones let go."""
    house = turn.house
    key = required_key(house.settings.backup_key)
    folder = house.settings.backup_folder
    made = make_backup(house.store, folder, key, house.now(), turn.progress)
    return Result({"rows": made.rows, "bytes": made.size, "rotated": len(made.rotated)})
