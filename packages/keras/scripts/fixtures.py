"""
Writes the Keras files of test/fixtures with inputs, and the outputs that Keras gives for them.

Run once with each of these, in a virtual environment of its own (Python 3.11):

    pip install tensorflow-cpu==2.15.1              && python fixtures.py ../test/fixtures
    pip install keras==3.15.1 jax==0.10.2           && KERAS_BACKEND=jax python fixtures.py ../test/fixtures
    pip install keras==3.0.5 jax==0.4.30 packaging  && KERAS_BACKEND=jax python fixtures.py ../test/fixtures

Every branch of a network is an output of its own, named after its layer, so that a wrong one is told by its name.
"""

import gzip
import json
import os
import struct
import sys

import h5py
import keras
import numpy as np
from keras import layers as L

VERSION = keras.__version__
KERAS3 = not VERSION.startswith("2")
OUT = sys.argv[1]


def images():
    x = keras.Input((8, 6, 3), name="image")
    small = dict(padding="same", activation="relu")
    return [x], [
        L.Conv2D(3, 3, padding="same", activation="elu", name="conv_same")(x),
        L.Conv2D(2, (3, 2), strides=2, use_bias=False, name="conv_strided")(x),
        L.Conv2D(2, 3, dilation_rate=2, activation="tanh", name="conv_dilated")(x),
        L.Conv2DTranspose(2, 3, strides=2, padding="same", name="transposed_same")(x),
        L.Conv2DTranspose(2, (3, 2), strides=1, activation="sigmoid", name="transposed_valid")(x),
        L.SeparableConv2D(2, 3, depth_multiplier=2, name="separable", **small)(x),
        L.DepthwiseConv2D(3, strides=2, depth_multiplier=2, name="depthwise", padding="same")(x),
        L.Cropping2D(((1, 0), (2, 1)), name="cropping")(x),
        L.ZeroPadding2D(((1, 0), (2, 1)), name="padding")(x),
        L.UpSampling2D((2, 1), name="upsampling")(x),
        L.UpSampling2D((2, 3), interpolation="bilinear", name="upsampling_bilinear")(x),
        L.MaxPooling2D(2, name="max_pool")(x),
        L.MaxPooling2D((3, 2), strides=2, padding="same", name="max_pool_same")(x),
        L.AveragePooling2D((3, 2), strides=2, padding="same", name="average_pool")(x),
        L.GlobalMaxPooling2D(name="global_max")(x),
        L.GlobalAveragePooling2D(name="global_average")(x),
        L.BatchNormalization(name="batch_norm")(x),
        L.BatchNormalization(axis=3, scale=False, epsilon=0.01, name="batch_norm_unscaled")(x),
        L.BatchNormalization(center=False, trainable=False, name="batch_norm_frozen")(x),
        L.LayerNormalization(name="layer_norm")(x),
        L.LayerNormalization(axis=[1, 2], epsilon=0.1, name="layer_norm_axes")(x),
        L.PReLU(name="prelu")(x),
        L.PReLU(shared_axes=[1, 2], name="prelu_shared")(x),
        L.Rescaling(0.5, offset=-1.0, name="rescaling")(x),
        L.Resizing(5, 9, name="resizing")(x),
        L.Resizing(4, 3, interpolation="nearest", name="resizing_nearest")(x),
        L.CenterCrop(5, 4, name="center_crop")(x),
        L.Reshape((4, -1), name="reshape")(x),
        L.Permute((3, 1, 2), name="permute")(x),
        L.Dense(2, name="dense_over_pixels")(x),
        L.Flatten(name="flatten")(L.MaxPooling2D(4, name="before_flatten")(x)),
    ]


def sequences():
    x = keras.Input((6, 4), name="signal")
    tokens = keras.Input((5,), dtype="int32", name="tokens")
    gated = dict(return_sequences=True)
    state = L.Dense(3, name="state")(L.GlobalAveragePooling1D(name="mean")(x))
    cells = [L.LSTMCell(2, name="cell_a"), L.GRUCell(3, reset_after=False, name="cell_b")]
    return [x, tokens], [
        L.Conv1D(3, 3, padding="same", activation="relu", name="conv_same")(x),
        L.Conv1D(2, 2, strides=2, name="conv_strided")(x),
        L.Conv1D(2, 2, dilation_rate=2, padding="same", name="conv_dilated")(x),
        L.MaxPooling1D(2, name="max_pool")(x),
        L.AveragePooling1D(3, strides=2, padding="same", name="average_pool")(x),
        L.GlobalMaxPooling1D(name="global_max")(x),
        L.RepeatVector(2, name="repeat")(state),
        L.SimpleRNN(3, name="simple_rnn")(x),
        L.LSTM(3, name="lstm", **gated)(x),
        L.LSTM(2, go_backwards=True, use_bias=False, recurrent_activation="tanh", name="lstm_backwards")(x),
        L.GRU(3, name="gru", **gated)(x),
        L.GRU(3, reset_after=False, name="gru_reset_before")(x),
        L.GRU(2, use_bias=False, name="gru_without_bias")(x),
        L.GRU(3, name="gru_from_state")(x, initial_state=state),
        L.RNN(L.SimpleRNNCell(2), name="rnn")(x),
        L.RNN(cells, name="rnn_stacked", **gated)(x),
        L.Bidirectional(L.LSTM(2), name="both_ways")(x),
        L.Bidirectional(L.GRU(2, **gated), merge_mode="sum", name="both_ways_summed")(x),
        L.Bidirectional(L.SimpleRNN(2, **gated), merge_mode="ave", name="both_ways_averaged")(x),
        L.TimeDistributed(L.Dense(2, activation="softmax"), name="distributed")(x),
        L.Embedding(7, 2, name="embedding")(tokens),
        L.SpatialDropout1D(0.5, name="spatial_dropout")(x),
        *L.LSTM(2, return_state=True, name="lstm_states")(x)[1:],
    ]


def masked():
    x = keras.Input((6, 4), name="signal")
    tokens = keras.Input((5,), dtype="int32", name="tokens")
    embedded = L.Embedding(7, 3, mask_zero=True, name="embedding_masked")(tokens)
    return [x, tokens], [
        L.LSTM(2, name="lstm_masked")(L.Masking(name="masking")(x)),
        L.GRU(2, return_sequences=True, name="gru_masked")(embedded),
        L.Bidirectional(L.LSTM(2), name="both_ways_masked")(L.Dropout(0.1, name="dropout")(embedded)),
    ]


def volumes():
    x = keras.Input((4, 5, 4, 2), name="volume")
    film = keras.Input((3, 5, 4, 2), name="film")
    return [x, film], [
        L.Conv3D(2, 2, activation="relu", name="conv")(x),
        L.Conv3D(2, 3, strides=2, padding="same", use_bias=False, name="conv_strided")(x),
        L.Conv3DTranspose(2, 2, strides=2, name="transposed")(x),
        L.MaxPooling3D(2, name="max_pool")(x),
        L.AveragePooling3D(2, padding="same", name="average_pool")(x),
        L.ConvLSTM2D(2, 2, padding="same", recurrent_activation="sigmoid", name="conv_lstm")(film),
        L.ConvLSTM2D(1, 3, padding="same", return_sequences=True, name="conv_lstm_all")(film)
        if KERAS3
        else L.ConvLSTM2D(1, 3, padding="same", recurrent_activation="hard_sigmoid", return_sequences=True, name="conv_lstm_all")(film),
        L.TimeDistributed(L.Conv2D(2, 3, activation="relu"), name="distributed_conv")(film),
    ]


def activations():
    x = keras.Input((5,), name="values")
    names = "elu gelu linear relu relu6 selu sigmoid softmax softplus softsign swish tanh".split()
    if KERAS3:
        names += ["mish", "log_softmax", "silu"]
    else:
        names += ["mish", "hard_sigmoid"]
    found = [L.Activation(name, name=f"as_{name}")(x) for name in names]
    found += [
        L.ReLU(name="relu_layer")(x),
        L.ReLU(max_value=1.0, name="relu_limited")(x),
        L.LeakyReLU(0.1, name="leaky")(x),
        L.ELU(name="elu_layer")(x),
        L.Softmax(name="softmax_layer")(x),
        L.Dense(3, activation="gelu", name="dense_gelu")(x),
        L.Dropout(0.5, name="dropout")(x),
        L.GaussianNoise(0.5, name="noise")(x),
        L.GaussianDropout(0.5, name="gaussian_dropout")(x),
        L.AlphaDropout(0.5, name="alpha_dropout")(x),
    ]
    if not KERAS3:
        found.append(L.ThresholdedReLU(0.5, name="thresholded")(x))
    return [x], found


def structure():
    """Nested models with frozen parts, a layer that runs twice, several inputs, every merge."""
    a, b = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    shared = L.Dense(4, activation="tanh", name="shared")
    p, q = shared(a), shared(b)
    inner = keras.Sequential(
        [
            keras.Input((4,)),
            L.Dense(3, trainable=False, name="frozen"),
            L.BatchNormalization(name="norm"),
            L.Dense(4, name="free"),
        ],
        name="inner",
    )
    one, two = keras.Input((4,), name="one"), keras.Input((4,), name="two")
    both = L.Add(name="both")([L.Dense(4, name="first")(one), two])
    pair = keras.Model([one, two], [L.Dense(2, name="second")(both), L.Activation("relu", name="third")(both)], name="pair")
    r, s = pair([inner(p), q])
    t, _ = pair([q, a])
    return [a, b], [
        L.Add(name="add")([p, q, a]),
        L.Average(name="average")([p, q]),
        L.Multiply(name="multiply")([p, q]),
        L.Maximum(name="maximum")([p, b]),
        L.Minimum(name="minimum")([a, q]),
        L.Concatenate(name="concatenate")([a, q, r]),
        L.Dot(1, normalize=True, name="dot")([p, q]),
        L.Activation("linear", name="nested_first")(r),
        L.Activation("linear", name="nested_second")(s),
        L.Activation("linear", name="nested_again")(t),
        L.Activation("linear", name="nested_sequential")(inner(b)),
    ]


def sequential():
    return keras.Sequential(
        [
            keras.Input((6, 6, 1), name="pixels"),
            L.Conv2D(2, 3, activation="relu"),
            L.BatchNormalization(),
            L.Conv2D(3, 2, use_bias=False),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dropout(0.2),
            L.Dense(4, activation="relu", kernel_regularizer="l2", kernel_initializer="he_normal"),
            L.Dense(3, activation="softmax"),
        ],
        name="little",
    )


def randomise(model, seed):
    rng = np.random.default_rng(seed)

    def draw(shape, name):
        # A variance is no negative number.
        return rng.uniform(0.5, 1.5, shape) if "variance" in name else rng.normal(0, 0.4, shape)

    model.set_weights([draw(w.shape, getattr(w, "path", w.name)).astype("float32") for w in model.weights])


def inputs_of(model, seed):
    rng = np.random.default_rng(seed)
    found = {}
    for tensor in model.inputs:
        name = tensor.name.split(":")[0]
        shape = (2, *tensor.shape[1:])
        is_int = "int" in str(tensor.dtype)
        values = rng.integers(0, 7, shape) if is_int else rng.normal(0, 1, shape)
        if name == "tokens":
            values[0, 3:] = 0
        if name == "signal":
            values[1, 4:] = 0
        found[name] = values.astype("int32" if is_int else "float32")
    return found


def write_safetensors(path, tensors):
    header, blobs, at = {}, [], 0
    for name, array in tensors.items():
        blob = np.ascontiguousarray(array, dtype="float32").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def write(name, model, save, seed=1):
    """The files that `save` writes, and what goes in and comes out."""
    randomise(model, seed)
    given = inputs_of(model, seed + 1)
    out = model.predict(list(given.values()) if len(given) > 1 else list(given.values())[0], verbose=0)
    out = out if isinstance(out, (list, tuple)) else [out]
    save(os.path.join(OUT, name))
    tensors = {f"in.{key}": value for key, value in given.items()}
    tensors.update({f"out.{i}": value for i, value in enumerate(out)})
    write_safetensors(os.path.join(OUT, f"{name}.safetensors"), tensors)


def whole(model, *endings):
    return lambda path: [model.save(f"{path}{ending}") for ending in endings]


def bare(model, ending):
    def save(path):
        model.save_weights(path + ending)
        with open(path + ".architecture.json", "w") as file:
            file.write(model.to_json())

    return save


def compressed(model):
    """As other tools may leave a file behind: chunked, shuffled, compressed, of 64 bits, big-endian."""

    def save(path):
        model.save(path + ".h5")
        with h5py.File(path + ".h5", "a") as file:
            arrays = []
            file.visititems(lambda name, item: arrays.append(name) if isinstance(item, h5py.Dataset) else None)
            for name in arrays:
                values = file[name][()]
                del file[name]
                file.create_dataset(name, data=values, dtype=">f8", chunks=values.shape, compression="gzip", shuffle=True)

    return save


def functional(make, name):
    inputs, outputs = make()
    return keras.Model(inputs, outputs, name=name)


keras.utils.set_random_seed(0)
tag = "keras-" + ".".join(VERSION.split(".")[:2])
everything = [images, sequences, masked, volumes, activations, structure]
if VERSION.startswith("2"):
    for make in everything:
        model = functional(make, make.__name__)
        write(f"{tag}-{make.__name__}", model, whole(model, ".h5"))
    model = functional(structure, "structure")
    write(f"{tag}-structure-zip", model, whole(model, ".keras"))
    model = sequential()
    write(f"{tag}-little", model, whole(model, ".h5"))
    model = sequential()
    write(f"{tag}-little-compressed", model, compressed(model))
    model = sequential()
    write(f"{tag}-little-zip", model, whole(model, ".keras"))
    model = sequential()
    write(f"{tag}-little-bare", model, bare(model, ".h5"))
    model = sequential()
    write(f"{tag}-little-bare-3", model, bare(model, ".weights.h5"))
elif VERSION.startswith("3.0"):
    for make in [structure, sequences, masked]:
        model = functional(make, make.__name__)
        write(f"{tag}-{make.__name__}", model, whole(model, ".keras"))
else:
    for make in everything:
        model = functional(make, make.__name__)
        write(f"{tag}-{make.__name__}", model, whole(model, ".keras"))
    model = functional(structure, "structure")
    write(f"{tag}-structure-h5", model, whole(model, ".h5"))
    model = sequential()
    write(f"{tag}-little", model, whole(model, ".keras"))
    model = sequential()
    write(f"{tag}-little-bare", model, bare(model, ".weights.h5"))
    for policy in ["float16", "bfloat16", "mixed_float16"]:
        keras.config.set_dtype_policy(policy)
        model = sequential()
        write(f"{tag}-little-{policy}", model, whole(model, ".keras"))

# Bare, the folders of HDF5 outweigh the few weights tenfold.
for name in os.listdir(OUT):
    if name.startswith(tag) and not name.endswith(".gz"):
        with open(os.path.join(OUT, name), "rb") as file, gzip.GzipFile(os.path.join(OUT, name + ".gz"), "wb", 9, mtime=0) as zipped:
            zipped.write(file.read())
        os.remove(os.path.join(OUT, name))
