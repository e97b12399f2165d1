"""Delete again, in a restored store, what its backup still has of clients who have left since."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Row

from models import client_data, client_exit, copying, due
from models.columns import table_of
from models.hold import HoldScope, holds_in_force
from models.journal import Note
from pipeline.delete_leads import Doomed, delete_leads
from pipeline.erase_lists import erase_all_lists
from pipeline.pass_requests_on import pass_requests_on
from pipeline.retention_facts import Holds
from policy.retention_rules import RetentionReason
from policy.suppression import SuppressionKeys

ACTOR = "restore"
RULES = ("CNT-5", "RET-17")


def delete_clients_again(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    notes: Mapping[str, Sequence[Note]],
    now: datetime,
) -> int:
    """Do the ends of contracts again that the journal knows; return how many leads went.

    What a legal hold keeps stays. To do it twice changes nothing. Rules: CNT-5, RET-17.
    """
    table = table_of(client_exit.ClientExit)
    newest = {note["row"]["id"]: note["row"] for note in notes.get("client_exit", ())}
    client_exit.drop_exits(connection, controller_id, [UUID(each) for each in newest])
    copying.put_missing(connection, table, newest.values())
    moments = [datetime.fromisoformat(each["until"]) for each in notes.get("client_deleted", ())]
    if not moments:
        return 0
    until = max(moments)
    pass_requests_on(connection, controller_id, until, ACTOR, now)
    count = _leads(connection, controller_id, key, until, now)
    scopes = [row.scope for row in holds_in_force(connection, controller_id)]
    if HoldScope.CONTROLLER not in scopes:
        erase_all_lists(connection, controller_id)
        client_data.delete_rest(connection, controller_id, until)
    return count


def _leads(
    connection: Connection, controller_id: str, key: SuppressionKeys, until: datetime, now: datetime
) -> int:
    holds = Holds.of(connection, controller_id, now)
    last, after, count = client_data.last_key(until), None, 0
    while True:
        page = due.leads_until(connection, controller_id, last, after, copying.PAGE)
        gone = [_doomed(lead) for lead in page if not holds.on(lead)]
        if gone:
            delete_leads(connection, controller_id, key, gone, ACTOR, now)
        count += len(gone)
        if len(page) < copying.PAGE:
            return count
        after = page[-1].id


def _doomed(lead: Row[tuple[object, ...]]) -> Doomed:
    return Doomed(lead, None, [RetentionReason.CONTRACT_ENDED], RULES)
