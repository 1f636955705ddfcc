"""`docanalyst doctor`: check what is installed and what is missing."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable
from importlib import metadata
from importlib.util import find_spec
from typing import Any

import click

from docanalyst._version import __version__
from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand
from docanalyst.domain.errors import DocanalystError, install_extra

_EXTRAS = {
    "office": "docx",
    "web": "textual_serve",
    "ocr": "rapidocr",
    "cluster": "distributed",
    "vertex": "google.auth",
    "local": "xllamacpp",
}
"""extra → a package that it installs."""
_PACKAGES = ("langchain-core", "httpx", "pypdf", "pypdfium2", "tiktoken", "sqlmodel", "textual", "click")


@click.command(
    "doctor",
    cls=GlobalsCommand,
    examples=("docanalyst doctor", "docanalyst doctor --offline --json", "docanalyst doctor --repair"),
)
@click.option("--repair", is_flag=True, help="Repair the database if possible.")
@click.option("--offline", is_flag=True, help="Do not contact the configured providers.")
@click.pass_obj
def command(shared: Globals, repair: bool, offline: bool) -> int:
    """Check the installation, API keys, database and providers; exit with code 1 if a check fails."""
    if repair:
        return _repair(shared)
    checks = [_check(name, run, shared) for name, run in _CHECKS]
    if not offline and all(check["ok"] for check in checks if check["name"] in ("settings", "providers")):
        checks += _reachable(shared)
    if shared.json:
        output.data_json({"version": __version__, "checks": checks})
    else:
        for check in checks:
            mark = output.styled("ok  ", fg="green") if check["ok"] else output.styled("FAIL", fg="red")
            output.data(mark, f"  {check['name']:<13} {check['detail']}")
            if check["hint"]:
                output.data(f"      {check['hint']}")
    return 0 if all(check["ok"] for check in checks) else 1


def _check(name: str, run: Callable[[Globals], str], shared: Globals) -> dict[str, Any]:
    try:
        return {"name": name, "ok": True, "detail": run(shared), "hint": ""}
    except DocanalystError as error:
        return {"name": name, "ok": False, "detail": error.message, "hint": error.hint}
    except (ImportError, OSError) as error:
        return {"name": name, "ok": False, "detail": str(error), "hint": "Reinstall docanalyst."}


def _reachable(shared: Globals) -> list[dict[str, Any]]:
    """Return one check for each configured provider: whether it answers and which window it states."""
    import asyncio

    from docanalyst.providers.live.live import probe_all

    analyst = shared.analyst()
    checks = []
    for live in asyncio.run(probe_all(analyst.catalog, analyst.settings.lookup, timeout=5.0)):
        windows = [model.window for model in live.models if model.window]
        largest = f", windows up to {max(windows):,}" if windows else ""
        detail = live.error or f"{live.address}: {len(live.models)} models{largest}, {live.seconds:.1f} s"
        checks.append({"name": live.provider, "ok": not live.error, "detail": detail, "hint": live.hint})
    return checks


def _repair(shared: Globals) -> int:
    from docanalyst.storage import Store

    found = Store.repair(shared.settings().store_path)
    if shared.json:
        output.data_json(
            {
                "found": list(found.found),
                "done": list(found.done),
                "kept": str(found.kept) if found.kept else None,
                "rows": dict(found.rows),
                "lost": list(found.lost),
            }
        )
        return 0
    for line in found.found or ("The database is intact.",):
        output.data(line)
    for line in found.done:
        output.data(f"  {line}")
    for line in found.lost:
        output.data(f"  lost: {line}")
    if found.kept and not found.lost:
        output.data("  lost: nothing that a saved row refers to.")
    if found.kept:
        output.data(f"The damaged file was saved as {found.kept}.")
    return 0


def _program(shared: Globals) -> str:
    system = f"{platform.system()} {platform.machine()}"
    return f"docanalyst {__version__}, Python {platform.python_version()}, {system}"


def _packages(shared: Globals) -> str:
    return ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)


def _extras(shared: Globals) -> str:
    here = [name for name, package in _EXTRAS.items() if _is_installed(package)]
    missing = [name for name in _EXTRAS if name not in here]
    rest = f"not installed: {', '.join(missing)}. {install_extra(missing[0])}" if missing else ""
    return "; ".join(filter(None, (", ".join(here), rest)))


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def _settings(shared: Globals) -> str:
    from docanalyst.settings import config_path

    shared.settings()
    path = config_path(shared.config)
    return f"{path}{'' if path.exists() else ' not found; using defaults'}"


def _tokens(shared: Globals) -> str:
    from docanalyst.domain.errors import StorageError
    from docanalyst.tokens import qwen3

    if qwen3.encode("docanalyst </think>") != [5236, 48821, 597, 220, 151668]:
        raise StorageError("The Qwen3 vocabulary is damaged.", "Reinstall docanalyst.")
    return "Qwen3 token counts are exact and offline"


def _reader(shared: Globals) -> str:
    from docanalyst.pdf.ocr.tesseract import find_recognizer
    from docanalyst.pdf.ocr.words import INSTALL_OCR

    recognizer = find_recognizer()
    scans = f"OCR by {recognizer.name}" if recognizer else f"scans cannot be read: {INSTALL_OCR}"
    return f"pdfium reads PDFs; {scans}"


def _store(shared: Globals) -> str:
    analyst = shared.analyst()
    counts = analyst.store.reports.counts()
    writable = os.access(analyst.settings.data_dir, os.W_OK)
    held = f"sessions: {counts['sessions']:,}, documents: {counts['documents']:,}"
    return f"{analyst.store.path}, {held}{'' if writable else ', read-only'}"


def _left_over(shared: Globals) -> str:
    from docanalyst.domain.errors import StorageError
    from docanalyst.exporters.presentation import figures

    maintenance = shared.analyst().store.maintenance
    unfinished = maintenance.unfinished_purges()
    if unfinished:
        raise StorageError(
            f"{figures.count(unfinished, 'purge')} not finished: another program is reading the database.",
            "Close it, then start docanalyst again.",
        )
    found = maintenance.orphans()
    if not (found.documents or found.answers or found.replies or found.readings):
        return "nothing is stored beyond your sessions"
    parts = [figures.count(found.documents, "document")] if found.documents else []
    parts += [figures.count(found.answers, "batch answer")] if found.answers else []
    if found.replies:
        replies = figures.count(found.replies, "collected answer")
        parts.append(f"{replies} not checked yet (`docanalyst batch collect` checks them)")
    if found.readings:
        parts.append(f"{figures.count(found.readings, 'cached reading')} ({found.bytes / 1e6:.1f} MB)")
    return (
        f"held by no session: {', '.join(parts)}; `docanalyst sessions delete --purge --orphans` removes them"
    )


def _keys(shared: Globals) -> str:
    analyst = shared.analyst()
    ready = [entry.name for entry in analyst.catalog if entry.is_configured(analyst.settings.lookup)]
    found = f"configured: {', '.join(ready)}" if ready else "no API key found"
    return f"{found}; offline answers (provider extractive) always work"


def _model_file(shared: Globals) -> str:
    """The model file that is configured, and how large a context of it fits into memory now."""
    from docanalyst.analyst.setup.overview import named_file

    choice = named_file(shared.analyst(), shared.provider, shared.model)
    if choice is None:
        return "none named; `docanalyst help local` says how to run one here"
    from docanalyst.providers.local.files import in_memory

    return in_memory(choice.spec)


def _prompts(shared: Globals) -> str:
    from docanalyst.prompts import list_prompts

    return f"{len(list_prompts(shared.settings().prompts_dir))} prompts"


def _terminal(shared: Globals) -> str:
    size = shutil.get_terminal_size()
    return f"{size.columns}×{size.lines}, {sys.stdout.encoding}"


_CHECKS: tuple[tuple[str, Callable[[Globals], str]], ...] = (
    ("program", _program),
    ("packages", _packages),
    ("extras", _extras),
    ("settings", _settings),
    ("tokens", _tokens),
    ("reader", _reader),
    ("store", _store),
    ("leftovers", _left_over),
    ("providers", _keys),
    ("model file", _model_file),
    ("prompts", _prompts),
    ("terminal", _terminal),
)
