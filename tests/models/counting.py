"""A program that reads a number and writes it back plus one, again and again."""

import sys

from models import delivery
from models.store import Store
from tests.build import NOW

STREAM = "counter"


def main(url: str, times: int) -> None:
    store = Store(url)
    for _ in range(times):
        with store.writing("nectra") as connection:
            known = delivery.cursors(connection, "nectra", "meta-main").get(STREAM, "0")
            moved = {STREAM: str(int(known) + 1)}
            delivery.move_cursors(connection, "nectra", "meta-main", moved, NOW)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
