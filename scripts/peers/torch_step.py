"""Training steps in PyTorch, for `deno task bench kernels` to compare with its own.

Started by peers.ts, with one line of JSON per request and reply:

    (start)                                              -> {"adapter": ..., "versions": ...}
    {"model": ..., "batch": ..., "stepSize": ..., "momentum": ...}  -> {} or {"refusal": a sentence}
    {"runs": n}                                          -> {"ms": milliseconds for n steps}

A step is upload (here: none, arrays are shared), forward, gradients, update; the network is built from the model's
record, so both sides train the same one.
"""

import json
import os
import platform
import signal
import sys
import time

import numpy
import torch
from torch import nn

THREADS = os.cpu_count() or 1
CLASSES = 10


def layers(model):
    """The record's layers as modules, on images [n, maps, height, width]."""
    height, width, maps = model["input"]
    for layer in model["layers"]:
        kind = layer["kind"]
        if kind == "flatten":
            yield nn.Flatten()
            height, width, maps = 1, 1, height * width * maps
        elif kind == "dense":
            yield nn.Linear(maps, layer["units"])
            maps = layer["units"]
        elif kind == "conv" and "connections" not in layer:
            yield nn.Conv2d(maps, layer["maps"], layer["kernel"], layer["stride"], layer["padding"])
            height, width = (
                (side + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for side in (height, width)
            )
            maps = layer["maps"]
        elif kind in ("max_pool", "average_pool"):
            pool = nn.MaxPool2d if kind == "max_pool" else nn.AvgPool2d
            yield pool(layer["size"], layer["stride"])
            height, width = ((side - layer["size"]) // layer["stride"] + 1 for side in (height, width))
        else:
            raise NotImplementedError(f'Layer "{layer["name"]}" of kind "{kind}" is not in this script')
        if layer.get("activation") == "hidden":
            yield nn.ReLU()


def training_step(request):
    """A function that updates the network of a request by one batch."""
    model, batch = request["model"], request["batch"]
    height, width, maps = model["input"]
    network = nn.Sequential(*layers(model))
    optimiser = torch.optim.SGD(network.parameters(), lr=request["stepSize"], momentum=request["momentum"])
    loss = nn.CrossEntropyLoss()
    random = numpy.random.default_rng(0)
    pixels = random.standard_normal((batch, maps, height, width), dtype=numpy.float32)
    labels = random.integers(CLASSES, size=batch)

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss(network(torch.from_numpy(pixels)), torch.from_numpy(labels)).backward()
        optimiser.step()

    return step


def replies():
    """The reply to each request on standard input."""
    step = None
    for line in sys.stdin:
        request = json.loads(line)
        if "model" in request:
            try:
                step = training_step(request)
                yield {}
            except NotImplementedError as error:
                yield {"refusal": str(error)}
        else:
            started = time.perf_counter()
            for _ in range(request["runs"]):
                step()
            yield {"ms": 1000 * (time.perf_counter() - started)}


def main():
    # Ctrl-C is for the benchmark, which stops this process when it has finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(THREADS)
    versions = f"PyTorch {torch.__version__}, Python {platform.python_version()}, {torch.get_num_threads()} threads"
    print(json.dumps({"adapter": "processor", "versions": versions}), flush=True)
    for reply in replies():
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
