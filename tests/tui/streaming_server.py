"""A provider on a real socket: an answer in pieces, and one that comes slowly and never ends by itself."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "Qwen/Qwen3-32B"
SLOW = "slowly"
"""A question with this word is answered with `BEGINNING` alone; the rest never comes."""
BEGINNING = "The invoice falls due "
ANSWER = (
    "Thirty days after receipt[^1].\n\n"
    '[^1]: D2 p.9 "The Customer shall pay each valid and undisputed invoice within 30 days"\n'
)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StreamingServer

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""

    def do_GET(self) -> None:
        """The models that are served."""
        self._json({"data": [{"id": MODEL, "object": "model", "max_model_len": 131_072}]})

    def do_POST(self) -> None:
        """An answer."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if not self.path.endswith("/chat/completions"):
            self.send_error(404)
            return
        self.server.requests.append(body)
        self.server.authorizations.append(self.headers.get("authorization", ""))
        question = json.dumps(body["messages"][-1])
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        try:
            if SLOW in question:
                self._frame({"content": BEGINNING})
                self.server.over.wait()
                return
            for word in ANSWER.split(" "):
                self._frame({"content": word + " "})
            self._frame({}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            return
        finally:
            self.close_connection = True

    def _frame(self, delta: dict[str, str], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        body = {
            "id": "c",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": MODEL,
            "choices": [choice],
        }
        self.wfile.write(b"data: " + json.dumps(body).encode() + b"\n\n")
        self.wfile.flush()

    def _json(self, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class StreamingServer(ThreadingHTTPServer):
    """Serves from a thread between `with` and its end. requests, authorizations: what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[Any] = []
        self.authorizations: list[str] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def __enter__(self) -> StreamingServer:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is no matter."""
