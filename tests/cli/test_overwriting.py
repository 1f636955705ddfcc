"""What `-o` may replace: for every command that writes a file, each thing that may already be there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import SAMPLES, Cli, Ran

Write = Callable[..., Ran]
QUESTION = "How long do the duties of the Recipient continue?"
BRIEF = 'The NDA says: "Neither Party is obliged to disclose any particular information".'
POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions and links")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with one session."""
    from docanalyst.cli.app import run

    data = tmp_path_factory.mktemp("kept")
    nda = str(shutil.copy(SAMPLES / "mutual-nda.pdf", data / "nda.pdf"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCANALYST_DATA_DIR", str(data))
        patch.setenv("DOCANALYST_CONFIG", str(data / "config.toml"))
        assert run(["ask", nda, "-q", QUESTION, "--provider", "extractive", "--quiet"]) == 0
    return data


def _batch(cli: Cli, folder: Path, *rest: object) -> Ran:
    return cli("batch", folder / "nda.pdf", "-q", QUESTION, "--provider", "extractive", "--quiet", *rest)


def _export(cli: Cli, folder: Path, *rest: object) -> Ran:
    (found,) = cli("sessions", "list", "--json").json
    return cli("sessions", "export", found["id"], *rest)


def _verify(cli: Cli, folder: Path, *rest: object) -> Ran:
    return cli("verify", folder / "nda.pdf", "--answer", folder / "brief.md", *rest)


def _eval(cli: Cli, folder: Path, *rest: object) -> Ran:
    return cli("eval", folder, "--provider", "extractive", "--quiet", *rest)


def _backup(cli: Cli, folder: Path, dash: str, *rest: object) -> Ran:
    return cli("backup", *rest)


COMMANDS = {
    "batch csv": (_batch, "out.csv"),
    "batch xlsx": (_batch, "out.xlsx"),
    "batch jsonl": (_batch, "out.jsonl"),
    "batch md": (_batch, "out.md"),
    "export md": (_export, "out.md"),
    "export html": (_export, "out.html"),
    "export json": (_export, "out.json"),
    "export docx": (_export, "out.docx"),
    "export pdf": (_export, "out.pdf"),
    "verify html": (_verify, "out.html"),
    "verify docx": (_verify, "out.docx"),
    "verify pdf": (_verify, "out.pdf"),
    "eval svg": (_eval, "out.svg"),
    "backup": (_backup, "out.db"),
}


QUICK = ("batch csv", "export md", "verify html", "backup")


@pytest.fixture(
    params=[pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in COMMANDS]
)
def case(
    request: pytest.FixtureRequest, cli: Cli, session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Write, Path]:
    """A function that writes to a path with one command, and the path."""
    shutil.copytree(session, tmp_path / "data")
    folder = tmp_path / "matter"
    folder.mkdir()
    shutil.copy(SAMPLES / "mutual-nda.pdf", folder / "nda.pdf")
    (folder / "brief.md").write_text(BRIEF, encoding="utf-8")
    question = {"id": "q", "documents": ["nda.pdf"], "question": QUESTION, "answerable": False}
    (folder / "questions.jsonl").write_text(json.dumps(question) + "\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    command, name = COMMANDS[request.param]

    def write(target: Path, *rest: object) -> Ran:
        return command(cli, folder, "-o", target, *rest)

    return write, folder / name


def test_a_file_of_other_origin_is_refused_and_replaced_only_on_demand(case: tuple[Write, Path]) -> None:
    write, target = case
    target.write_text("mine", encoding="utf-8")
    ran = write(target)
    assert ran.code == 2
    assert target.name in ran.err and "--overwrite" in ran.err
    assert target.read_text(encoding="utf-8") == "mine"
    assert write(target, "--overwrite").code == 0
    assert target.read_bytes() != b"mine"


@POSIX
def test_our_own_file_is_written_again_with_mode_600(case: tuple[Write, Path]) -> None:
    write, target = case
    for _ in range(2):
        assert write(target).code == 0
        assert target.stat().st_mode & 0o777 == 0o600
        target.chmod(0o644)
    assert not [path for path in target.parent.iterdir() if path.name.startswith(".")]


def test_our_own_file_changed_since_is_refused(case: tuple[Write, Path]) -> None:
    write, target = case
    assert write(target).code == 0
    with target.open("ab") as file:
        file.write(b"a note of mine")
    before = target.read_bytes()
    ran = write(target)
    if target.suffix == ".csv":
        # A table with a reviewer's changes is written again, and the changed one kept.
        assert ran.code == 0
        assert [copy.read_bytes() for copy in target.parent.glob("out.changed-*.csv")] == [before]
        return
    if target.suffix == ".xlsx":
        # Bytes after the end of a workbook are no change of it.
        assert ran.code == 0
        return
    assert ran.code == 2 and "was changed after docanalyst wrote it" in ran.err
    assert target.read_bytes() == before


@POSIX
def test_an_input_is_never_replaced(case: tuple[Write, Path], session: Path) -> None:
    write, target = case
    document = target.parent / "nda.pdf"
    if target.suffix == ".db":
        document = target.parent.parent / "data" / "docanalyst.db"
    elif "export" in os.environ["PYTEST_CURRENT_TEST"]:
        document = session / "nda.pdf"
    before = document.read_bytes()
    for link in (os.link, os.symlink):
        link(document, target)
        for rest in ((), ("--overwrite",)):
            ran = write(target, *rest)
            assert ran.code == 2 and ("is an input" in ran.err or "the database itself" in ran.err)
        target.unlink()
    if target.suffix != ".db":
        assert document.read_bytes() == before


@POSIX
def test_a_link_is_followed_and_stays(case: tuple[Write, Path]) -> None:
    write, target = case
    elsewhere = target.parent.parent / "elsewhere"
    elsewhere.mkdir()
    real = elsewhere / f"real{target.suffix}"
    target.symlink_to(real)
    assert write(target).code == 0
    assert target.is_symlink() and real.is_file() and not real.is_symlink()
    real.write_text("mine", encoding="utf-8")
    assert write(target).code == 2
    assert real.read_text(encoding="utf-8") == "mine"
    target.unlink()
    target.symlink_to(target.name)
    assert write(target).code == 2
    target.unlink()
    target.symlink_to("nda.pdf")
    before = (target.parent / "nda.pdf").read_bytes()
    assert write(target).code == 2
    assert (target.parent / "nda.pdf").read_bytes() == before


def test_a_folder_is_refused(case: tuple[Write, Path]) -> None:
    write, target = case
    if target.suffix == ".db":
        return
    target.mkdir()
    ran = write(target, "--overwrite")
    assert ran.code == 2 and "is a folder" in ran.err


@POSIX
def test_a_read_only_file_and_a_special_file_are_refused(case: tuple[Write, Path]) -> None:
    write, target = case
    assert write(target).code == 0
    target.chmod(0o400)
    before = target.read_bytes()
    for rest in ((), ("--overwrite",)):
        ran = write(target, *rest)
        assert ran.code == 2 and "is read-only" in ran.err
    assert target.read_bytes() == before
    target.unlink()
    os.mkfifo(target)
    ran = write(target, "--overwrite")
    assert ran.code == 2 and "not a regular file" in ran.err
