"""Every table, so that the migrations and the checks see them all."""

from models import (
    controller,
    delivery,
    export,
    hold,
    lead,
    ledger,
    mark,
    notice,
    permission,
    person,
    removal,
)
from models.columns import metadata

__all__ = [
    "controller",
    "delivery",
    "export",
    "hold",
    "lead",
    "ledger",
    "mark",
    "metadata",
    "notice",
    "permission",
    "person",
    "removal",
]
