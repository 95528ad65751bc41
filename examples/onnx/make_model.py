"""Writes model.onnx: which stripes has a picture [n, 3, 24, 24], horizontal, vertical, or none? Needs `pip install onnx`."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

across = np.array([[-1, -1, -1], [2, 2, 2], [-1, -1, -1]], np.float32) / 6
filters = np.stack([np.stack([one] * 3) / 3 for one in (across, across.T)])
arrays = {
    "filters": filters,
    "offsets": np.array([-0.1, -0.1], np.float32),
    "classes": np.array([[60, 0, 0], [0, 60, 0]], np.float32),
    "bias": np.array([0, 0, 1.5], np.float32),
}
nodes = [
    helper.make_node("Conv", ["picture", "filters", "offsets"], ["edges"], pads=[0, 0, 0, 0]),
    helper.make_node("Relu", ["edges"], ["found"]),
    helper.make_node("GlobalAveragePool", ["found"], ["mean"]),
    helper.make_node("Flatten", ["mean"], ["features"]),
    helper.make_node("Gemm", ["features", "classes", "bias"], ["logits"]),
    helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
]
graph = helper.make_graph(
    nodes,
    "stripes",
    [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["n", 3, 24, 24])],
    [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 3])],
    [numpy_helper.from_array(array, name) for name, array in arrays.items()],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, "model.onnx")
