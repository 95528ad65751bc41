"""Writes ../fixtures/captum-sensitivity.json: Captum's max-sensitivity of input x gradient for given perturbations.

    pip install captum==0.9.0 numpy==2.4.6 torch==2.15.0
    python captum_sensitivity.py
"""

import json
from pathlib import Path

import numpy as np
import torch
from captum.attr import InputXGradient
from captum.metrics import sensitivity_max

random = np.random.default_rng(0)


def draw(*shape):
    return random.standard_normal(shape).round(3)


first, second = draw(5, 4), draw(3, 5)
inputs, changes = draw(3, 4), (0.05 * draw(6, 4)).round(4)
target = 1


def network(x):
    return torch.tanh(x @ torch.tensor(first).T) @ torch.tensor(second).T


def perturb(x):
    # Captum repeats every input once for each of its perturbations.
    return (x + torch.tensor(changes).repeat(x.shape[0] // len(changes), 1),)


found = sensitivity_max(
    InputXGradient(network).attribute,
    torch.tensor(inputs),
    perturb_func=perturb,
    n_perturb_samples=len(changes),
    target=target,
)
Path(__file__).parent.with_name("fixtures").joinpath("captum-sensitivity.json").write_text(
    json.dumps(
        {
            "first": first.tolist(),
            "second": second.tolist(),
            "inputs": inputs.tolist(),
            "changes": changes.tolist(),
            "target": target,
            "max": found.tolist(),
        }
    )
    + "\n"
)
