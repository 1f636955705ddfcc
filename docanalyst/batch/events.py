"""The events of a batch run, shown by the command line and the terminal UI."""

from __future__ import annotations

from dataclasses import dataclass

from docanalyst.domain.grid.grids import Row


@dataclass(frozen=True, slots=True)
class Tally:
    """Progress of one command. Costs are in millionths of a dollar.

    Attributes:
        doubt_micros: The most that the provider may also charge, for requests that failed.
    """

    units: int = 0
    complete: int = 0
    partial: int = 0
    failed: int = 0
    skipped: int = 0
    reused: int = 0
    spent_micros: int = 0
    doubt_micros: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def done(self) -> int:
        """Number of units that have ended, with or without an answer."""
        return self.complete + self.partial + self.failed + self.skipped


@dataclass(frozen=True, slots=True)
class UnitStarted:
    """A unit is about to be read and sent."""

    unit: str


@dataclass(frozen=True, slots=True)
class UnitEnded:
    """A unit ended.

    Attributes:
        reused: Whether its answer came from an earlier run, so that nothing was sent.
    """

    row: Row
    tally: Tally
    reused: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """The run is waiting for the provider, or for another run.

    Attributes:
        seconds: Time until the next attempt.
        is_long: Whether it may take as long as another run takes.
    """

    message: str
    seconds: float
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run ended.

    Attributes:
        status: Complete, incomplete (units failed or were skipped), capped, stopped or interrupted.
        reason: Why it stopped early, in words.
        run_micros, run_doubt_micros: Cost of the run, and the most that may also be charged, over all of its
            commands.
    """

    run_id: str
    status: str
    tally: Tally
    seconds: float
    reason: str = ""
    run_micros: int = 0
    run_doubt_micros: int = 0


BatchEvent = UnitStarted | UnitEnded | Waiting | RunEnded
