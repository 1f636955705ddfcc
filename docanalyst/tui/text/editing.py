"""Keys that edit a text field act in turn.

Textual runs the bindings of a field after the characters that were typed behind them, so that fast typing
after a Backspace would be reordered.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input


def editing_keys(bindings: Iterable[BindingType]) -> dict[str, str]:
    """Return the actions of a field's own bindings by key."""
    return {
        key.strip(): binding.action
        for binding in bindings
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    }


_KEYS = editing_keys(Input.BINDINGS)


class LineInput(Input):
    """A field of one line whose editing keys, Enter among them, act in turn."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key in _KEYS:
            event.stop()
            event.prevent_default()
            await self.run_action(_KEYS[event.key])
            return
        await super()._on_key(event)
