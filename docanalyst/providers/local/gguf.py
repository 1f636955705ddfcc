"""Reads the header of a GGUF model file: its family, window, tokenizer and the size of its cache.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import mmap
import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from docanalyst.domain.errors import UsageError

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
_MOST_ITEMS = 100_000_000
"""Entries or characters above which a header is damaged: the largest vocabularies have 300,000 words."""
_KEPT_ITEMS = 4_096
"""Longer lists (the words of a vocabulary) are counted and not kept."""
_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")

_NOT_ANSWERING = {
    "adapter": "a LoRA adapter, which works only with its model",
    "mmproj": "the image part of a model",
    "imatrix": "a table for quantising models",
    "vocab": "a vocabulary without a model",
}
_ENCODERS = ("bert", "t5encoder", "clip")
_EVERY_NTH_FULL = {"gemma2": 2, "gpt-oss": 2, "cohere2": 4, "gemma3n": 5, "gemma3": 6}
"""Families in which only every n-th layer sees the whole context; the others see a sliding window."""

HINT = "`docanalyst help local` says which files work and where they come from."


@dataclass(frozen=True, slots=True)
class CacheLayers:
    """What one token takes in the cache: numbers over all layers that see the whole context, and the others.

    sliding: numbers a token takes in layers that see only the last `window` tokens.
    """

    full: int
    sliding: int = 0
    window: int = 0


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file as its header describes it.

    size: bytes of all its parts. trained_window: the context that it states. has_own_scaling: it states how
    its context is stretched. vocabulary: number of tokens. pretokenizer: how text is cut into words before
    that. template: the chat template.
    """

    path: Path
    size: int
    architecture: str
    title: str
    trained_window: int
    has_own_scaling: bool
    cache: CacheLayers
    embedding: int
    feed_forward: int
    vocabulary: int
    pretokenizer: str
    template: str

    @property
    def thinks(self) -> bool:
        """Whether it can reason before it answers."""
        return "<think>" in self.template or "enable_thinking" in self.template

    @property
    def is_qwen3(self) -> bool:
        """Whether it is of the family whose tokens are counted exactly offline."""
        return self.architecture in ("qwen3", "qwen3moe") and self.has_qwen_vocabulary

    @property
    def has_qwen_vocabulary(self) -> bool:
        """Whether text becomes the same tokens as in Qwen3; files pad the vocabulary differently."""
        return self.pretokenizer == "qwen2" and 151_643 <= self.vocabulary <= 151_936


def read_model_file(name: str) -> ModelFile:
    """The header of a model file. Raises UsageError for a file that cannot answer questions."""
    path = Path(name).expanduser()
    try:
        state = path.stat()
        if path.is_dir():
            raise UsageError(f"{name} is a folder, not a model file.", "Name the .gguf file in it.")
        return _read(path, state.st_mtime_ns, state.st_size)
    except FileNotFoundError:
        raise UsageError(f"There is no model file {name}.", HINT) from None
    except OSError as error:
        raise UsageError(f"Cannot read the model file {name}: {error.strerror or error}.") from error


@lru_cache(maxsize=16)
def _read(path: Path, changed: int, size: int) -> ModelFile:
    if size < 32:
        raise _no_gguf(path)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:4] != _MAGIC:
            raise _no_gguf(path)
        try:
            header = _Header(data)
        except (_Damaged, struct.error, UnicodeDecodeError) as error:
            raise _cut_short(path) if isinstance(error, _CutShort) else _damaged(path) from None
    _require_answering(path, header)
    whole = _whole_size(path, header, size)
    return _described(path, header, whole)


class _Damaged(Exception):
    """The header cannot be read."""


class _CutShort(_Damaged):
    """The file ends before its header or its weights do."""


class _Header:
    """Key-value pairs and the number of tensors of a GGUF file.

    lengths: of lists that are not kept.
    """

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._size = len(data)
        self._at = 4
        (version,) = self._take("I")
        if version not in _VERSIONS:
            raise _Damaged
        self.tensors, pairs = self._take("QQ")
        if self.tensors > _MOST_ITEMS or pairs > _MOST_ITEMS:
            raise _Damaged
        self.values: dict[str, Any] = {}
        self.lengths: dict[str, int] = {}
        for _ in range(pairs):
            key = self._text()
            (kind,) = self._take("I")
            self.values[key] = self._value(kind, key)
        self._check_tensors()

    def number(self, key: str, default: int = 0) -> int:
        """A value of the model's family as a whole number; the largest of a list."""
        value = self.values.get(f"{self.architecture}.{key}", default)
        numbers = [item for item in (value if isinstance(value, list) else [value])
                   if isinstance(item, int | float)]  # fmt: skip
        return int(max(numbers, default=default))

    def numbers(self, key: str, count: int) -> list[int]:
        """A value of the model's family for each of its layers."""
        value = self.values.get(f"{self.architecture}.{key}", 0)
        if isinstance(value, list):
            return [int(item) for item in value[:count] if isinstance(item, int | float)]
        return [int(value) if isinstance(value, int | float) else 0] * count

    def text(self, key: str) -> str:
        """A value that is text; "" where it is none."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    @property
    def architecture(self) -> str:
        """The model's family as llama.cpp names it."""
        return self.text("general.architecture")

    def _take(self, form: str) -> tuple[Any, ...]:
        form = "<" + form
        end = self._at + struct.calcsize(form)
        if end > self._size:
            raise _CutShort
        found = struct.unpack_from(form, self._data, self._at)
        self._at = end
        return found

    def _text(self) -> str:
        (length,) = self._take("Q")
        if length > _MOST_ITEMS:
            raise _Damaged
        if self._at + length > self._size:
            raise _CutShort
        found = self._data[self._at : self._at + length].decode("utf-8", "replace")
        self._at += length
        return found

    def _value(self, kind: int, key: str) -> Any:
        if kind in _NUMBERS:
            return self._take(_NUMBERS[kind])[0]
        if kind == _TEXT:
            return self._text()
        if kind != _LIST:
            raise _Damaged
        (inner,) = self._take("I")
        (count,) = self._take("Q")
        if count > _MOST_ITEMS or inner == _LIST:
            raise _Damaged
        self.lengths[key] = count
        if inner == _TEXT:
            self._skip_texts(count)
            return None
        if inner not in _NUMBERS:
            raise _Damaged
        if count <= _KEPT_ITEMS:
            return list(self._take(f"{count}{_NUMBERS[inner]}")) if count else []
        self._at += count * struct.calcsize("<" + _NUMBERS[inner])
        if self._at > self._size:
            raise _CutShort
        return None

    def _skip_texts(self, count: int) -> None:
        data, at, size = self._data, self._at, self._size
        for _ in range(count):
            at += 8 + int.from_bytes(data[at : at + 8], "little")
            if at > size:
                raise _CutShort
        self._at = at

    def _check_tensors(self) -> None:
        """Raise for a file that ends before its last tensor begins; llama.cpp checks where that one ends."""
        furthest = 0
        for _ in range(self.tensors):
            self._text()
            (dimensions,) = self._take("I")
            if dimensions > 8:
                raise _Damaged
            *_, offset = self._take(f"{dimensions}QIQ")
            furthest = max(furthest, offset)
        if self._at + furthest > self._size:
            raise _CutShort


def _require_answering(path: Path, header: _Header) -> None:
    """Raise UsageError for a GGUF file that is no language model."""
    kind, family = header.text("general.type"), header.architecture
    if not family:
        raise _damaged(path)
    what = _NOT_ANSWERING.get(kind, "")
    if not what and (any(part in family for part in _ENCODERS) or header.number("pooling_type")):
        what = "an embedding or ranking model, which writes no text"
    if not what and header.tensors == 0:
        what = _NOT_ANSWERING["vocab"]
    if what:
        raise UsageError(f"{path.name} is {what}.", f"Name a model that chats. {HINT}")


def _whole_size(path: Path, header: _Header, size: int) -> int:
    """Bytes of all parts of the model. Raises UsageError where one is missing or the first was not named."""
    count, number = header.values.get("split.count"), header.values.get("split.no")
    if not isinstance(count, int) or count <= 1:
        return size
    named = _PART.search(path.name)
    if not named:
        raise UsageError(
            f"{path.name} is one of {count} parts of a model, and was renamed.",
            "Give the parts their names back: NAME-00001-of-00003.gguf and so on.",
        )
    parts = [
        path.with_name(f"{path.name[: named.start()]}-{place:05d}-of-{count:05d}.gguf")
        for place in range(1, count + 1)
    ]
    missing = [part.name for part in parts if not part.is_file()]
    if missing:
        raise UsageError(
            f"{path.name} is one of {count} parts of a model, and {len(missing)} of them"
            f" {'is' if len(missing) == 1 else 'are'} not in its folder: {', '.join(missing[:3])}.",
            "Put all parts into one folder.",
        )
    if number:
        raise UsageError(
            f"{path.name} is part {number + 1} of {count} of a model.",
            f"Name the first part: {parts[0].name}.",
        )
    return sum(part.stat().st_size for part in parts)


def _described(path: Path, header: _Header, size: int) -> ModelFile:
    family = header.architecture
    scaling = str(header.values.get(f"{family}.rope.scaling.type") or "none")
    return ModelFile(
        path=path,
        size=size,
        architecture=family,
        title=header.text("general.name") or path.stem,
        trained_window=header.number("context_length"),
        has_own_scaling=scaling != "none",
        cache=_cache(header),
        embedding=header.number("embedding_length"),
        feed_forward=header.number("feed_forward_length"),
        vocabulary=header.lengths.get("tokenizer.ggml.tokens", 0),
        pretokenizer=header.text("tokenizer.ggml.pre"),
        template=header.text("tokenizer.chat_template"),
    )


def _cache(header: _Header) -> CacheLayers:
    layers = min(header.number("block_count"), 10_000)
    heads = max(header.number("attention.head_count"), 1)
    width = header.number("embedding_length") // heads
    key = header.number("attention.key_length", width)
    value = header.number("attention.value_length", width)
    latent = header.number("attention.kv_lora_rank")
    if latent:  # one compressed row for all heads
        return CacheLayers(full=layers * (latent + header.number("rope.dimension_count")))
    shared = f"{header.architecture}.attention.head_count_kv" not in header.values
    per_layer = [heads] * layers if shared else header.numbers("attention.head_count_kv", layers)
    sizes = [count * (key + value) for count in per_layer]
    every = header.number("full_attention_interval")
    if every > 1:  # the other layers keep a state of fixed size
        return CacheLayers(full=sum(sizes[every - 1 :: every]))
    window = header.number("attention.sliding_window")
    nth = _EVERY_NTH_FULL.get(header.architecture, 0)
    pattern = header.values.get(f"{header.architecture}.attention.sliding_window_pattern")
    usual = [bool(nth) and (place + 1) % nth > 0 for place in range(layers)]
    slides = pattern if isinstance(pattern, list) else usual
    if not window or not any(slides):
        return CacheLayers(full=sum(sizes))
    sliding = sum(size for size, slide in zip(sizes, slides, strict=False) if slide)
    return CacheLayers(full=sum(sizes) - sliding, sliding=sliding, window=window)


def _no_gguf(path: Path) -> UsageError:
    return UsageError(f"{path.name} is not a GGUF model file.", HINT)


def _cut_short(path: Path) -> UsageError:
    return UsageError(
        f"{path.name} is cut short: it ends before its contents do.", "Copy or download it again."
    )


def _damaged(path: Path) -> UsageError:
    return UsageError(
        f"The header of {path.name} is damaged, or of a version that is not known.",
        "Copy or download it again, or convert it with a current llama.cpp.",
    )
