"""The database: documents, sessions and turns in one SQLite file. The only user of SQLModel and sqlite3.

Names load on first use, so that importing this package is fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst._lazy import lazy_names

if TYPE_CHECKING:
    from docanalyst.storage.ids import new_id
    from docanalyst.storage.store import Store

__all__ = ["Store", "new_id"]
__getattr__ = lazy_names(__name__, {"Store": "store", "new_id": "ids"})
