"""The server process of a local model: loads a file into llama.cpp and serves it until its parent is gone.

It is started by its path and imports nothing of docanalyst. One line of JSON comes in with what to load; one
line goes out with the address, or with why it could not be loaded. The input stays open as long as the parent
lives, so that no server outlives it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any


def main() -> None:
    """Serve what the first line of the input asks for."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the library prints goes with its log

    def reply(**fields: Any) -> None:
        replies.write(json.dumps(fields) + "\n")
        replies.flush()

    try:
        import xllamacpp
    except Exception as error:
        reply(missing=f"{type(error).__name__}: {error}")
        return
    reply(free_on_gpu=_free_on_gpu(xllamacpp))
    asked = json.loads(sys.stdin.buffer.readline() or b"null")
    if asked is None:
        return
    _end_with_parent()
    try:
        server = xllamacpp.Server(_parameters(xllamacpp, asked))
    except Exception as error:
        reply(failed=str(error))
        return
    reply(address=server.listening_address)
    threading.Event().wait()


def _parameters(library: Any, asked: dict[str, Any]) -> Any:
    wanted = library.CommonParams()
    wanted.model.path = asked["path"]
    wanted.model_alias = {asked["alias"]}
    wanted.hostnames, wanted.port = ["127.0.0.1"], 0
    wanted.api_keys = [asked["key"]]
    wanted.cors_origins = ""
    wanted.ui = wanted.endpoint_props = wanted.endpoint_metrics = False
    wanted.endpoint_slots = True
    wanted.n_ctx, wanted.n_parallel = asked["context"], 1
    wanted.n_batch = wanted.n_ubatch = asked["batch"]
    wanted.cache_ram_mib, wanted.n_ctx_checkpoints = 0, 3
    wanted.ctx_shift, wanted.warmup = False, False
    wanted.use_jinja, wanted.verbosity = True, 2
    wanted.fit_params = asked["gpu"]
    wanted.flash_attn_type = library.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_ENABLED
    if asked["cache"] == "q8_0":
        wanted.cache_type_k = wanted.cache_type_v = library.ggml_type.GGML_TYPE_Q8_0
    if asked["factor"] > 1:
        wanted.rope_scaling_type = library.llama_rope_scaling_type.LLAMA_ROPE_SCALING_TYPE_YARN
        wanted.rope_freq_scale = 1.0 / asked["factor"]
        wanted.yarn_orig_ctx = asked["native"]
    return wanted


def _free_on_gpu(library: Any) -> int:
    """Free bytes on graphics cards with memory of their own."""
    if sys.platform == "darwin":
        return 0
    kind = library.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_GPU
    return sum(int(device["memory_free"]) for device in library.get_device_info() if device["type"] == kind)


def _end_with_parent() -> None:
    """End this process when the parent closes the input, also while a model is being loaded.

    The library keeps the interpreter's lock while it loads, so the thread would notice too late; Linux then
    sends a signal that ends the process.
    """
    if sys.platform == "linux":
        import fcntl

        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
