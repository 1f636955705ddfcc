"""An OpenAI-style batch API on a real socket: files, batches, and whatever goes wrong with them."""

from __future__ import annotations

import http.server
import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from batch.grid_server import grid_answer


class BatchApi:
    """Answers are ready when `finish` is called. latency: seconds before each reply."""

    def __init__(self, latency: float = 0.0) -> None:
        self.names: dict[str, str] = {}
        self.billed: list[str] = []
        self.tokens = [0, 0]
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.deleted: list[str] = []
        self.calls: list[str] = []
        self.refuse: set[str] = set()
        self.fault = "json"
        self.uploads = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments: object) -> None:
                pass

            def _go(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                path = self.path.removeprefix("/openai/v1").partition("?")[0]
                outer.calls.append(f"{self.command} {re.sub(r'/(file|batch)-[0-9]+', '/ID', path)}")
                status, answer = outer.answer(self.command, path, body)
                time.sleep(latency)
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(data)))
                self.send_header("content-type", "application/json")
                self.end_headers()
                with suppress(ConnectionError):
                    self.wfile.write(data)

            do_GET = do_POST = do_DELETE = _go  # noqa: N815

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/openai/v1"

    def __enter__(self) -> BatchApi:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """What the API says to a request."""
        if f"{method} {path}" in self.refuse:
            return 503, {"error": {"message": "down", "code": "x"}}
        if (method, path) == ("POST", "/files"):
            content = body.split(b"application/jsonl\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[0]
            self.uploads += 1
            name = f"file-{self.uploads}"
            self.files[name] = content
            given = re.search(rb'filename="([^"]+)"', body)
            self.names[name] = given[1].decode() if given else ""
            return 200, {"id": name, "object": "file", "bytes": len(content)}
        if (method, path) == ("GET", "/files"):
            known = [{"id": name, "filename": self.names.get(name, "")} for name in self.files]
            return 200, {"object": "list", "data": known}
        if (method, path) == ("POST", "/batches"):
            asked = json.loads(body)
            name = f"batch-{len(self.batches) + 1}"
            self.batches[name] = {"id": name, "status": "validating", **asked}
            return 200, self.batches[name]
        if (method, path) == ("GET", "/batches"):
            return 200, {"object": "list", "data": list(self.batches.values())}
        kind, _, rest = path[1:].partition("/")
        name, _, action = rest.partition("/")
        if kind == "batches" and name in self.batches:
            if action == "cancel":
                self.batches[name]["status"] = "cancelling"
            return 200, self.batches[name]
        if kind == "files" and name in self.files:
            if method == "DELETE":
                self.deleted.append(name)
                del self.files[name]
                return 200, {"id": name, "deleted": True}
            return 200, self.files[name]
        return 404, {"error": {"message": f"no {path}", "code": "not_found"}}

    def requests(self, batch: str) -> list[dict[str, Any]]:
        """The lines of a batch's input."""
        return [json.loads(line) for line in self.files[self.batches[batch]["input_file_id"]].splitlines()]

    def finish(
        self,
        batch: str,
        status: str = "completed",
        *,
        lost: int = 0,
        refused: int = 0,
        garbage: bool = False,
        counted: bool = False,
        change: Callable[[bytes], bytes] = lambda content: content,
    ) -> None:
        """End a batch: answers in reverse order, some lines lost, some refused, some that nobody can read.

        counted: tell how many were answered. change: what becomes of the output file.
        """
        lines: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for place, request in enumerate(reversed(self.requests(batch))):
            if place < lost:
                continue
            body = request["body"]
            if place < lost + refused:
                refusal = {"status_code": 400, "body": {"error": {"message": "bad request", "code": "x"}}}
                errors.append({"custom_id": request["custom_id"], "response": refusal, "error": None})
                continue
            whole = "\n".join(message["content"] for message in body["messages"])
            text = grid_answer(body["messages"][-1]["content"], whole, self.fault)
            usage = {"prompt_tokens": len(whole) // 4, "completion_tokens": 100}
            choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            answer = {"model": body["model"], "choices": [choice], "usage": usage}
            response = {"status_code": 200, "body": answer}
            lines.append({"custom_id": request["custom_id"], "response": response, "error": None})
            self.billed.append(request["custom_id"])
            self.tokens[0] += usage["prompt_tokens"]
            self.tokens[1] += usage["completion_tokens"]
        if counted:
            total = len(self.requests(batch))
            counts = {"total": total, "completed": len(lines), "failed": len(errors)}
            self.batches[batch]["request_counts"] = counts
        self._file(batch, "output_file_id", lines, b"not json\n[]\n{}\n" if garbage else b"")
        if lines:
            output = self.batches[batch]["output_file_id"]
            self.files[output] = change(self.files[output])
        self._file(batch, "error_file_id", errors)
        self.batches[batch]["status"] = status

    def micros(self, input_price: float, output_price: float) -> float:
        """The bill at prices in dollars a million tokens, in millionths of a dollar."""
        return self.tokens[0] * input_price + self.tokens[1] * output_price

    def _file(self, batch: str, field: str, lines: list[dict[str, Any]], extra: bytes = b"") -> None:
        if lines or extra:
            name = f"file-{field}-{batch}".replace("_id", "").replace("file-output_file-batch", "file-90")
            name = name.replace("file-error_file-batch", "file-80")
            self.files[name] = extra + b"".join(json.dumps(line).encode() + b"\n" for line in lines)
            self.batches[batch][field] = name
