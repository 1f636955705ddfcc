"""What the header of a GGUF file says, and how much memory its model takes."""

from __future__ import annotations

import struct
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from model_files import QWEN3_32B, header, write_header

from docanalyst.domain.errors import UsageError
from docanalyst.providers.catalog.catalog import load_catalog
from docanalyst.providers.choice import Choice, choose
from docanalyst.providers.local.gguf import ModelFile, read_model_file
from docanalyst.providers.local.memory import (
    CACHE_TYPES,
    NotEnoughMemory,
    bytes_per_token,
    choose_fit,
    fit,
    free_memory,
    largest_window,
    most_context,
)

GIB = 1 << 30
WIDE, NARROW = CACHE_TYPES


@pytest.fixture
def qwen3(tmp_path: Path) -> ModelFile:
    return read_model_file(str(write_header(tmp_path / "Qwen3-32B.gguf", QWEN3_32B)))


def chosen(model: str, **options: Any) -> Choice:
    options = {"provider": "local", "lookup": {}.get, "today": date(2026, 11, 30)} | options
    return choose(load_catalog(), model=model, **options)


def test_qwen3_32b_takes_256_kib_a_token_and_131_072_tokens(qwen3: ModelFile) -> None:
    assert bytes_per_token(qwen3) == 256 * 1024
    assert largest_window(qwen3) == 131_072
    assert qwen3.thinks and qwen3.is_qwen3
    spec = chosen(str(qwen3.path)).spec
    assert (spec.provider, spec.model_id) == ("local", str(qwen3.path))
    assert spec.context_window == 131_072 and spec.counts_exactly and spec.reasoning
    assert spec.price is not None and spec.price.input == 0


@pytest.mark.parametrize(
    ("tokens", "factor"), [(4_096, 1), (32_768, 1), (32_769, 2), (65_536, 2), (65_792, 4), (131_072, 4)]
)
def test_qwen3_is_stretched_only_as_far_as_needed(qwen3: ModelFile, tokens: int, factor: int) -> None:
    assert fit(qwen3, tokens, WIDE).factor == factor


def test_room_for_follow_up_questions_never_costs_a_stretch(qwen3: ModelFile) -> None:
    found = choose_fit(qwen3, 32_000, 131_072, 200 * GIB)
    assert (found.context, found.factor) == (32_000, 1)
    assert choose_fit(qwen3, 10_000, 131_072, 200 * GIB).context > 18_000


def test_a_file_that_states_its_own_scaling_or_a_longer_context_is_left_alone(tmp_path: Path) -> None:
    stated = QWEN3_32B | {"qwen3.rope.scaling.type": "yarn", "qwen3.context_length": 131_072}
    longer = QWEN3_32B | {"qwen3.context_length": 262_144}
    for name, values in (("a.gguf", stated), ("b.gguf", longer)):
        file = read_model_file(str(write_header(tmp_path / name, values)))
        assert largest_window(file) == values["qwen3.context_length"]
        assert fit(file, 131_072, WIDE).factor == 1


def test_the_cache_is_quantised_only_where_memory_asks_for_it(qwen3: ModelFile) -> None:
    needed = 100_000
    wide, narrow = fit(qwen3, 100_096, WIDE), fit(qwen3, 100_096, NARROW)
    assert narrow.cached == wide.cached * 34 // 64
    assert choose_fit(qwen3, needed, 131_072, wide.total + GIB).cache is WIDE
    assert choose_fit(qwen3, needed, 131_072, narrow.total + GIB).cache is NARROW
    assert choose_fit(qwen3, needed, 131_072, None).cache is WIDE


def test_a_refusal_gives_the_figures_and_a_way_that_works(qwen3: ModelFile) -> None:
    free = 16 * GIB
    with pytest.raises(NotEnoughMemory) as caught:
        choose_fit(qwen3, 131_072, 131_072, free)
    error = caught.value
    assert error.exit_code == 5
    for figure in ("32.0 GiB at 16 bit", "17.0 GiB of cache at 8 bit", "131,072 tokens", "16.0 GiB is free"):
        assert figure in error.message
    most = most_context(qwen3, 131_072, free)
    assert f"{most:,} tokens fit" in error.hint
    assert choose_fit(qwen3, most, 131_072, free).context == most
    with pytest.raises(NotEnoughMemory):
        choose_fit(qwen3, most + 256, 131_072, free)


def test_no_context_fits_where_the_weights_do_not(qwen3: ModelFile) -> None:
    assert most_context(qwen3, 131_072, 1 << 20) == 0
    with pytest.raises(NotEnoughMemory) as caught:
        choose_fit(qwen3, 5_000, 131_072, 1 << 20)
    assert "smaller model" in caught.value.hint


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        ({"gemma3.attention.sliding_window": 1_024}, 10 * 2 * 1_024),
        ({"gemma3.attention.sliding_window_pattern": [True] * 59 + [False],
          "gemma3.attention.sliding_window": 8}, 1 * 2 * 1_024),
        ({}, 60 * 2 * 1_024),
        ({"gemma3.attention.head_count_kv": [0] * 50 + [8] * 10}, 10 * 2 * 1_024),
        ({"gemma3.attention.kv_lora_rank": 512, "gemma3.rope.dimension_count": 64}, 60 * 576),
        ({"gemma3.full_attention_interval": 4}, 15 * 2 * 1_024),
    ],
)  # fmt: skip
def test_layers_that_do_not_see_the_whole_context_do_not_count_whole(
    tmp_path: Path, changes: dict[str, Any], numbers: int
) -> None:
    values = {
        "general.architecture": "gemma3",
        "gemma3.context_length": 131_072,
        "gemma3.block_count": 60,
        "gemma3.embedding_length": 4_096,
        "gemma3.attention.head_count": 32,
        "gemma3.attention.head_count_kv": 8,
        "gemma3.attention.key_length": 128,
        "gemma3.attention.value_length": 128,
    }
    file = read_model_file(str(write_header(tmp_path / "g.gguf", values | changes)))
    assert file.cache.full == numbers


def test_another_vocabulary_is_an_estimate(tmp_path: Path) -> None:
    file = write_header(tmp_path / "m.gguf", QWEN3_32B | {"tokenizer.ggml.pre": "llama-bpe"})
    assert not chosen(str(file)).spec.counts_exactly
    file = write_header(tmp_path / "n.gguf", QWEN3_32B | {"tokenizer.ggml.tokens": ["x"] * 152_064})
    assert not chosen(str(file)).spec.counts_exactly


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"general.type": "adapter"}, "LoRA"),
        ({"general.type": "mmproj"}, "image part"),
        ({"general.type": "imatrix"}, "quantising"),
        ({"general.architecture": "nomic-bert"}, "embedding"),
        ({"qwen3.pooling_type": 3}, "embedding"),
        ({"general.architecture": ""}, "damaged"),
    ],
)
def test_a_file_that_is_no_language_model_is_refused(
    tmp_path: Path, values: dict[str, Any], words: str
) -> None:
    path = write_header(tmp_path / "x.gguf", QWEN3_32B | values)
    with pytest.raises(UsageError, match=words):
        chosen(str(path))


def test_a_vocabulary_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vocab.gguf"
    path.write_bytes(header(QWEN3_32B))
    with pytest.raises(UsageError, match="without a model"):
        read_model_file(str(path))


@pytest.mark.parametrize("kept", [0, 3, 31, 33, 200, 2_000, 500_000])
def test_a_file_that_was_cut_short_is_told(tmp_path: Path, kept: int) -> None:
    whole = write_header(tmp_path / "whole.gguf", QWEN3_32B).read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(whole[:kept])
    with pytest.raises(UsageError, match=r"cut short|not a GGUF"):
        read_model_file(str(path))


def test_weights_that_end_too_early_are_told(tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(header(QWEN3_32B, [("a", (8,), 0, 0), ("b", (8,), 0, 1 << 40)]) + bytes(100))
    with pytest.raises(UsageError, match="cut short"):
        read_model_file(str(path))


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + bytes(100),
        b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1 << 60) + bytes(100),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 5) + struct.pack("<Q", 1 << 62) + bytes(100),
        b"GGUF" + struct.pack("<IQQ", 99, 0, 0) + bytes(100),
        b"GGUF" + struct.pack(">IQQ", 3, 1, 1) + bytes(100),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1) + b"k" + struct.pack("<I", 77),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1) + b"k"
        + struct.pack("<IIQ", 9, 9, 3) + bytes(99),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1) + b"k"
        + struct.pack("<IIQ", 9, 8, 90_000_000) + bytes(99),
        bytes(5_000),
    ],
)  # fmt: skip
def test_a_hostile_header_is_an_error_and_no_crash(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "hostile.gguf"
    path.write_bytes(data)
    with pytest.raises(UsageError) as caught:
        read_model_file(str(path))
    assert caught.value.message.startswith(("hostile.gguf", "The header of hostile.gguf"))


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    for name in (str(tmp_path), str(tmp_path / "none.gguf")):
        with pytest.raises(UsageError):
            read_model_file(name)
    with pytest.raises(UsageError, match="No model file named"):
        choose(load_catalog(), provider="local", lookup={}.get, today=date(2026, 11, 30))


def test_a_model_in_parts_counts_whole_and_is_named_by_its_first(tmp_path: Path) -> None:
    paths = []
    for number in range(3):
        values = QWEN3_32B | {"split.count": 3, "split.no": number}
        paths.append(write_header(tmp_path / f"m-{number + 1:05d}-of-00003.gguf", values))
    assert read_model_file(str(paths[0])).size == sum(path.stat().st_size for path in paths)
    with pytest.raises(UsageError, match="part 2 of 3") as caught:
        read_model_file(str(paths[1]))
    assert paths[0].name in caught.value.hint
    renamed = paths[2].rename(tmp_path / "third.gguf")
    with pytest.raises(UsageError, match="renamed"):
        read_model_file(str(renamed))
    with pytest.raises(UsageError, match="m-00003-of-00003"):
        read_model_file(str(paths[1]))


def test_the_name_of_a_file_alone_is_a_model_of_this_machine(qwen3: ModelFile) -> None:
    assert chosen(str(qwen3.path), provider=None).provider.name == "local"
    assert chosen(str(qwen3.path), provider=None, local_only=True).provider.name == "local"
    assert chosen(str(qwen3.path), provider="vllm").provider.name == "vllm"


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    path = write_header(tmp_path / "m.gguf", QWEN3_32B)
    assert read_model_file(str(path)).trained_window == 40_960
    write_header(path, QWEN3_32B | {"qwen3.context_length": 8_192}, size=9_000)
    assert read_model_file(str(path)).trained_window == 8_192


def test_free_memory_is_known_here_and_follows_the_limit_of_the_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docanalyst.providers.local import memory

    free = free_memory()
    assert free is None or free > 0
    (tmp_path / "memory.max").write_text("1000000")
    (tmp_path / "memory.current").write_text("900000")
    (tmp_path / "memory.stat").write_text("anon 1\ninactive_file 300000\nactive_file 200000\n")
    assert memory._left_in(tmp_path) == 600_000
    (tmp_path / "memory.max").write_text("max")
    assert memory._left_in(tmp_path) is None
