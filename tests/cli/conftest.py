"""Running the command line in this process, with a user's arguments."""

from __future__ import annotations

import pytest
from support import Cli, Ran

from docanalyst.cli.app import run


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """cli("ask", "file.pdf", …) → Ran."""

    def call(*arguments: object) -> Ran:
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return Ran(code, captured.out, captured.err)

    return call
