import { type NDArray, type Preprocessing, prepareImage } from '@explainnet/core'
import { type Decode, type FolderSplit, readFolder } from '@explainnet/datasets/folder'
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { batchesFrom, plainBatches } from './batches.ts'
import type { Recipe } from './schedule.ts'
import type { TrainingTask } from './trainer.ts'

export interface LinearTaskOptions {
  readonly decode: Decode
  /** Default 0. */
  readonly seed?: number | undefined
  readonly recipe?: Partial<Recipe> | undefined
  /** How a picture becomes input; its `size` is the size of the weight maps. */
  readonly preprocessing: Preprocessing & { readonly size: readonly [number, number] }
}

// Chosen by the validation loss on POLLEN23E at 32×32.
const linearRecipe: Recipe = { epochs: 40, batchSize: 32, peakRate: 0.002, weightDecay: 0.1, labelSmoothing: 0 }

/** Multinomial logistic regression on the pixels of a split: the same loop as for the networks, no augmentation. */
export async function linearTask(
  root: string,
  split: Pick<FolderSplit, 'labels' | 'train' | 'validation'>,
  { decode, seed = 0, recipe: changes = {}, preprocessing }: LinearTaskOptions,
): Promise<TrainingTask> {
  const read = async (files: FolderSplit['train']) => {
    const examples: { values: Float32Array; label: number }[] = []
    for await (const { image, label } of readFolder(root, files, { decode })) {
      examples.push({ values: prepareImage(image, preprocessing).input.data, label: split.labels.indexOf(label) })
    }
    return examples
  }
  const [train, validation] = [await read(split.train), await read(split.validation)]
  const recipe = { ...linearRecipe, ...changes }
  const [height, width] = preprocessing.size
  const source = {
    count: train.length,
    size: train[0]!.values.length,
    label: (index: number) => train[index]!.label,
    write: (index: number, _: unknown, target: Float32Array, offset: number) =>
      target.set(train[index]!.values, offset),
  }
  return {
    network: (final) => buildLinear([height, width, 3], split.labels.length, final),
    ...batchesFrom(source, recipe.batchSize, seed),
    validation: plainBatches(validation),
    recipe,
    seed,
    data: split.train.map((entry) => entry.sha256).join(),
  }
}

function buildLinear(shape: number[], classes: number, final: 'softmax' | 'linear'): LayersModel {
  const start = input({ shape })
  const flat = layers.flatten().apply(start)
  const dense = layers.dense({ name: 'classes', units: classes, kernelInitializer: 'zeros', activation: final })
  return model({ name: 'linear', inputs: start, outputs: dense.apply(flat) as SymbolicTensor })
}

export interface LinearWeightMaps {
  /** [classes, height, width, channels] the weights of each class: what a pixel adds to its logit. */
  readonly classes: NDArray
  /** [height, width, channels] mean of |weight| over the classes: the plain mean means nothing, softmax ignores it. */
  readonly mean: NDArray
}

/** The weights of a linear model as pictures. */
export async function linearWeightMaps(network: LayersModel): Promise<LinearWeightMaps> {
  const shape = network.inputs[0]!.shape.slice(1) as number[]
  const kernel = (await network.getLayer('classes').getWeights()[0]!.data()) as Float32Array
  const count = network.outputs[0]!.shape.at(-1)!
  const pixels = kernel.length / count
  const classes = new Float32Array(kernel.length)
  const mean = new Float32Array(pixels)
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let label = 0; label < count; label++) {
      const weight = kernel[pixel * count + label]!
      classes[label * pixels + pixel] = weight
      mean[pixel]! += Math.abs(weight) / count
    }
  }
  return { classes: { shape: [count, ...shape], data: classes }, mean: { shape, data: mean } }
}
