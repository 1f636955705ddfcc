"""The examples are true: every command line of README and help texts runs, and prints what is shown.

The documents that examples name (`contract.pdf`, `deal/` …) are made of the samples. What needs a key, a
network or a person at a terminal is left out by name, and nothing else is.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import click
import pytest
from support import ROOT, SAMPLES

from docanalyst.cli.app import COMMANDS, app

README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docanalyst" / "help").glob("*.md")}
LEFT_OUT = (
    (r"--provider (groq|vllm|office|NAME)|--live|GROQ_API_KEY|^docanalyst bench", "a key, or a server"),
    (r"^docanalyst (tui|serve)\b|^docanalyst [\w.]+(\.pdf|/)( |$)", "a terminal or a browser"),
    (r"batch status|RUN|--provider-batch", "a run at a provider"),
    (r"(^| )…|COMMAND|TOPIC|DIR|OLD NEW|^docanalyst (pack|keys set)$", "no whole command"),
    (r"^docanalyst mcp\b.*--http", "a program that calls it"),
    (r"^docanalyst prompts (new|check|edit) NAME", "a name of one's own"),
)
"""What is not run here: a pattern of the command line, and what it needs."""
QUOTE = "The Customer shall pay each valid and undisputed invoice within 30 days after it receives it."

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="examples are written for a POSIX shell")


def _of_the_help() -> Iterator[tuple[str, str]]:
    def walk(command: click.Command, name: str) -> Iterator[tuple[str, str]]:
        for example in getattr(command, "examples", ()):
            yield f"{name} --help", re.split(r"\s{3,}", example)[0]
        if isinstance(command, click.Group) and command is not app:
            for below in command.commands.values():
                yield from walk(below, f"{name} {below.name}")

    yield from walk(app, "docanalyst")
    for name, (module, _) in COMMANDS.items():
        yield from walk(importlib.import_module(f"docanalyst.cli.{module}").command, f"docanalyst {name}")


def _of_a_text(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Command lines in `backticks`, and those that begin a line of a block that shows no output."""
    block = None
    for line in text.splitlines():
        if line.startswith("```"):
            block = line[3:] if block is None else None
        elif block is None:
            for code in re.findall(r"`([^`]+)`", line):
                if code.startswith("docanalyst "):
                    yield name, code
        elif block in ("", "sh", "bash") and line.startswith("docanalyst "):
            yield name, re.split(r"\s{2,}#", line)[0]


def _needs(line: str) -> str:
    if ".gguf" in line:
        return "the file of a model"
    if line.startswith("docanalyst pack "):  # nothing leaves the machine, whichever provider is named
        return ""
    return next((need for pattern, need in LEFT_OUT if re.search(pattern, line)), "")


EXAMPLES = list(dict.fromkeys([*_of_the_help(), *_of_a_text("README.md", README)]))
for name, text in TEXTS.items():
    EXAMPLES += _of_a_text(name, text) if name != "benchmarks.md" else ()
RUN = [(place, line) for place, line in EXAMPLES if not _needs(line)]
SHOWN = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every document that the examples name is there, and a session was held."""
    from docx import Document as WordFile
    from pypdf import PdfWriter

    folder = tmp_path_factory.mktemp("examples")
    agreement, amendment, nda = (
        SAMPLES / f"{name}.pdf" for name in ("services-agreement", "first-amendment", "mutual-nda")
    )
    shutil.copytree(SAMPLES, folder / "samples", ignore=shutil.ignore_patterns("sources"))
    for name in ("contract", "agreement", "signed", "lease", "scan", "a"):
        shutil.copy(agreement, folder / f"{name}.pdf")
    for name, source in (("amendment", amendment), ("draft", amendment), ("nda", nda)):
        shutil.copy(source, folder / f"{name}.pdf")
    long = PdfWriter()
    for _ in range(3):
        long.append(agreement)
    for name in ("report", "b"):
        long.write(folder / f"{name}.pdf")
    for name in (
        "annexes",
        "contracts",
        "deal",
        "deals/first",
        "exhibits",
        "folder",
        "home/matters",
        "matter",
        "matters",
        "ndas",
        "papers",
        "sources",
    ):
        (folder / name).mkdir(parents=True)
        shutil.copy(agreement if name == "exhibits" or name == "sources" else nda, folder / name / "one.pdf")
        shutil.copy(amendment, folder / name / "two.pdf")
    brief = WordFile()
    brief.add_paragraph(f"Payment is due soon: “{QUOTE}”")
    for name in ("brief", "draft", "signed"):
        brief.save(str(folder / f"{name}.docx"))
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@example.com", "b@example.com", "Notice"
    letter.set_content("The lease ends on 31 March 2028.")
    lease = (folder / "lease.pdf").read_bytes()
    letter.add_attachment(lease, maintype="application", subtype="pdf", filename="lease.pdf")
    (folder / "notice.eml").write_bytes(letter.as_bytes())
    page = f"<html><body><h1>Notice</h1><p>{QUOTE}</p></body></html>"
    (folder / "page.html").write_text(page, encoding="utf-8")
    (folder / "quotes.jsonl").write_text(json.dumps({"id": "1", "quote": QUOTE}) + "\n", encoding="utf-8")
    for name in ("bin", "home/.zfunc", "home/.config/fish/completions"):
        (folder / name).mkdir(parents=True)
    (folder / "home/.local/share/bash-completion/completions").mkdir(parents=True)
    program = folder / "bin" / "docanalyst"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m docanalyst "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    held = _shell("docanalyst ask contract.pdf -q 'When must the Customer pay an invoice?' --json", folder)
    session = json.loads(held.stdout)["session_id"]
    (folder / "session").write_text(session, encoding="utf-8")
    (folder / "turn").write_text(json.loads(held.stdout)["turn_id"], encoding="utf-8")
    assert _shell(f"docanalyst sessions export {session} -o session.json", folder).returncode == 0
    return folder


KEYRING = """
import pathlib
from types import SimpleNamespace

class KeyringError(Exception):
    pass

errors = SimpleNamespace(KeyringError=KeyringError)
folder = pathlib.Path(__file__).parent

def get_password(app, name):
    place = folder / f"{app}-{name}"
    return place.read_text() if place.exists() else None

def set_password(app, name, key):
    (folder / f"{app}-{name}").write_text(key)

def delete_password(app, name):
    (folder / f"{app}-{name}").unlink()
"""
"""The package keyring, as far as it is used, over files: a test has no keyring of a system."""


def _shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command line in the folder of documents: no keys, the network as the tests leave it, its own home."""
    environment = {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "HOME": str(folder / "home"),
        "PYTHONPATH": str(ROOT),
        "DOCANALYST_DATA_DIR": str(folder / "data"),
        "DOCANALYST_CONFIG": str(folder / "config.toml"),
        "EDITOR": "true",
        "LC_ALL": "C.UTF-8",
    }
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.mark.slow
@pytest.mark.parametrize(("place", "line"), RUN, ids=[f"{place}: {line}" for place, line in RUN])
def test_an_example_runs(place: str, line: str, world: Path, tmp_path: Path) -> None:
    session = (world / "session").read_text(encoding="utf-8")
    line = re.sub(r"\b7c1d\b", (world / "turn").read_text(encoding="utf-8"), line)
    line = re.sub(r"\b4f2a\b|\bID\b", session, line).replace('"…"', '"When does it end?"')
    if re.search(r"sessions (delete|rename)", line):
        asked = _shell("docanalyst ask nda.pdf -q 'How long?' --json", world)
        line = line.replace(session, json.loads(asked.stdout)["session_id"])
    if "config init" in line or "sessions import" in line:  # neither replaces what is there
        (world / "config.toml").unlink(missing_ok=True)
        line = f"DOCANALYST_DATA_DIR={tmp_path} {line}"
    if "docanalyst forget" in line:
        line = f"export DOCANALYST_DATA_DIR={tmp_path}; docanalyst ask lease.pdf -q Rent? && {line} --yes"
    if "prompts new" in line:
        line = f"HOME={tmp_path} DOCANALYST_CONFIG={tmp_path}/config.toml {line}"
    if "docanalyst keys" in line:
        (tmp_path / "keyring.py").write_text(KEYRING, encoding="utf-8")
        ring = f"export PYTHONPATH={tmp_path}:$PYTHONPATH"
        line = f"{ring}; echo key-of-no-one | docanalyst keys set groq && echo key-of-no-one | {line}"
    done = _shell(line, world)
    assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("block", SHOWN, ids=[block.splitlines()[0][:60] for block in SHOWN])
def test_what_the_readme_shows_is_printed(block: str, world: Path, tmp_path: Path) -> None:
    command, *expected = block.rstrip("\n").splitlines()
    assert command.startswith("$ ")
    done = _shell(f"DOCANALYST_DATA_DIR={tmp_path} {command.removeprefix('$ ')}", world)
    printed = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
    place = 0
    for line in filter(None, (line.rstrip() for line in expected)):
        if line == "…":
            continue
        pattern = re.compile(".*?".join(map(re.escape, line.split("…"))) + "$")
        found = next((at for at in range(place, len(printed)) if pattern.match(printed[at])), None)
        assert found is not None, f"{line!r} is not printed, or not in this place:\n" + "\n".join(printed)
        place = found + 1


def test_the_readme_shows_output() -> None:
    assert len(SHOWN) >= 3
    assert len(RUN) > 40


def test_the_first_command_of_the_readme_works_here(world: Path) -> None:
    """Its end, after the installation, which CI does."""
    (block,) = re.findall(r"<!-- try -->\n```\w*\n(.*?)```", README, re.DOTALL)
    ask = block.strip().rpartition(".venv/bin/")[2]
    assert ask.startswith("docanalyst ask samples/")
    done = _shell(ask, world)
    assert done.returncode == 0
    assert "✓ verified" in done.stdout


def test_links_and_anchors_of_the_texts_lead_somewhere() -> None:
    for folder, text in ((ROOT, README), *((ROOT / "docanalyst" / "help", text) for text in TEXTS.values())):
        for link in re.findall(r"\]\(([^)#]+)\)", text):
            assert link.startswith("http") or (folder / link).exists(), link


def test_every_extra_and_exit_code_that_the_readme_names_is_there() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (named,) = re.findall(r"^Extras: (.*)$", README, re.MULTILINE)
    for extra in re.findall(r"`(\w[\w-]*)`", named):
        assert extra in project["optional-dependencies"]


def test_every_command_gives_an_example() -> None:
    with_examples = {place.removesuffix(" --help").removeprefix("docanalyst ") for place, _ in _of_the_help()}

    def names(command: click.Command, name: str) -> Iterator[str]:
        if isinstance(command, click.Group) and name == "batch":
            yield from (f"batch {below}" for below in command.commands)
        elif isinstance(command, click.Group):
            yield name
            for below in command.commands.values():
                yield from names(below, f"{name} {below.name}")
        else:
            yield name

    commands = (
        importlib.import_module(f"docanalyst.cli.{module}").command for module, _ in COMMANDS.values()
    )
    missing = [
        name
        for top, command in zip(COMMANDS, commands, strict=True)
        for name in names(command, top)
        if name not in with_examples
    ]
    assert missing == []
