"""The terminal UI through a real pseudo-terminal: first paint, key to echo under a stream, 300 turns.

    python tests/benchmarks/bench_tui.py [--runs N] [--json]

First paint is measured beside a bare Textual app with an Input, the two in turn. Key to echo is measured in
one process, first at rest, then while an answer comes in at about 2,000 tokens a second. A session of 300
turns over a document of 500 pages is opened in a process that was measured before and after.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BARE = """
from textual.app import App
from textual.widgets import Input
class Bare(App):
    def compose(self):
        yield Input(placeholder="Ask about these documents")
Bare().run()
"""
PAINTED = b"sk about these documents"
MARKS = [chr(code) for code in (*range(0x391, 0x3A2), *range(0x3B1, 0x3C9), *range(0x410, 0x450))]
TOKENS = 30_000
PACE = 2_000
RATE = re.compile(r"([\d,]+) a second")
BAR_PAINT, BAR_ECHO = 1.5, 0.100

SESSION = """
import asyncio, json, resource, sys, time
from docanalyst.analyst import Analyst
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.tui.app import DocanalystApp

def rss():
    for line in open("/proc/self/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

PARAGRAPH = "The term runs for **five years**[^1], and the tenant may break on six months' notice. " * 4
LIST = "- first point of several words\\n- second point\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |\\n\\n"
ANSWER = PARAGRAPH + "\\n\\n" + LIST + PARAGRAPH
PAGE = "Each party shall comply with the terms of this Agreement and of its Schedules.\\n" * 40

async def main():
    analyst = Analyst()
    pages = tuple(Page(n, None, f"Page {n}\\n" + PAGE) for n in range(1, 501))
    document = Document("ab" * 32, "Long", pages, path="long.pdf")
    session = analyst.store.sessions.create("s" * 26, "Three hundred", [document])
    parent = None
    for n in range(300):
        turn = Turn(f"t{n:025d}", session.id, f"Question {n}?", "scripted", "m", parent_id=parent)
        analyst.store.turns.start(turn)
        import dataclasses
        turn = dataclasses.replace(turn, status=TurnStatus.COMPLETE, answer=f"Answer {n}. " + ANSWER)
        analyst.store.turns.finish(turn)
        parent = turn.id
    app = DocanalystApp(analyst)
    async with app.run_test(size=(140, 45)) as pilot:
        await app.ready()
        small = Document("cd" * 32, "Small", (Page(1, None, "A page of words."),), path="small.pdf")
        app.desk.replace_documents([small])
        app.main.documents_changed()
        while app.main.plan is None:
            await asyncio.sleep(0.05)
        before = rss()
        started = time.perf_counter()
        app.main.open_session(session.id)
        while not any("Answer 299." in strip.text for strip in app.screen._compositor.render_strips()):
            await asyncio.sleep(0.005)
        opened = time.perf_counter() - started
        while app.main.answers.view._waiting:
            await asyncio.sleep(0.01)
        laid_out = time.perf_counter() - started
        await asyncio.sleep(1.0)
        after = rss()
        times = []
        app.main.answers.view.focus()
        for _ in range(40):
            begun = time.perf_counter()
            painted = asyncio.Event()
            app.main.answers.view.action_page_up()
            app.main.answers.view.call_after_refresh(painted.set)
            await painted.wait()
            times.append(time.perf_counter() - begun)
        times.sort()
        print("RESULT", json.dumps({"before": before, "after": after, "opened": opened,
              "laid_out": laid_out, "page_up_p95": times[int(len(times) * 0.95)]}))
asyncio.run(main())
"""


class Terminal:
    """A program in a pseudo-terminal of 140 × 45."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execve(command[0], command, environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 140, 0, 0))

    def wait_for(self, wanted: bytes, seconds: float = 60.0) -> float | None:
        """Seconds until these bytes come out; None where they do not."""
        begun = time.perf_counter()
        seen = b""
        while time.perf_counter() - begun < seconds:
            ready, _, _ = select.select([self.fd], [], [], 0.2)
            if ready:
                try:
                    seen = seen[-64:] + os.read(self.fd, 65_536)
                except OSError:
                    return None
                if wanted in seen:
                    return time.perf_counter() - begun
        return None

    def drain(self, seconds: float) -> bytes:
        """Everything that comes out in so many seconds."""
        begun, seen = time.perf_counter(), b""
        while (left := seconds - (time.perf_counter() - begun)) > 0:
            ready, _, _ = select.select([self.fd], [], [], left)
            if ready:
                seen += os.read(self.fd, 65_536)
        return seen

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.fd, text.encode())

    def end(self) -> None:
        """End the program."""
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def environment(folder: str) -> dict[str, str]:
    """A terminal with colours, and directories of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "DOCANALYST_DATA_DIR": f"{folder}/data",
        "DOCANALYST_CONFIG": f"{folder}/config.toml",
        "DOCANALYST_PROVIDER": "scripted",
        "DOCANALYST_SCRIPT": f"{folder}/script.json",
    }


def first_paint(command: list[str], folder: str) -> float:
    """Seconds from starting a program to its line of input on the screen."""
    terminal = Terminal(command, environment(folder))
    try:
        if terminal.wait_for(PAINTED) is None:
            raise SystemExit("nothing was painted")
        return time.perf_counter() - terminal.started
    finally:
        terminal.end()


def echoes(terminal: Terminal, marks: list[str], pause: float) -> list[float]:
    """Seconds from each key to its character on the screen."""
    times = []
    for mark in marks:
        terminal.drain(pause)
        terminal.type(mark)
        took = terminal.wait_for(mark.encode(), 5.0)
        times.append(5.0 if took is None else took)
    return times


def key_to_echo(folder: str) -> tuple[list[float], list[float], float]:
    """Echo times at rest, and while an answer comes in; and the tokens a second that came in meanwhile."""
    document = Path(folder, "lease.txt")
    document.write_text("The rent is 45,000 a year.\n" * 200, encoding="utf-8")
    words = ["lorem ", "ipsum ", "dolor ", "**sit** ", "amet, ", "sed ", "do.\n\n- ", "eiusmod "]
    # Many at a time and often, at a little more than the pace: a pause lasts longer than it was asked to.
    steps = [{"answer": words[n % len(words)], "wait": 0.0 if n % 40 else 30 / PACE} for n in range(TOKENS)]
    Path(folder, "script.json").write_text(json.dumps([{"steps": steps}]), encoding="utf-8")
    terminal = Terminal([sys.executable, "-m", "docanalyst", str(document)], environment(folder))
    try:
        terminal.wait_for(b"of 131,072 tokens")
        terminal.drain(1.0)
        half = len(MARKS) // 2
        idle = echoes(terminal, MARKS[:half], 0.05)
        terminal.type("\r")
        terminal.wait_for(b"a second")
        busy = echoes(terminal, MARKS[half:], 0.05)
        shown = RATE.findall(terminal.drain(2.0).decode(errors="replace"))
        return idle, busy, float(shown[-1].replace(",", "")) if shown else 0.0
    finally:
        terminal.end()


def p95(times: list[float]) -> float:
    """The time that 95 of 100 stay under."""
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]


def main() -> int:
    """Measure, print a table; 1 where a bar was missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "script.json").write_text('["Yes."]', encoding="utf-8")
        bare, ours = [], []
        for _ in range(options.runs):
            bare.append(first_paint([sys.executable, "-c", BARE], folder))
            ours.append(first_paint([sys.executable, "-m", "docanalyst"], folder))
        idle, busy, rate = key_to_echo(folder)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", SESSION], env=environment(folder), capture_output=True, text=True, cwd=ROOT
        )
        session = json.loads(done.stdout.rsplit("RESULT ", 1)[1]) if "RESULT" in done.stdout else {}
        if not session:
            print(done.stderr[-2000:], file=sys.stderr)
    # Of each pair, run one after the other, so that a busy minute hits both.
    paint = statistics.median(our / other for our, other in zip(ours, bare, strict=True))
    result = {
        "paint_bare_s": statistics.median(bare),
        "paint_ours_s": statistics.median(ours),
        "paint_ratio": paint,
        "echo_idle_p50_s": statistics.median(idle),
        "echo_idle_p95_s": p95(idle),
        "echo_busy_p50_s": statistics.median(busy),
        "echo_busy_p95_s": p95(busy),
        "echo_ratio": statistics.median(busy) / statistics.median(idle),
        "echo_tokens_per_s": rate,
        **{f"session_{name}": value for name, value in session.items()},
    }
    if options.json:
        print(json.dumps(result))
    else:
        print("| what | beside | ours | ratio | bar |\n|---|---|---|---|---|")
        print(
            f"| first paint, median of {options.runs} | bare app {result['paint_bare_s']:.2f} s "
            f"| {result['paint_ours_s']:.2f} s | {paint:.2f} | ≤ {BAR_PAINT} |"
        )
        print(
            f"| key to echo, p95 | at rest {1000 * p95(idle):.0f} ms | {1000 * p95(busy):.0f} ms under "
            f"{rate:,.0f} tokens/s | {p95(busy) / p95(idle):.1f} | ≤ {1000 * BAR_ECHO:.0f} ms |"
        )
        print(
            f"| key to echo, median | at rest {1000 * statistics.median(idle):.0f} ms "
            f"| {1000 * statistics.median(busy):.0f} ms | {result['echo_ratio']:.1f} | |"
        )
        if session:
            print(
                f"| 300 turns over 500 pages: opened | | {session['opened']:.2f} s, all laid out after "
                f"{session['laid_out']:.2f} s | | |"
            )
            print(
                f"| memory | {session['before']:.0f} MB before | {session['after']:.0f} MB after "
                f"| {session['after'] / session['before']:.2f} | |"
            )
            print(f"| page up in it, p95 of 40 | | {1000 * session['page_up_p95']:.0f} ms | | |")
    return 0 if paint <= BAR_PAINT and p95(busy) <= BAR_ECHO and session else 1


if __name__ == "__main__":
    raise SystemExit(main())
