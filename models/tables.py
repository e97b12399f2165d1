"""Every table, so that the migrations and the checks see them all."""

from models import (
    controller,
    delivery,
    export,
    hold,
    inbox,
    lead,
    ledger,
    mark,
    notice,
    opt_in,
    outbox,
    permission,
    person,
    recall,
    refused_push,
    removal,
    rights_request,
)
from models.columns import metadata

__all__ = [
    "controller",
    "delivery",
    "export",
    "hold",
    "inbox",
    "lead",
    "ledger",
    "mark",
    "metadata",
    "notice",
    "opt_in",
    "outbox",
    "permission",
    "person",
    "recall",
    "refused_push",
    "removal",
    "rights_request",
]
