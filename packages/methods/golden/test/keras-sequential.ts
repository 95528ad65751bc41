import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { type Dataset, File, type Group, ready } from 'h5wasm/node'

/** A Keras 2 Sequential network with its weights. Only the layers of the reference networks are known. */
export async function readSequential(path: string): Promise<tfl.Sequential> {
  await ready
  // Read through the module's own memory: it cannot open a read-only folder of the host.
  const file = new File(path, 'r')
  const { config } = JSON.parse(String(file.attrs['model_config']!.value)) as { config: { layers: KerasLayer[] } }
  const model = tfl.sequential()
  for (const layer of config.layers) if (layer.class_name !== 'InputLayer') model.add(build(layer))
  for (const layer of model.layers) {
    const group = file.get(`model_weights/${layer.name}`) as Group
    // Layers without weights hold an empty array of numbers here.
    const names = Array.from(group.attrs['weight_names']!.value as Iterable<string>)
    layer.setWeights(
      names.map((name) => {
        const { value, shape } = group.get(name) as Dataset
        return tf.tensor(value as Float32Array, shape!)
      }),
    )
  }
  file.close()
  return model
}

interface KerasLayer {
  readonly class_name: string
  // biome-ignore lint/suspicious/noExplicitAny: JSON of another program.
  readonly config: any
}

function build({ class_name, config }: KerasLayer): tfl.layers.Layer {
  const { name, filters, kernel_size: kernelSize, strides, padding, activation, units, pool_size: poolSize } = config
  const batchInputShape = config.batch_input_shape ? { batchInputShape: config.batch_input_shape } : {}
  switch (class_name) {
    case 'Conv1D':
      return tfl.layers.conv1d({ name, filters, kernelSize, strides, padding, activation, ...batchInputShape })
    case 'Conv2D':
      return tfl.layers.conv2d({ name, filters, kernelSize, strides, padding, activation, ...batchInputShape })
    case 'MaxPooling2D':
      return tfl.layers.maxPooling2d({ name, poolSize, strides, padding })
    case 'GlobalAveragePooling2D':
      return tfl.layers.globalAveragePooling2d({ name })
    case 'Flatten':
      return tfl.layers.flatten({ name })
    case 'Dense':
      return tfl.layers.dense({ name, units, activation })
    default:
      throw new Error(`No reference network has a ${class_name}.`)
  }
}
