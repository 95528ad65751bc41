"""Writes src/mnist1d/fixtures: pickles as NumPy writes them, and the steps of the published recipe computed with NumPy and SciPy.

The pickles need NumPy alone and are named after its major version: run it once with NumPy 1 (needs SciPy too), once with
NumPy 2. Run: python3 mnist1d_fixtures.py
"""

import json
import pathlib
import pickle

import numpy as np

folder = pathlib.Path(__file__).parent.parent / "src/mnist1d/fixtures"
major = np.__version__.split(".")[0]

signals = np.arange(8.0).reshape(2, 4) / 8
data = {
    "x": signals,
    "x_test": np.asfortranarray(-signals[:, ::-1]),
    "y": np.array([3, 9]),
    "y_test": np.array([0, 7], dtype=">i4"),
    "t": np.linspace(-1, 1, 4, dtype=np.float32),
    "templates": {"x": signals[:1], "t": signals[0], "y": np.array([5], dtype=np.uint8)},
}
for protocol in (0, 2, 4, 5) if major == "1" else (2, 4, 5):
    (folder / f"numpy{major}-protocol{protocol}.pkl").write_bytes(pickle.dumps(data, protocol))

if major == "1":
    from scipy.interpolate import interp1d
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng(0)

    def resample(x, n):
        return interp1d(np.linspace(0, 1, len(x)), x, kind="linear")(np.linspace(0, 1, n))

    template = rng.normal(size=12)
    padded = np.concatenate([template, np.zeros(40)])
    noise = 0.25 * rng.normal(size=72)
    steps = {
        "template": template.tolist(),
        "padded": resample(padded, 72).tolist(),
        "final": resample(noise, 40).tolist(),
        "noise": noise.tolist(),
        "smooth": gaussian_filter(noise, 2).tolist(),
        "sheared": (noise - 0.3 * np.linspace(-0.5, 0.5, 72)).tolist(),
    }
    (folder / "steps.json").write_text(json.dumps(steps) + "\n")
