"""Authorities that a text cites, and what the documents say of them."""

from __future__ import annotations

from docanalyst.domain.answers.authorities.finding import Authority, authorities
from docanalyst.domain.answers.authorities.pairing import foreign_authorities, mispaired_cases

__all__ = ["Authority", "authorities", "foreign_authorities", "mispaired_cases"]
