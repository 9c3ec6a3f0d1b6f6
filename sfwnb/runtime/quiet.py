"""Temporal's native core, kept from writing its log lines into notebook cells.

The core writes warnings straight to the process's standard error, which is whichever cell is
running. Here they go to the Python logger ``temporalio.core`` instead: lab.log() shows them, and
whoever configures logging sees them; nobody else does.
"""

import logging
from functools import cache

from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

CORE_LOGGER = "temporalio.core"
_SAID_TWICE = "Failing workflow task"
"""The SDK itself logs a failed workflow task, with the workflow's id and without 4 KB of fields."""


@cache
def quiet_runtime() -> bool:
    """Make the quiet runtime the default one, unless there is a default already.

    To be called before the first client is made. What the user has made is left alone.

    Returns:
        Whether the quiet runtime is the default.
    """
    logger = logging.getLogger(CORE_LOGGER)
    logger.addHandler(logging.NullHandler())  # or Python's last resort prints warnings
    logger.addFilter(lambda record: not record.getMessage().startswith(_SAID_TWICE))
    runtime = Runtime(
        telemetry=TelemetryConfig(
            logging=LoggingConfig(
                filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
                forwarding=LogForwardingConfig(
                    logger=logger,
                    append_target_to_name=False,
                    prepend_target_on_message=False,
                ),
            )
        )
    )
    try:
        Runtime.set_default(runtime)
    except RuntimeError:  # the user's own
        return False
    return True
