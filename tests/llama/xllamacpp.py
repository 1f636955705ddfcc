"""Stands in for the package xllamacpp in quick tests: the same names, a server that speaks as llama.cpp does.

FAKE_LLAMA in the environment says how it misbehaves: cannot_load, crashes, out_of_memory, unknown_family,
slow_load, dies_in_answer, dies_before_answer, never_lets_go.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from enum import IntEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

HOW = os.environ.get("FAKE_LLAMA", "")
ANSWER = ["The rent ", "is $4,500."]


class ggml_type(IntEnum):  # noqa: N801 - the package's name
    GGML_TYPE_F16 = 1
    GGML_TYPE_Q8_0 = 8


class ggml_backend_dev_type(IntEnum):  # noqa: N801
    GGML_BACKEND_DEVICE_TYPE_CPU = 0
    GGML_BACKEND_DEVICE_TYPE_GPU = 1


class llama_flash_attn_type(IntEnum):  # noqa: N801
    LLAMA_FLASH_ATTN_TYPE_ENABLED = 1


class llama_rope_scaling_type(IntEnum):  # noqa: N801
    LLAMA_ROPE_SCALING_TYPE_YARN = 2


class CommonParams(SimpleNamespace):
    """Takes every parameter."""

    def __init__(self) -> None:
        super().__init__(model=SimpleNamespace(path=""))


def get_device_info() -> list[dict[str, Any]]:
    return [{"type": ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU, "memory_free": 1 << 34}]


class Server:
    """Listens as soon as it is made."""

    def __init__(self, params: CommonParams) -> None:
        if HOW == "slow_load":
            sum(range(10**10))  # keeps the interpreter's lock, as the package does
        if HOW in _LOG:
            print(f"0.00.187.765 E llama_model_load: error loading model: {_LOG[HOW]}", file=sys.stderr)
            raise RuntimeError("Failed to init server, please check the input params.")
        if HOW == "crashes":
            os.abort()
        handler = type("Handler", (_Handler,), {"params": params})
        self._server = ThreadingHTTPServer(("127.0.0.1", params.port), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.listening_address = f"http://127.0.0.1:{self._server.server_port}"


_LOG = {
    "cannot_load": "something nobody has seen before",
    "out_of_memory": "unable to allocate CPU buffer",
    "unknown_family": "unknown model architecture: 'nextgen'",
}


class _Handler(BaseHTTPRequestHandler):
    params: CommonParams
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _reply(self, value: Any, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _may(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {self.params.api_keys[0]}":
            return True
        self._reply({"error": {"message": "Invalid API Key", "code": 401}}, 401)
        return False

    def do_GET(self) -> None:
        if not self._may():
            return
        if self.path == "/slots":
            self._reply([{"id": 0, "is_processing": HOW == "never_lets_go", "n_ctx": self.params.n_ctx}])
        else:
            self._reply({"seen": {key: str(value) for key, value in vars(self.params).items()}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._may():
            return
        if self.path == "/apply-template":
            self._reply({"prompt": " ".join(row["content"] for row in body["messages"])})
        elif self.path == "/tokenize":
            self._reply({"tokens": [1] * len(body["content"].split())})
        else:
            self._answer(body)

    def _answer(self, body: dict[str, Any]) -> None:
        if HOW == "dies_before_answer":
            os.kill(os.getpid(), 9)
        words = sum(len(row["content"].split()) for row in body["messages"])
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in ANSWER:
            self._event({"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
            if HOW == "dies_in_answer":
                os.kill(os.getpid(), 9)
            if HOW == "never_lets_go":
                time.sleep(60)
        usage = {"prompt_tokens": words, "completion_tokens": 2, "total_tokens": words + 2}
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self._event({"choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, value: Any) -> None:
        self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
        self.wfile.flush()
