"""A tfjs LayersModel as a PyTorch module with the same weights, for the layers that the benchmark's networks have."""

import json
import os

import numpy
import torch
from torch import nn


def read_weights(folder, manifest):
    """Values by the name of the weight; 16-bit ones are widened as tfjs does."""
    weights = {}
    for group in manifest:
        data = b"".join(open(os.path.join(folder, path), "rb").read() for path in group["paths"])
        start = 0
        for weight in group["weights"]:
            stored = numpy.dtype(weight.get("quantization", {}).get("dtype", weight["dtype"]))
            count = int(numpy.prod(weight["shape"]))
            values = numpy.frombuffer(data, stored, count, start).reshape(weight["shape"])
            weights[weight["name"]] = torch.from_numpy(values.astype("float32"))
            start += count * stored.itemsize
    return weights


class Same(nn.Module):
    """What TensorFlow calls SAME where it is not even: one more at the end."""

    def __init__(self, kernel, strides, value):
        super().__init__()
        self.kernel, self.strides, self.value = kernel, strides, value

    def forward(self, x):
        pads = []
        for size, kernel, stride in reversed(list(zip(x.shape[2:], self.kernel, self.strides))):
            total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            pads += [total // 2, total - total // 2]
        return nn.functional.pad(x, pads, value=self.value)


class Mean(nn.Module):
    def forward(self, x):
        return x.mean(dim=tuple(range(2, x.dim())))


class Flatten(nn.Module):
    """Channels run fastest in TensorFlow."""

    def forward(self, x):
        return x.movedim(1, -1).flatten(1)


class Add(nn.Module):
    def forward(self, *inputs):
        return sum(inputs[1:], inputs[0])


def padded(module, config, kernel, strides, value=0.0):
    """`module` is made with symmetric padding where that is the same."""
    if config["padding"] == "valid":
        return module(0)
    if all(stride == 1 and size % 2 == 1 for size, stride in zip(kernel, strides)):
        return module(tuple(size // 2 for size in kernel))
    return nn.Sequential(Same(kernel, strides, value), module(0))


def activation(config):
    name = config.get("activation") or "linear"
    # The final softmax is left out: outputs are logits.
    return {"relu": [nn.ReLU()], "linear": [], "softmax": []}[name]


def convolution(config, weights, depthwise=False):
    name = config["name"]
    kernel, strides = config["kernel_size"], config["strides"]
    values = weights[f"{name}/{'depthwise_kernel' if depthwise else 'kernel'}"]
    spatial = len(kernel)
    if depthwise:
        channels = values.shape[-2]
        values = values.permute(2, 3, 0, 1)
        inner, outer, groups = channels, channels * values.shape[1], channels
    else:
        inner, outer, groups = values.shape[-2], values.shape[-1], 1
        values = values.permute(spatial + 1, spatial, *range(spatial))
    kind = nn.Conv2d if spatial == 2 else nn.Conv1d

    def make(padding):
        conv = kind(inner, outer, tuple(kernel), tuple(strides), padding, groups=groups, bias=config["use_bias"])
        conv.weight.data = values.reshape(conv.weight.shape).contiguous()
        if config["use_bias"]:
            conv.bias.data = weights[f"{name}/bias"].clone()
        return conv

    return nn.Sequential(padded(make, config, kernel, strides), *activation(config))


def batch_norm(config, weights):
    values = lambda key: weights[f"{config['name']}/{key}"].clone()
    mean = values("moving_mean")
    norm = nn.BatchNorm2d(mean.numel(), eps=config["epsilon"])
    norm.weight.data, norm.bias.data = values("gamma"), values("beta")
    norm.running_mean.data, norm.running_var.data = mean, values("moving_variance")
    return norm


def dense(config, weights):
    kernel = weights[f"{config['name']}/kernel"]
    linear = nn.Linear(*kernel.shape)
    linear.weight.data, linear.bias.data = kernel.T.contiguous(), weights[f"{config['name']}/bias"].clone()
    return nn.Sequential(linear, *activation(config))


def max_pool(config):
    kernel, strides = config["pool_size"], config["strides"]
    return padded(
        lambda padding: nn.MaxPool2d(tuple(kernel), tuple(strides), padding), config, kernel, strides, -torch.inf
    )


def zero_padding(config):
    (top, bottom), (left, right) = config["padding"]
    return nn.ZeroPad2d((left, right, top, bottom))


def build(kind, config, weights):
    match kind:
        case "Conv2D" | "Conv1D":
            return convolution(config, weights)
        case "DepthwiseConv2D":
            return convolution(config, weights, depthwise=True)
        case "BatchNormalization":
            return batch_norm(config, weights)
        case "ReLU":
            return nn.ReLU6() if config.get("max_value") == 6 else nn.ReLU()
        case "MaxPooling2D":
            return max_pool(config)
        case "GlobalAveragePooling2D":
            return Mean()
        case "ZeroPadding2D":
            return zero_padding(config)
        case "Flatten":
            return Flatten()
        case "Add":
            return Add()
        case "Dense":
            return dense(config, weights)
        case "Activation":
            return nn.Sequential(*activation(config))
        case "Dropout" | "InputLayer":
            return nn.Identity()
    raise ValueError(f"No network of the benchmark has a {kind}.")


class Network(nn.Module):
    """Channels first; outputs are logits."""

    def __init__(self, folder):
        super().__init__()
        with open(os.path.join(folder, "model.json"), encoding="utf8") as file:
            model = json.load(file)
        topology = model["modelTopology"]
        topology = topology.get("model_config", topology)
        weights = read_weights(folder, model["weightsManifest"])
        self.steps, self.parts, before = [], nn.ModuleDict(), None
        for layer in topology["config"]["layers"]:
            config = layer["config"]
            name = config["name"]
            nodes = layer.get("inbound_nodes")
            sources = [node[0] for node in nodes[0]] if nodes else [before] if before else []
            self.parts[name] = build(layer["class_name"], config, weights)
            self.steps.append((name, sources))
            before = name
        last_use = {source: name for name, sources in self.steps for source in sources}
        self.done = {name: [one for one, user in last_use.items() if user == name] for name, _ in self.steps}

    def forward(self, x):
        values = {}
        for name, sources in self.steps:
            values[name] = self.parts[name](*([values[source] for source in sources] or [x]))
            for source in self.done[name]:
                del values[source]
        return values[self.steps[-1][0]]
