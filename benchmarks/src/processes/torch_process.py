"""PyTorch with Captum: answers questions, one JSON object a line, as `serve.ts` does."""

import json
import os
import platform
import sys
import time

# Standard output belongs to the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import captum
import numpy
import torch
from captum.attr import IntegratedGradients, LayerAttribution, LayerGradCam, NoiseTunnel, Saliency
from torch_network import Network

state = {}


def start(device, **_):
    state["device"] = torch.device(device)
    name = torch.cuda.get_device_name() if state["device"].type == "cuda" else torch.backends.cpu.get_cpu_capability()
    versions = {
        "python": platform.python_version(),
        "torch": f"{torch.__version__} on {name}",
        "captum": captum.__version__,
        "numpy": numpy.__version__,
    }
    return {"device": name, "versions": versions}


def load(folder, inputs, **_):
    state["network"] = Network(folder).eval().to(state["device"])
    values = numpy.fromfile(inputs["path"], "<f4").reshape(inputs["shape"])
    state["examples"] = torch.from_numpy(values).movedim(-1, 1).contiguous().to(state["device"])


def examples_of(operation):
    if "row" in operation:
        return state["examples"][operation["row"] : operation["row"] + 1]
    rows = operation.get("rows", 1)
    return state["examples"][torch.arange(rows) % len(state["examples"])]


def targets_of(x):
    with torch.no_grad():
        return state["network"](x).argmax(1)


def integrated_gradients(x, targets, operation):
    options = {key: operation[key] for key in ("internal_batch_size",) if key in operation}
    if "steps" in operation:
        options["n_steps"] = operation["steps"]
    return IntegratedGradients(state["network"]).attribute(x, target=targets, **options)


def smooth_grad(x, targets, operation):
    spread = 0.15 * float(x.max() - x.min())
    batch = operation.get("internal_batch_size")
    return NoiseTunnel(Saliency(state["network"])).attribute(
        x, nt_type="smoothgrad", nt_samples=50, nt_samples_batch_size=batch, stdevs=spread, target=targets, abs=False
    )


def grad_cam(x, targets, operation):
    map = LayerGradCam(state["network"], state["network"].parts[operation["layer"]]).attribute(
        x, target=targets, relu_attributions=True
    )
    return LayerAttribution.interpolate(map, tuple(x.shape[2:]), "bilinear" if x.dim() == 4 else "linear")


def gradient(x):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(state["network"](x)[:, 0].sum(), x)[0]


def run(operation):
    """Captum is told the target, so its calls are spared the forward pass that finds it."""
    x = examples_of(operation)
    match operation["name"]:
        case "forward":
            with torch.no_grad():
                return state["network"](x)
        case "gradient":
            return gradient(x)
        case "saliency":
            return Saliency(state["network"]).attribute(x, target=operation["target"], abs=False)
        case "smooth-grad":
            return smooth_grad(x, operation["target"], operation)
        case "grad-cam":
            return grad_cam(x, operation["target"], operation)
        case "integrated-gradients":
            return integrated_gradients(x, operation["target"], operation)
    raise ValueError(f"No operation is called {operation['name']}.")


def prepared(operation):
    if state["device"].type == "cpu":
        torch.set_num_threads(operation["threads"])
    if operation["name"] in ("forward", "gradient"):
        return operation
    return {**operation, "target": targets_of(examples_of(operation))}


def seconds():
    if state["device"].type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def measure(operation):
    operation = prepared(operation)
    began = seconds()
    run(operation).detach().cpu().numpy()
    return {"milliseconds": 1000 * (seconds() - began)}


def channels_last(map):
    return map.detach().movedim(1, -1).cpu().numpy()


def error(operation, reference, **_):
    map = channels_last(run(prepared(operation))).ravel().astype("f8")
    truth = numpy.fromfile(reference, "<f4").astype("f8")
    return {"error": float(abs(map - truth).sum() / abs(truth).sum())}


def scores(**_):
    with torch.no_grad():
        outputs = state["network"](state["examples"])
    best = outputs.max(1)
    return [{"index": int(index), "score": float(score)} for score, index in zip(best.values, best.indices)]


def reference(row, steps, path, threads):
    """Integrated gradients from zero by the midpoint rule, with nothing but autograd; sums in float64."""
    torch.set_num_threads(threads)
    x = state["examples"][row : row + 1]
    target = int(targets_of(x)[0])
    total = torch.zeros(x.shape, dtype=torch.float64, device=x.device)
    # Four at a time: more cost the allocator more than they spare.
    for start in range(0, steps, 4):
        count = min(4, steps - start)
        alphas = (torch.arange(start, start + count, device=x.device) + 0.5) / steps
        points = (x * alphas.view(-1, *[1] * (x.dim() - 1))).requires_grad_()
        score = state["network"](points)[:, target].sum()
        total += torch.autograd.grad(score, points)[0].double().sum(0, keepdim=True)
    channels_last((total / steps * x).float()).astype("<f4").tofile(path)


handlers = {
    "start": start,
    "load": load,
    "time": lambda **operation: measure(operation),
    "error": error,
    "scores": scores,
    "reference": reference,
}

for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = {"id": question["id"], "result": handlers[question["method"]](**question["params"])}
    except Exception as problem:  # Told to who asked.
        text = (str(problem) or type(problem).__name__).splitlines()[0]
        answer = {"id": question["id"], "error": f"{type(problem).__name__}: {text}"}
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
