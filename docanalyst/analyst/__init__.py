"""The application service: takes documents and a question, yields typed events. Has no UI, SQL or HTTP."""

from docanalyst.analyst.options import AskOptions
from docanalyst.analyst.planning import Plan
from docanalyst.analyst.service import Analyst

__all__ = ["Analyst", "AskOptions", "Plan"]
