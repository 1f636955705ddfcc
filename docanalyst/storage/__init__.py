"""The store: documents, sessions and turns in one SQLite file. The only user of SQLModel and sqlite3.

Names load on first use, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docanalyst.storage.ids import new_id
    from docanalyst.storage.store import Store

_HOMES = {
    "Store": "docanalyst.storage.store",
    "new_id": "docanalyst.storage.ids",
}
__all__ = ["Store", "new_id"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'docanalyst.storage' has no attribute {name!r}")
