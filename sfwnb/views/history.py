"""A workflow's events as a pandas frame."""

from collections.abc import Iterable

import pandas as pd

from sfwnb.replay.history import Event

_COLUMNS = ("time", "type", "name", "detail", "attributes")


def history_frame(events: Iterable[Event]) -> pd.DataFrame:
    """One row for each event.

    Args:
        events: As ``sfwnb.replay.history.decode_events`` gives them.

    Returns:
        Index ``event_id``; columns time (UTC), type, name, detail, and attributes (a dict with all
        of the event's own fields, payloads decoded).
    """
    found = list(events)
    rows = [(each.time, each.type, each.name, each.detail, each.attributes) for each in found]
    index = pd.Index([each.id for each in found], name="event_id", dtype="int64")
    frame = pd.DataFrame(rows, columns=list(_COLUMNS), index=index)
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    return frame
