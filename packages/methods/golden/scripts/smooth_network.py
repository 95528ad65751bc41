"""Writes fixtures/smooth-network.json: attributions of a small smooth network, in float64, from the papers' formulas.

Needs NumPy and nothing else. Every gradient is a central difference of the forward pass, so that no line of code and no
gradient rule is shared with what it checks. Run: python3 smooth_network.py
"""

import json
import pathlib

import numpy as np

rng = np.random.default_rng(7)
side, channels, classes = 6, 2, 3


def float32(values):
    """Rounded to what the tested code can hold, so that both compute with the same numbers."""
    return values.astype(np.float32).astype(np.float64)


kernel1 = float32(rng.normal(size=(3, 3, channels, 3)) * 0.4)
bias1 = float32(rng.normal(size=3) * 0.2)
kernel2 = float32(rng.normal(size=(3, 3, 3, 4)) * 0.4)
bias2 = float32(rng.normal(size=4) * 0.2)
kernel3 = float32(rng.normal(size=(4 * 4 * 4, classes)) * 0.5)
bias3 = float32(rng.normal(size=classes) * 0.2)
inputs = float32(rng.uniform(size=(2, side, side, channels)))
noise = float32(rng.normal(size=(4, side, side, channels)) * 0.1)
baseline = 0.25


def convolve(x, kernel, bias, same):
    if same:
        x = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    height, width = x.shape[0] - 2, x.shape[1] - 2
    y = np.zeros((height, width, kernel.shape[3])) + bias
    for i in range(3):
        for j in range(3):
            y += x[i : i + height, j : j + width] @ kernel[i, j]
    return y


def first(x):
    return np.log1p(np.exp(convolve(x, kernel1, bias1, True)))


def head(a):
    return np.tanh(convolve(a, kernel2, bias2, False)).reshape(-1) @ kernel3 + bias3


def logits(x):
    return head(first(x))


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def gradient(function, x, h=1e-5):
    result = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h
        result[index] = (function(x + step) - function(x - step)) / (2 * h)
    return result


def integrate(function, x, alphas, weights):
    b = np.full_like(x, baseline)
    mean = sum(w * gradient(function, b + a * (x - b)) for a, w in zip(alphas, weights))
    return (x - b) * mean


def plus_plus(a, g, official):
    numerator = g**2
    alpha = numerator / (2 * g**2 + a.sum((0, 1)) * g**3)
    alpha = np.where(g > 0, alpha, 0)
    if official:
        total = alpha.sum((0, 1))
        alpha = alpha / np.where(total == 0, 1, total)
    weights = (alpha * np.maximum(g, 0)).sum((0, 1))
    return np.maximum((a * weights).sum(-1), 0)


nodes, node_weights = np.polynomial.legendre.leggauss(12)
n = 10
ends = np.full(n + 1, 1 / n)
ends[0] = ends[-1] = 0.5 / n
rules = {
    "gauss-legendre": (12, (nodes + 1) / 2, node_weights / 2),
    "left": (n, np.arange(n) / n, np.full(n, 1 / n)),
    "right": (n, np.arange(1, n + 1) / n, np.full(n, 1 / n)),
    "middle": (n, (np.arange(n) + 0.5) / n, np.full(n, 1 / n)),
    "trapezoid": (n, np.arange(n + 1) / n, ends),
}

expected = {}


def record(name, values):
    expected.setdefault(name, []).append([float(f"{v:.9g}") for v in np.asarray(values).reshape(-1)])


targets = []
for x in inputs:
    target = int(np.argmax(logits(x)))
    targets.append(target)
    score = lambda x: logits(x)[target]
    slope = gradient(score, x)
    record("saliency", slope)
    record("saliency.probability", gradient(lambda x: softmax(logits(x))[target], x))
    record("inputXGradient", x * slope)
    record("inputXGradient.absolute", x * np.abs(slope))
    for name, (_, alphas, weights) in rules.items():
        record(f"integratedGradients.{name}", integrate(score, x, alphas, weights))
    fine, fine_weights = np.polynomial.legendre.leggauss(40)
    record("integratedGradients.limit", integrate(score, x, (fine + 1) / 2, fine_weights / 2))
    draws = np.stack([gradient(score, x + e) for e in noise])
    record("smoothGrad", draws.mean(0))
    record("smoothGradSquared", (draws**2).mean(0))
    record("varGrad", draws.var(0))
    a = first(x)
    g = gradient(lambda a: head(a)[target], a)
    record("gradCam", np.maximum((a * g.mean((0, 1))).sum(-1), 0))
    record("gradCamPlusPlus.paper", plus_plus(a, g, False))
    record("gradCamPlusPlus.official", plus_plus(a, g, True))

plain = lambda values: [float(np.float32(v)) for v in values.reshape(-1)]
fixture = {
    "inputs": plain(inputs),
    "noise": plain(noise),
    "baseline": baseline,
    "weights": [plain(w) for w in (kernel1, bias1, kernel2, bias2, kernel3, bias3)],
    "targets": targets,
    "steps": {name: steps for name, (steps, _, _) in rules.items()},
    "expected": expected,
}
path = pathlib.Path(__file__).parent.parent / "fixtures" / "smooth-network.json"
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
print(path.stat().st_size, "bytes")
