"""Word and other office files as PDF, by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docanalyst.domain.errors import DocumentError
from docanalyst.formats.detection import OPENDOCUMENT, RTF, WORD

CONVERTED = (WORD, OPENDOCUMENT, RTF)
"""Kinds of files that are converted; the others have no pages, or are PDFs."""

SECONDS = 120.0
"""Wall-clock time for one file. 320 pages take 4 s, and the first start of LibreOffice 3 s."""

_NAMES = ("soffice", "libreoffice")
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "2"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
"""A profile in which no macro runs, no link is followed, and the network ends at a closed port."""


def find_office() -> str | None:
    """The program of LibreOffice on this machine; None where it is not installed."""
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    return next((place for place in _PLACES if Path(place).is_file()), None)


@contextmanager
def as_pdf(place: Path, given: str, *, seconds: float = SECONDS) -> Iterator[Path]:
    """A copy of an office file as PDF, deleted at the end. Raises DocumentError.

    Args:
        place: The file.
        given: Its path as the user gave it.
        seconds: Wall-clock time after which LibreOffice and all that it started are ended.
    """
    office = find_office()
    if office is None:
        raise DocumentError(
            f"{place.name} cannot be read as PDF: LibreOffice is not installed.",
            "Install LibreOffice, or leave out --as-pdf to read the file itself.",
            path=given,
        )
    with tempfile.TemporaryDirectory(prefix="docanalyst-", ignore_cleanup_errors=True) as folder:
        profile = Path(folder, "profile", "user")
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_profile(), encoding="utf-8")
        # A name of our own: one that begins with a dash or has odd characters would be read as an option.
        source = Path(folder, f"document{place.suffix.lower()}")
        shutil.copyfile(place, source)
        command = [
            office,
            f"-env:UserInstallation={profile.parent.as_uri()}",
            *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
            *("--convert-to", "pdf", "--outdir", folder, str(source)),
        ]
        reason = _run(command, folder, seconds)
        made = source.with_suffix(".pdf")
        if reason or not made.is_file():
            raise DocumentError(
                f"{place.name} cannot be read as PDF: {reason or 'LibreOffice cannot open it'}.",
                "Leave out --as-pdf to read the file itself, or export it as PDF by hand.",
                path=given,
            )
        yield made


def _profile() -> str:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}">'
        f'<prop oor:name="{name}"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'


def _run(command: list[str], folder: str, seconds: float) -> str:
    """Run LibreOffice in a process group of its own, which ends with it. Returns why it failed, or ""."""
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=_environment(folder),
            **options,
        )
    except OSError as error:
        return f"LibreOffice cannot be started ({error.strerror or error})"
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return f"LibreOffice takes more than {seconds:g} s"
    finally:
        _end(process)
    return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started: its script leaves the program itself behind."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    process.wait()


def _environment(folder: str) -> dict[str, str]:
    """What LibreOffice needs of the environment: no keys of providers among it."""
    kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"HOME": folder}
