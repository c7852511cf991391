"""Temporal's core as every client of ours runs it: silent below errors, for what a person is to know we say."""

from __future__ import annotations

from functools import cache

from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter


@cache
def runtime() -> Runtime:
    """The one runtime of this process; attempts that will be repeated leave no lines on the error stream."""
    quiet = TelemetryFilter(core_level="ERROR", other_level="ERROR")
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=quiet)))
