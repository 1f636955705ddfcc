"""What a run yields, for a command line or a window to show."""

from __future__ import annotations

from dataclasses import dataclass, field

from docanalyst.domain.grid.grids import Row


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a run is. Money in micros; doubt: what broken or lost requests may have cost beside spent."""

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
        """Units that ended, in whatever way."""
        return self.complete + self.partial + self.failed + self.skipped


@dataclass(frozen=True, slots=True)
class UnitStarted:
    """A unit is about to be read and asked."""

    unit: str


@dataclass(frozen=True, slots=True)
class UnitEnded:
    """A unit ended. reused: its answer was there before, and nothing was sent."""

    row: Row
    tally: Tally
    reused: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """The run waits for the provider. seconds: until the next attempt."""

    message: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run ended.

    status: complete, incomplete (units failed or were skipped), capped, stopped, interrupted. reason: why it
    stopped early, for people.
    """

    run_id: str
    status: str
    tally: Tally
    seconds: float
    reason: str = ""
    left: tuple[Row, ...] = field(default=())


BatchEvent = UnitStarted | UnitEnded | Waiting | RunEnded
