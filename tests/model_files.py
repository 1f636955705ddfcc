"""Writes GGUF files: headers alone, and a tiny Qwen3 with random weights, the true vocabulary and a template.

What the tiny model says is noise; what its server counts, caches and refuses is real. Nothing is downloaded.
"""

from __future__ import annotations

import base64
import random
import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from docanalyst import tokens

ALIGNMENT = 32
U32, I32, F32, BOOL, TEXT, LIST = 4, 5, 6, 7, 8, 9
F32_TENSOR, F16_TENSOR = 0, 1
_WORDS = 151_936
_CONTROL = [
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|object_ref_start|>",
    "<|object_ref_end|>",
    "<|box_start|>",
    "<|box_end|>",
    "<|quad_start|>",
    "<|quad_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
    "<tool_call>",
    "</tool_call>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<tool_response>",
    "</tool_response>",
    "<think>",
    "</think>",
]
_OWN_WORDS = ("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<think>", "</think>")

TEMPLATE = """\
{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}
"""
"""Renders what the official template of Qwen3 renders for conversations without tools and reasoning."""

QWEN3_32B: dict[str, Any] = {
    "general.architecture": "qwen3",
    "general.name": "Qwen3 32B",
    "qwen3.context_length": 40_960,
    "qwen3.block_count": 64,
    "qwen3.embedding_length": 5_120,
    "qwen3.feed_forward_length": 25_600,
    "qwen3.attention.head_count": 64,
    "qwen3.attention.head_count_kv": 8,
    "qwen3.attention.key_length": 128,
    "qwen3.attention.value_length": 128,
    "tokenizer.ggml.pre": "qwen2",
    "tokenizer.ggml.tokens": ["x"] * _WORDS,
    "tokenizer.chat_template": TEMPLATE,
}
"""What the header of Qwen3-32B states."""


def header(values: Mapping[str, Any], tensors: Sequence[tuple[str, tuple[int, ...], int, int]] = ()) -> bytes:
    """A GGUF header. tensors: name, shape, type, offset of each."""
    parts = [b"GGUF", struct.pack("<IQQ", 3, len(tensors), len(values))]
    parts += [_text(key) + _value(value) for key, value in values.items()]
    for name, shape, kind, offset in tensors:
        parts.append(_text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset))
    return b"".join(parts)


def write_header(path: Path, values: Mapping[str, Any], *, size: int = 4_096) -> Path:
    """A file with a header, one tensor and so many bytes of weights."""
    path.write_bytes(header(values, [("token_embd.weight", (8, 8), F32_TENSOR, 0)]) + bytes(size))
    return path


def write_tiny_qwen3(path: Path, *, context: int = 131_072) -> Path:
    """A Qwen3 of one layer, 25 MB. context: the window that the file states."""
    words, kinds, merges = _vocabulary()
    width, inner, heads, shared, head = 64, 128, 2, 1, 32
    values: dict[str, Any] = {
        "general.architecture": "qwen3",
        "general.name": "tiny Qwen3 of noise",
        "qwen3.context_length": context,
        "qwen3.embedding_length": width,
        "qwen3.block_count": 1,
        "qwen3.feed_forward_length": inner,
        "qwen3.attention.head_count": heads,
        "qwen3.attention.head_count_kv": shared,
        "qwen3.attention.key_length": head,
        "qwen3.attention.value_length": head,
        "qwen3.rope.freq_base": 1e6,
        "qwen3.attention.layer_norm_rms_epsilon": 1e-6,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "qwen2",
        "tokenizer.ggml.tokens": words,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.merges": merges,
        "tokenizer.ggml.eos_token_id": 151_645,
        "tokenizer.ggml.bos_token_id": 151_643,
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.chat_template": TEMPLATE,
    }
    shapes = {
        "token_embd.weight": (width, len(words)),
        "output_norm.weight": (width,),
        "blk.0.attn_norm.weight": (width,),
        "blk.0.attn_q.weight": (width, heads * head),
        "blk.0.attn_k.weight": (width, shared * head),
        "blk.0.attn_v.weight": (width, shared * head),
        "blk.0.attn_output.weight": (heads * head, width),
        "blk.0.attn_q_norm.weight": (head,),
        "blk.0.attn_k_norm.weight": (head,),
        "blk.0.ffn_norm.weight": (width,),
        "blk.0.ffn_gate.weight": (width, inner),
        "blk.0.ffn_up.weight": (width, inner),
        "blk.0.ffn_down.weight": (inner, width),
    }
    chance, listed, weights = random.Random(1), [], bytearray()
    for name, shape in shapes.items():
        weights += bytes(-len(weights) % ALIGNMENT)
        norm = len(shape) == 1
        listed.append((name, shape, F32_TENSOR if norm else F16_TENSOR, len(weights)))
        count = shape[0] * (1 if norm else shape[1])
        weights += struct.pack(f"<{count}f", *[1.0] * count) if norm else _small_halves(chance, count)
    head_bytes = header(values, listed)
    path.write_bytes(head_bytes + bytes(-len(head_bytes) % ALIGNMENT) + weights)
    return path


def _small_halves(chance: random.Random, count: int) -> bytes:
    """Half-precision numbers of either sign between 0.06 and 0.12."""
    noise = int.from_bytes(chance.randbytes(2 * count), "little")
    keep = int.from_bytes(b"\xff\x83" * count, "little")
    exponent = int.from_bytes(b"\x00\x2c" * count, "little")
    return ((noise & keep) | exponent).to_bytes(2 * count, "little")


def _vocabulary() -> tuple[list[str], list[int], list[str]]:
    """Words, their kinds and the merges of Qwen3, from the ranks that docanalyst ships."""
    lines = Path(tokens.__file__).with_name("qwen.tiktoken").read_bytes().splitlines()
    ranks = {base64.b64decode(word): int(rank) for word, rank in (line.split() for line in lines)}
    letters = _letters()

    def written(token: bytes) -> str:
        return "".join(letters[byte] for byte in token)

    ordered = sorted(ranks, key=ranks.__getitem__)
    merges = []
    for token in ordered:
        if len(token) > 1:
            left, right = _halves(token, ranks)
            merges.append(f"{written(left)} {written(right)}")
    words, kinds = [written(token) for token in ordered], [1] * len(ordered)
    for word in _CONTROL:
        words.append(word)
        kinds.append(4 if word in _OWN_WORDS else 3)
    while len(words) < _WORDS:
        words.append(f"[PAD{len(words)}]")
        kinds.append(5)
    return words, kinds, merges


def _halves(token: bytes, ranks: Mapping[bytes, int]) -> list[bytes]:
    """The two tokens that a token is merged from."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        known = [
            (rank, place)
            for place in range(len(parts) - 1)
            if (rank := ranks.get(parts[place] + parts[place + 1])) is not None and rank < ranks[token]
        ]
        _, place = min(known)
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
    return parts


def _letters() -> dict[int, str]:
    """The letter that stands for each byte in GPT-2's way of writing tokens."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {byte: chr(byte) for byte in shown} | {byte: chr(256 + place) for place, byte in enumerate(hidden)}


def _text(value: str) -> bytes:
    data = value.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def _value(value: Any) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<I?", BOOL, value)
    if isinstance(value, int):
        return struct.pack("<II", U32, value)
    if isinstance(value, float):
        return struct.pack("<If", F32, value)
    if isinstance(value, str):
        return struct.pack("<I", TEXT) + _text(value)
    return _list(list(value))


def _list(items: Iterable[Any]) -> bytes:
    items = list(items)
    if items and isinstance(items[0], str):
        return struct.pack("<IIQ", LIST, TEXT, len(items)) + b"".join(map(_text, items))
    if items and isinstance(items[0], bool):
        return struct.pack(f"<IIQ{len(items)}?", LIST, BOOL, len(items), *items)
    return struct.pack(f"<IIQ{len(items)}i", LIST, I32, len(items), *items)
