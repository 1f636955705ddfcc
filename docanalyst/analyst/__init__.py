"""The application service: documents and a question in, typed events out. No UI, SQL or HTTP in here."""

from docanalyst.analyst.options import AskOptions
from docanalyst.analyst.planning import Plan
from docanalyst.analyst.service import Analyst

__all__ = ["Analyst", "AskOptions", "Plan"]
