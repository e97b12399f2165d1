"""What each command needs: one table. A command without a row is refused, whoever asks."""

from typing import NamedTuple

from policy.access import Action


class Door(NamedTuple):
    """What a command needs, and what its `--dry-run` needs where that is less."""

    action: Action
    rehearsal: Action | None = None


DOORS: dict[str, Door] = {
    "init": Door(Action.COME_IN),
    "demo": Door(Action.COME_IN),
    "staff sign-in": Door(Action.COME_IN),
    "staff sign-out": Door(Action.COME_IN),
    "staff password": Door(Action.OWN_PASSWORD),
    "staff list": Door(Action.SEE_STAFF),
    "staff add": Door(Action.CHANGE_STAFF),
    "staff remove": Door(Action.CHANGE_STAFF),
    "staff log": Door(Action.SEE_ACCESS_LOG),
    "check": Door(Action.SEE_STATE),
    "status": Door(Action.SEE_STATE),
    "alarms list": Door(Action.SEE_STATE),
    "audiences list": Door(Action.SEE_STATE),
    "db current": Door(Action.SEE_STATE),
    "deliveries list": Door(Action.SEE_STATE),
    "why": Door(Action.ASK_WHY),
    "leads list": Door(Action.SEE_LEADS),
    "leads show": Door(Action.SEE_LEADS),
    "provenance": Door(Action.SEE_RECORDS),
    "rights list": Door(Action.SEE_RECORDS),
    "hold list": Door(Action.SEE_RECORDS),
    "recall list": Door(Action.SEE_RECORDS),
    "deliveries review": Door(Action.SEE_RECORDS),
    "export": Door(Action.EXPORT),
    "optout": Door(Action.STOP),
    "recall ack": Door(Action.ANSWER_RIGHTS),
    **{
        f"rights {step}": Door(Action.ANSWER_RIGHTS)
        for step in (
            *("open", "ask", "heard", "extend", "acknowledge", "pass-on", "note"),
            *("answer", "refuse", "close", "pack"),
        )
    },
    "rights show": Door(Action.SEE_RECORDS),
    **{
        f"audit {question}": Door(Action.SEE_RECORDS)
        for question in ("consent", "wording", "contact", "recipients")
    },
    **{
        f"audit {question}": Door(Action.SEE_CONDUCT)
        for question in (
            *("opt-outs", "retention", "screening", "interests", "soft-opt-in", "rights"),
            *("complaints", "breaches", "segregation", "log", "erasure"),
        )
    },
    "breach list": Door(Action.SEE_CONDUCT),
    "breach add": Door(Action.ANSWER_RIGHTS),
    "breach notified": Door(Action.ANSWER_RIGHTS),
    "breach close": Door(Action.ANSWER_RIGHTS),
    "restrict list": Door(Action.SEE_RECORDS),
    "restrict add": Door(Action.ANSWER_RIGHTS),
    "restrict lift": Door(Action.ANSWER_RIGHTS),
    "rectify": Door(Action.ANSWER_RIGHTS),
    "clients list": Door(Action.SEE_STATE),
    "clients close": Door(Action.RETURN_DATA, Action.OPERATE),
    "recipients list": Door(Action.SEE_STATE),
    "ropa": Door(Action.SEE_STATE),
    "hold add": Door(Action.HOLD),
    "hold release": Door(Action.HOLD),
    "erase": Door(Action.ERASE, Action.SEE_RECORDS),
    "expire": Door(Action.ERASE, Action.SEE_STATE),
    "scrub": Door(Action.ERASE, Action.SEE_STATE),
    "pull": Door(Action.OPERATE),
    "reconcile": Door(Action.OPERATE),
    "import": Door(Action.OPERATE),
    "deliveries replay": Door(Action.OPERATE),
    "deliveries reread": Door(Action.OPERATE),
    "deliveries accept": Door(Action.OPERATE),
    "form snippet": Door(Action.OPERATE),
    "form show": Door(Action.OPERATE),
    "audiences remove": Door(Action.OPERATE, Action.SEE_STATE),
    "alarms test": Door(Action.OPERATE),
    "run": Door(Action.OPERATE),
    "serve": Door(Action.OPERATE),
    "backup": Door(Action.OPERATE),
    "restore": Door(Action.OPERATE),
    "db upgrade": Door(Action.OPERATE),
    "db move": Door(Action.OPERATE),
}
