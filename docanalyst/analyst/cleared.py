"""A plan that may be sent: `Sending.clear` has checked it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docanalyst.analyst.planning import Plan

if TYPE_CHECKING:
    from docanalyst.providers.wire.destinations import Destination


@dataclass(frozen=True, slots=True)
class Cleared:
    """A plan that may be sent, and where it goes. Made by `Sending.clear` alone."""

    plan: Plan
    destination: Destination
