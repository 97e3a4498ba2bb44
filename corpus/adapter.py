"""Adapters on disk: one safetensors file each, with what it is and what it was trained on as its metadata.

An adapter holds the low-rank additions to the network's matrices and the tensors of its head, in half precision.
Which network it fits is told by the fingerprint of the weights that it was trained on.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from corpus.errors import StateError
from corpus.network import PLACES, Bert, LowRank

#: Those that ship.
SHIPPED = Path(__file__).parent / "adapters"


@dataclass(frozen=True, slots=True)
class Adapter:
    """`added` goes to `Bert.run`; `head` is the task's; `about` says what it is, its data, licence and calibration."""

    added: LowRank
    head: Mapping[str, torch.Tensor]
    about: Mapping[str, str]

    @property
    def depth(self) -> int:
        """How many layers there are up to the last that is changed: a head stands on that one."""
        return 1 + max(layer for layer, _ in self.added)


def fresh(bert: Bert, rank: int, layers: range, head: Mapping[str, torch.Tensor], seed: int) -> Adapter:
    """An adapter that changes nothing yet (B is zero), on those of `layers` that the network has."""
    generator = torch.Generator().manual_seed(seed)
    added = {}
    for layer in range(layers.start, min(layers.stop, bert.layers)):
        for place in PLACES:
            out, wide = bert.shape(layer, place)
            # Query, key and value are one matrix here, and each of them has its own rank.
            here = rank * (3 if place == "qkv" else 1)
            added[layer, place] = (
                torch.randn(here, wide, generator=generator) / wide**0.5,
                torch.zeros(out, here),
            )
    return Adapter(added, dict(head), {})


def tensors_of(adapter: Adapter) -> dict[str, torch.Tensor]:
    """Every tensor of an adapter, by the name it has on disk."""
    tensors = {f"head.{name}": tensor for name, tensor in adapter.head.items()}
    for (layer, place), (down, up) in adapter.added.items():
        tensors |= {f"{layer}.{place}.down": down, f"{layer}.{place}.up": up}
    return tensors


def digest(adapter: Adapter) -> str:
    """12 hex digits of what an adapter does, whatever is said of it."""
    found = hashlib.sha256()
    for name, tensor in sorted(tensors_of(adapter).items()):
        found.update(name.encode() + tensor.detach().to(torch.float16).contiguous().numpy().tobytes())
    return found.hexdigest()[:12]


def save_adapter(path: Path, adapter: Adapter) -> None:
    """Write an adapter in half precision."""
    path.parent.mkdir(parents=True, exist_ok=True)
    halves = {name: tensor.detach().to(torch.float16).contiguous() for name, tensor in tensors_of(adapter).items()}
    save_file(halves, path, metadata=dict(adapter.about))


def load_adapter(path: Path, fingerprint: str, name: str) -> Adapter:
    """The adapter of a file. StateError where it is none, has another task than `name`, or fits another network."""
    try:
        with safe_open(path, framework="pt") as file:
            about = file.metadata() or {}
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as exc:
        raise StateError(f"适配器 {path} 读不出来（{exc}）；请重新训练，或取消这项设置。") from exc
    if about.get("base") != fingerprint:
        raise StateError(f"适配器 {path} 是为别的模型训练的（{about.get('base', '未写明')}）；请换一个，或重新训练。")
    if about.get("name") != name:
        raise StateError(f"适配器 {path} 不是 {name} 而是 {about.get('name', '未写明')}；请换一个，或重新训练。")
    added = {
        (int(layer), place): (tensors[f"{layer}.{place}.down"], tensors[f"{layer}.{place}.up"])
        for layer, place in {tuple(name.split(".")[:2]) for name in tensors if name.endswith(".down")}
    }
    head = {name.removeprefix("head."): tensor for name, tensor in tensors.items() if name.startswith("head.")}
    return Adapter(added, head, about)
