"""Makes the module that writes Word files importable by the tests of this folder."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_spec = importlib.util.spec_from_file_location("makeword", Path(__file__).with_name("makeword.py"))
assert _spec is not None and _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
sys.modules["makeword"] = _module
_spec.loader.exec_module(_module)
