"""`python -m docanalyst.providers.catalog check`: the catalog beside the newest public price lists."""

from __future__ import annotations

import sys

from docanalyst.providers.catalog.checking import main

sys.exit(main(sys.argv[1:]))
