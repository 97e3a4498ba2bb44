"""A BERT small enough to be written in milliseconds, for tests of what runs on the network."""

from pathlib import Path

import numpy as np

from corpus import bundled

#: A BERT small enough to be written in milliseconds: 32 numbers a token.
HIDDEN, WIDE, POSITIONS = 32, 64, 64
PIECES = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -1.0)]
PIECES += [(character, -2.0) for character in "querypasg:推进社会保障卡应用光伏产业发展，"] + [("<mask>", 0.0)]


def tiny(seed: int = 0, layers: int = 1) -> bundled.Q4File:
    """What a packed file of a tiny model holds, with weights drawn from `seed`."""
    counts = {"emb.word": len(PIECES) * HIDDEN, "emb.pos": POSITIONS * HIDDEN, "emb.type": HIDDEN}
    for n in range(layers):
        counts |= {f"l{n}.q.w": HIDDEN**2, f"l{n}.k.w": HIDDEN**2, f"l{n}.v.w": HIDDEN**2, f"l{n}.ao.w": HIDDEN**2}
        counts |= {f"l{n}.fi.w": HIDDEN * WIDE, f"l{n}.fo.w": HIDDEN * WIDE, f"l{n}.fi.b": WIDE}
        counts |= {f"l{n}.{part}.b": HIDDEN for part in ("q", "k", "v", "ao", "fo")}
        counts |= {f"{norm}.{kind}": HIDDEN for norm in (f"l{n}.aln", f"l{n}.oln") for kind in "wb"}
    counts |= {f"emb.ln.{kind}": HIDDEN for kind in "wb"}
    draw = np.random.default_rng(seed)
    weights = {name: draw.normal(0, 0.5, count).astype(np.float32) for name, count in counts.items()}
    sizes = {
        "version": 1,
        "hidden": HIDDEN,
        "layers": layers,
        "heads": 4,
        "feed_forward": WIDE,
        "vocabulary": len(PIECES),
    }
    return bundled.Q4File({**sizes, "positions": POSITIONS, "types": 1, "epsilon": 1e-12}, PIECES, weights)


def tiny_folder(folder: Path, seed: int = 0, layers: int = 1) -> Path:
    bundled._write_folder(tiny(seed, layers), folder)
    return folder
