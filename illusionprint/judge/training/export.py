"""`python -m illusionprint.judge.training.export IN.pt OUT.onnx`: the running mean of the weights as ONNX, in half precision, compared with torch."""
from __future__ import annotations

import hashlib
import json
import tempfile
import warnings
from pathlib import Path

import click
import cv2
import numpy as np
import torch
from torch import nn

from ... import vocabulary
from .network import Network

AGREES = 0.05  # of the scores' standard deviation


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
def main(source: Path, out: Path) -> None:
    """Writes OUT and, beside it, OUT's facts as JSON; refuses when OpenCV's answer differs from torch's."""
    state = torch.load(source, weights_only=True)
    net = Network(len(state["subjects"]))
    net.load_state_dict(state["mean"])
    model = net.eval()
    out.write_bytes(halved(model))
    step = difference(model, out)
    if step > AGREES:
        out.unlink()
        raise click.ClickException(f"OpenCV's scores differ from torch's by {step:.3g} of their standard deviation.")
    codes = {s.name: s.code for s in vocabulary.subjects()}
    facts = {"sha256": hashlib.sha256(out.read_bytes()).hexdigest(), "seen": state["seen"], "subjects": [codes[n] for n in state["subjects"]]}
    out.with_suffix(".json").write_text(json.dumps(facts, indent=0) + "\n", encoding="utf-8")
    click.echo(f"{out}: {out.stat().st_size / 1e6:.1f} MB, differs by {step:.2g} of the scores' standard deviation")


def halved(model: nn.Module) -> bytes:
    """The network as ONNX: weights stored as float16 and cast back to float32, so that any runtime computes in single precision."""
    import onnx
    from onnx import numpy_helper
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "net.onnx"
        torch.onnx.export(model, (torch.zeros(1, 3, 48, 48),), str(path), dynamo=False, opset_version=13, input_names=["picture"],
                          output_names=["scores"], dynamic_axes={"picture": {0: "n"}, "scores": {0: "n"}})
        found = onnx.load(str(path))
    casts = []
    for t in found.graph.initializer:
        value = numpy_helper.to_array(t)
        if value.dtype == np.float32 and value.size > 64:
            casts.append(onnx.helper.make_node("Cast", [t.name + ".half"], [t.name], to=onnx.TensorProto.FLOAT))
            t.CopyFrom(numpy_helper.from_array(value.astype(np.float16), t.name + ".half"))
    nodes = [*casts, *found.graph.node]
    del found.graph.node[:]
    found.graph.node.extend(nodes)
    onnx.checker.check_model(found)
    return found.SerializeToString()


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
