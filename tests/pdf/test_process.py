"""The limited process: what takes it down takes nothing else down."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import HOSTILE, form
from makepdf import line, make_pdf

from docanalyst.domain.errors import DocumentError
from docanalyst.pdf import limits, read_document
from docanalyst.pdf.sandbox import frames, process

WritePdf = Callable[..., Path]


@pytest.fixture(autouse=True)
def no_leftovers() -> Iterator[None]:
    """Each test starts and ends without waiting processes."""
    process.end_idle()
    yield
    process.end_idle()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_contained(tmp_path: Path, write_pdf: WritePdf, name: str) -> None:
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(HOSTILE[name]())
    try:
        document = read_document(path, ocr="off")
        assert sum(len(page.text) for page in document.pages) < 10_000
    except DocumentError as error:
        assert path.name in error.message and error.hint
    assert read_document(write_pdf([line("All is well.")])).pages[0].text == "All is well."


def test_one_bad_page_does_not_lose_the_others(tmp_path: Path) -> None:
    made = make_pdf(
        [line("Before it."), b"/X Do", line("After it.")],
        resources="/XObject<</X 11 0 R>>",
        extra=[form(b"/X Do /X Do", b"/X 11 0 R")],
    )
    path = tmp_path / "mixed.pdf"
    path.write_bytes(made)
    document = read_document(path, ocr="off")
    assert [page.text for page in document.pages] == ["Before it.", "", "After it."]
    assert any(warning.startswith("Page 2 could not be read: it ") for warning in document.warnings)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_page_that_takes_too_long_does_not_lose_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAGE_CPU_SECONDS", 0.3)
    made = make_pdf(
        [line("Before it."), b"/X Do", line("After it.")],
        resources="/XObject<</X 11 0 R>>",
        extra=[form(b"/X Do /X Do", b"/X 11 0 R")],
    )
    path = tmp_path / "slow.pdf"
    path.write_bytes(made)
    document = read_document(path, ocr="off")
    assert [page.text for page in document.pages] == ["Before it.", "", "After it."]
    assert "Page 2 could not be read: it takes more than 0.3 s of processor time" in document.warnings[0]


def test_a_file_of_breaking_pages_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAGE_CPU_SECONDS", 0.3)
    monkeypatch.setattr(limits, "MAX_LOST_SECONDS", 0.0)
    made = make_pdf(
        [line("Before it."), b"/X Do", b"/X Do", line("After it.")],
        resources="/XObject<</X 13 0 R>>",
        extra=[form(b"/X Do /X Do", b"/X 13 0 R")],
    )
    path = tmp_path / "bombs.pdf"
    path.write_bytes(made)
    with pytest.raises(DocumentError, match="crashed or exceeded its limits on pages 2-3"):
        read_document(path, ocr="off")
    assert read_document(path, pages="1", ocr="off").pages[0].text == "Before it."


def test_a_range_avoids_a_page_over_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(HOSTILE["long_page"]())
    with pytest.raises(DocumentError, match=r"Page 2 of long\.pdf has 26\d,\d+ characters, over the limit"):
        read_document(path)
    assert read_document(path, pages="1").pages[0].text == "First page."


def test_a_range_of_an_endless_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "endless.pdf"
    path.write_bytes(HOSTILE["many_kids"]())
    with pytest.raises(DocumentError, match="200,000 pages, over the limit of 5,000"):
        read_document(path)
    document = read_document(path, pages="7-9")
    assert [page.number for page in document.pages] == [7, 8, 9] and document.page_count == 200_000


def test_a_killed_process_is_replaced(write_pdf: WritePdf) -> None:
    path = write_pdf([line("Some words.")])
    read_document(path)
    (idle,) = process._idle
    idle._process.kill()
    idle._process.wait()
    assert read_document(path).pages[0].text == "Some words."


def test_a_process_that_sleeps_is_ended(write_pdf: WritePdf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_BOOT", "import sys; sys.stdin.buffer.read()")
    monkeypatch.setattr(limits, "STALL_SECONDS", 0.3)
    with pytest.raises(DocumentError, match="took too long"):
        read_document(write_pdf([line("x")]))


@pytest.mark.parametrize(
    "code", ["import os; os.abort()", "import sys; sys.exit(3)", "print('no message'); input()"]
)
def test_a_process_that_fails_at_once_is_an_error_of_the_document(
    write_pdf: WritePdf, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr(process, "_BOOT", code)
    with pytest.raises(DocumentError, match="cannot be read"):
        read_document(write_pdf([line("x")]))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_processor_time_is_bounded_even_in_foreign_code() -> None:
    code = (
        "from docanalyst.pdf import limits; limits.limit_this_process(); limits.limit_processor_time(0.2)\n"
        "import zlib\nwhile True: zlib.compress(bytes(10_000_000), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGPROF


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread watches the memory")
def test_memory_is_bounded() -> None:
    code = "from docanalyst.pdf import limits; limits.limit_this_process(256 << 20); bytearray(1 << 30)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"MemoryError" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread watches the memory")
def test_a_request_may_be_given_less_memory_and_the_next_one_all_of_it() -> None:
    code = (
        "from docanalyst.pdf import limits; limits.limit_this_process(512 << 20)\n"
        "limits.limit_memory(128 << 20)\n"
        "try: bytearray(256 << 20)\n"
        "except MemoryError: print('refused')\n"
        "limits.limit_memory(1 << 40)\n"
        "print(len(bytearray(256 << 20)))\n"
        "bytearray(1 << 30)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["refused", str(256 << 20)] and "MemoryError" in done.stderr


def test_a_file_that_broke_the_parser_gets_less_memory(
    write_pdf: WritePdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []
    ask = process.ParsingProcess.ask

    def breaking(self: process.ParsingProcess, request: dict[str, Any]) -> Iterator[Any]:
        asked.append((request["task"], request["memory"]))
        for answer in ask(self, request):
            if request["task"] == "open" and answer[0].get("number") == 2:
                self.kill()
                raise process.ProcessDied("makes the PDF parser crash")
            yield answer

    monkeypatch.setattr(process.ParsingProcess, "ask", breaking)
    document = read_document(write_pdf([line(f"This is page {n} of it") for n in range(1, 5)]))
    assert [page.text for page in document.pages][::2] == ["This is page 1 of it", "This is page 3 of it"]
    assert not document.pages[1].text and "page 2" in " ".join(document.warnings).lower()
    assert asked == [("open", limits.MEMORY_BYTES), ("read", limits.LESS_MEMORY_BYTES)]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no /proc")
def test_a_process_that_waits_holds_no_file_open(write_pdf: WritePdf) -> None:
    path = write_pdf([line("Words.")])
    read_document(path)
    (waiting,) = process._idle
    held = {fd.readlink() for fd in Path(f"/proc/{waiting._process.pid}/fd").iterdir()}
    assert held and path not in held


def test_the_process_gets_no_keys_and_nothing_from_the_working_directory(
    write_pdf: WritePdf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk_secret")
    (tmp_path / "json.py").write_text("raise SystemExit('taken over')")
    (tmp_path / "pypdfium2_raw.py").write_text("raise SystemExit('taken over')")
    path = write_pdf([line("Words.")])
    monkeypatch.chdir(tmp_path)
    assert read_document(path).pages[0].text == "Words."
    assert "GROQ_API_KEY" not in process._environment()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_program_starts_its_own_processes(write_pdf: WritePdf) -> None:
    code = (
        "import os, sys\nfrom docanalyst.pdf import read_document\n"
        "from docanalyst.pdf.sandbox import process\n"
        "read_document(sys.argv[1])\nassert len(process._idle) == 1\npid = os.fork()\n"
        "if pid == 0:\n    assert not process._idle\n    read_document(sys.argv[1])\n    os._exit(0)\n"
        "assert os.waitpid(pid, 0)[1] == 0\nprint(read_document(sys.argv[1]).pages[0].text)"
    )
    path = write_pdf([line("Words.")])
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=True, text=True)
    assert done.stdout == "Words.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupt_from_the_keyboard_reaches_the_program_only(write_pdf: WritePdf) -> None:
    read_document(write_pdf([line("Words.")]))
    (idle,) = process._idle
    assert os.getpgid(idle._process.pid) != os.getpgid(0)


def test_processes_end_with_their_program(write_pdf: WritePdf) -> None:
    code = (
        "import sys, os\nfrom docanalyst.pdf import read_document\n"
        "from docanalyst.pdf.sandbox import process\n"
        "read_document(sys.argv[1]); print(process._idle[0]._process.pid, flush=True); os._exit(0)"
    )
    path = write_pdf([line("Words.")])
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=True, text=True)
    pid = int(done.stdout)
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        threading.Event().wait(0.02)
    state = Path(f"/proc/{pid}/stat").read_text().split()[2] if Path(f"/proc/{pid}/stat").exists() else "Z"
    assert state == "Z", "the process outlived its program"


def test_a_broken_callback_leaves_no_process_half_way(write_pdf: WritePdf) -> None:
    path = write_pdf([line(f"Page {n} of words") for n in range(50)])

    def broken(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_document(path, progress=broken)
    assert len(read_document(path).pages) == 50


def test_messages_that_break_off_or_lie_are_refused(tmp_path: Path) -> None:
    import io

    stream = io.BytesIO()
    frames.write_frame(stream, {"event": "page", "text": "ünï\ud800"}, b"payload")
    stream.seek(0)
    message, payload = frames.read_frame(stream) or ({}, b"")
    assert message["text"] == "ünï\ud800" and payload == b"payload"
    assert frames.read_frame(io.BytesIO(b"")) is None
    for data in (b"\0\0\0\5{}", b"\xff\xff\xff\xff", b"\0\0\0\2[]", b"\0\0\0\3\xff{}"):
        with pytest.raises(frames.BrokenFrame):
            frames.read_frame(io.BytesIO(data))


def test_long_documents_are_read_by_several_processes(
    write_pdf: WritePdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAGES_PER_PROCESS", 4)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    started: list[int] = []
    start = process.ParsingProcess.__init__

    def counted(self: process.ParsingProcess) -> None:
        started.append(1)
        start(self)

    monkeypatch.setattr(process.ParsingProcess, "__init__", counted)
    document = read_document(write_pdf([line(f"This is page {n} of it") for n in range(25)]))
    assert [page.text for page in document.pages] == [f"This is page {n} of it" for n in range(25)]
    assert len(started) == 3


def test_a_file_is_opened_anew_now_and_then_and_goes_on_where_it_was(write_pdf: WritePdf) -> None:
    path = write_pdf([line(f"This is page {n} of it") for n in range(2 * limits.PAGES_BEFORE_REOPENING + 5)])
    read = read_document(path)
    assert all(page.text == f"This is page {n} of it" for n, page in enumerate(read.pages))
    assert len(read.pages) == 2 * limits.PAGES_BEFORE_REOPENING + 5
