"""Writes ../fixtures/reference.json: what Captum and Quantus say where their definitions are those of this package.

    pip install captum==0.9.0 quantus==0.6.0 torch==2.15.0
    python reference.py
"""

import json
from pathlib import Path

import numpy as np
import quantus
import torch
from captum.metrics import infidelity

random = np.random.default_rng(0)


def draw(*shape):
    return random.standard_normal(shape).round(3)


def captum_infidelity():
    first, second = draw(5, 4), draw(3, 5)
    inputs, changes, attributions = draw(3, 4), draw(16, 4), draw(3, 4)
    target = 1
    network = lambda x: torch.relu(x @ torch.tensor(first).T) @ torch.tensor(second).T

    def perturb(x):
        # Captum repeats every input once for each of its perturbations.
        taken = torch.tensor(changes).repeat(x.shape[0] // len(changes), 1)
        return taken, x - taken

    results = {
        name: infidelity(
            network,
            perturb,
            torch.tensor(inputs),
            torch.tensor(attributions),
            target=target,
            n_perturb_samples=len(changes),
            max_examples_per_batch=len(inputs) * len(changes),
            normalize=normalise,
        ).tolist()
        for name, normalise in [("plain", False), ("normalised", True)]
    }
    given = dict(first=first, second=second, inputs=inputs, changes=changes, attributions=attributions)
    return {**{name: value.tolist() for name, value in given.items()}, "target": target, **results}


def quantus_localisation():
    maps = np.abs(draw(4, 1, 6, 5))
    masks = np.zeros((4, 1, 6, 5))
    masks[0, 0, 1:4, 1:3] = 1
    masks[1, 0, :2] = 1
    masks[2, 0, 3:, 2:] = 1
    masks[3, 0, 2:5, :4] = 1
    images = draw(4, 1, 6, 5)
    options = dict(model=None, x_batch=images, y_batch=np.zeros(4, int), a_batch=maps, s_batch=masks)
    plain = dict(abs=False, normalise=False, disable_warnings=True)
    metrics = {
        "mass": quantus.RelevanceMassAccuracy(**plain),
        "rank": quantus.RelevanceRankAccuracy(**plain),
        "pointing": quantus.PointingGame(**plain),
    }
    results = {name: [float(value) for value in metric(**options)] for name, metric in metrics.items()}
    return {"maps": maps[:, 0].tolist(), "masks": masks[:, 0].astype(int).tolist(), **results}


fixture = {
    "versions": {"captum": "0.9.0", "quantus": "0.6.0"},
    "infidelity": captum_infidelity(),
    "localisation": quantus_localisation(),
}
path = Path(__file__).parent.parent / "fixtures" / "reference.json"
path.write_text(json.dumps(fixture) + "\n")
