"""Every table, so that the migrations and the checks see them all."""

from models import controller, delivery, export, lead, ledger, notice, permission, person
from models.columns import metadata

__all__ = [
    "controller",
    "delivery",
    "export",
    "lead",
    "ledger",
    "metadata",
    "notice",
    "permission",
    "person",
]
