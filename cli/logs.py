"""How the program's own lines look: on stderr, for people on a terminal, else as JSON for machines.

A line names sources, codes and places, never what somebody wrote or who they are.
"""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from structlog.typing import Processor


def configure_logs() -> None:
    """Send the lines of this program and of its libraries to stderr, warnings and worse."""
    import logging

    import structlog

    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_traceback,
                _renderer(structlog),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)


def _renderer(structlog: Any) -> "Processor":  # noqa: ANN401 - the module, imported late
    if sys.stderr.isatty():
        renderer: Processor = structlog.dev.ConsoleRenderer(colors=True)
    else:
        renderer = structlog.processors.JSONRenderer()
    return renderer


def _without_traceback(_: object, __: str, line: Any) -> Any:  # noqa: ANN401 - structlog's own
    """Take tracebacks out: the values in an error's text may be somebody's."""
    line.pop("exc_info", None)
    line.pop("stack_info", None)
    return line
