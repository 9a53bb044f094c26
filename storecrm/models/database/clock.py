"""A clock that only runs, by which waits are counted."""

import sys
import time

from sqlalchemy import (
    text,
)
from sqlalchemy.orm import Session


def steady(session: Session) -> int:
    """Microseconds on a clock that only runs, the same for all programs on this machine;
    PostgreSQL's own for all its tills.

    It may begin anew when the machine is started; it never runs ahead of the time that passed.
    """
    if session.get_bind().dialect.name == "sqlite":
        return since_start()
    return int(
        session.execute(
            text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)")
        ).scalar_one()
    )


def since_start() -> int:
    """Microseconds since this machine was started, those that it slept among them."""
    asleep_too = getattr(time, "CLOCK_BOOTTIME", None)
    if asleep_too is None and sys.platform == "darwin":
        # its plain monotonic clock stands while the machine sleeps, this one does not
        asleep_too = time.CLOCK_MONOTONIC
    if asleep_too is None:
        return time.monotonic_ns() // 1000
    return time.clock_gettime_ns(asleep_too) // 1000
