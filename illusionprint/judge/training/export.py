"""`python -m illusionprint.judge.training.export ONE.pt [TWO.pt ...] OUT.onnx`: networks as ONNX, weights as 8-bit integers, compared with torch.

The weights are the running means of the training. A convolution's or a matrix's output channel c is stored as integers q and a scale s_c,

    w ~ s_c q,  s_c = max |w| / 127,  q in -127 ... 127

(per-channel symmetric quantisation; Jacob et al., CVPR 2018, section 3), and computed in single precision by any runtime.
"""

import hashlib
import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
import torch
from torch import nn

from ... import vocabulary
from .network import Network

AGREES = 0.1  # of the scores' standard deviation


@click.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
def main(sources: tuple[Path, ...], out: Path) -> None:
    """Writes OUT, for each further network OUT's name with a number, and their facts as JSON; refuses when OpenCV's answer differs from torch's."""
    states = [torch.load(s, weights_only=True) for s in sources]
    if any(s["subjects"] != states[0]["subjects"] for s in states):
        raise click.ClickException("these networks do not know the same subjects.")
    files = [out.with_stem(out.stem + (f"_{n}" if n > 1 else "")) for n in range(1, len(states) + 1)]
    for state, file in zip(states, files):
        export_network(state, file)
    codes = {s.name: s.code for s in vocabulary.subjects()}
    hashes = {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
    facts = {"networks": hashes, "seen": [s["seen"] for s in states], "subjects": [codes[n] for n in states[0]["subjects"]]}
    out.with_suffix(".json").write_text(json.dumps(facts, indent=0) + "\n", encoding="utf-8")


def export_network(state: dict, out: Path) -> None:
    """A network's file. Raises ClickException where OpenCV's scores differ from torch's by more than AGREES, and leaves none then."""
    model = Network(len(state["subjects"]))
    model.load_state_dict(state["mean"])
    out.write_bytes(quantise_weights(to_onnx(model.eval())))
    step = difference(model, out)
    if step > AGREES:
        out.unlink()
        raise click.ClickException(f"OpenCV's scores differ from torch's by {step:.3g} of their standard deviation.")
    click.echo(f"{out}: {out.stat().st_size / 1e6:.1f} MB, differs by {step:.2g} of the scores' standard deviation")


def to_onnx(model: nn.Module) -> Any:
    """The network as an ONNX model in single precision."""
    import onnx

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "net.onnx"
        names: dict[str, Any] = {"input_names": ["picture"], "output_names": ["scores"], "dynamic_axes": {"picture": {0: "n"}, "scores": {0: "n"}}}
        torch.onnx.export(model, (torch.zeros(1, 3, 48, 48),), str(path), dynamo=False, opset_version=13, **names)
        return onnx.load(str(path))


def quantise_weights(model: Any) -> bytes:
    """An ONNX model whose kernels and matrices are stored as 8-bit integers, a scale an output channel."""
    import onnx
    from onnx import numpy_helper

    nodes, stored = [], []
    for t in model.graph.initializer:
        value = numpy_helper.to_array(t)
        if value.ndim < 2:
            stored.append(t)
            continue
        scale, q = quantise(value)
        names = [f"{t.name}.{x}" for x in ("q", "scale", "zero")]
        stored += [numpy_helper.from_array(v, n) for v, n in zip((q, scale, np.zeros(len(q), np.int8)), names)]
        nodes.append(onnx.helper.make_node("DequantizeLinear", names, [t.name], axis=0))
    nodes += model.graph.node
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(stored)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def quantise(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(scale float32 (n,), q int8 (n, ...)) of weights (n, ...): s_c = max |w_c| / 127, q = round(w / s_c)."""
    scale = np.maximum(np.abs(w).reshape(len(w), -1).max(1) / 127, 1e-12).astype(np.float32)
    return scale, np.rint(w / scale.reshape(-1, *(1,) * (w.ndim - 1))).astype(np.int8)


@torch.no_grad()
def difference(model: nn.Module, path: Path) -> float:
    """Largest difference between OpenCV and torch on random pictures, in standard deviations of the scores."""
    x = torch.rand(4, 3, 48, 48, generator=torch.Generator().manual_seed(0))
    net = cv2.dnn.readNetFromONNX(str(path))
    net.setInput(x.numpy())
    want, got = model(x).numpy(), net.forward()
    return float(np.abs(want - got).max() / want.std())


if __name__ == "__main__":
    main()
