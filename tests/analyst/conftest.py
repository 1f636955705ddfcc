"""Documents to ask over."""

from __future__ import annotations

import pytest
from doubles import LEASE

from docanalyst.domain.documents import Document


@pytest.fixture
def lease() -> Document:
    """A lease of three pages."""
    return LEASE
