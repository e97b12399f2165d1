"""Send a test by each configured way, and say what became of it."""

from collections.abc import Iterator
from datetime import datetime

from pipeline.alarm_message import AlarmMessage
from pipeline.settings import Settings
from pipeline.tell_alarms import Told, send, targets_of
from pipeline.tell_by_mail import Untold
from policy.errors import ConfigError

NOBODY = (
    "alarms: nobody is told when something goes wrong. Cure: set mail_to or webhook_url under"
    " [alarms]; docs/alarms.md says how."
)


def try_alarms(settings: Settings, now: datetime, *, is_rehearsal: bool = False) -> Iterator[Told]:
    """Yield what became of a test message by each way; a rehearsal sends none.

    Raises:
        ConfigError: no way is configured.
    """
    targets = targets_of(settings)
    if not targets:
        raise ConfigError(NOBODY)
    for target in targets:
        message = AlarmMessage(target, settings.web.public_url, (), now)
        try:
            if not is_rehearsal:
                send(settings, message)
        except Untold as trouble:
            yield Told(target, 0, str(trouble))
        else:
            yield Told(target, 0, None)
