import {
  type EstimatedMap,
  ExplainError,
  inputOfLayer,
  type LayerRef,
  type LayerTask,
  type OptionSchema,
  resizeLinear,
} from '@explainnet/core'

/** What both methods let one choose. */
export interface LayerMapOptions {
  /** Default: the card's layer, else the last activated map with spatial axes before pooling or Flatten. */
  readonly layer: string | LayerRef | undefined
  /** Resize the map to the input's spatial size, linearly with half-pixel centres. Default true. */
  readonly upsample: boolean
}

export const layerMapSchema = {
  layer: { type: 'layer', text: 'Layer with spatial axes; chosen from the model if left out.' },
  upsample: { type: 'boolean', text: "Resize the map to the input's spatial size.", default: true },
} as const satisfies OptionSchema

/** One row of a layer: positions × channels, channels last. */
export interface LayerValues {
  readonly activation: Float32Array
  readonly gradient: Float32Array
  readonly channels: number
}

/** Σ_k w_k A_k at every position. */
export function weightedSum({ activation, channels }: LayerValues, weights: Float64Array): Float64Array {
  const sums = new Float64Array(activation.length / channels)
  for (let i = 0; i < activation.length; i++) sums[Math.floor(i / channels)]! += weights[i % channels]! * activation[i]!
  return sums
}

/** Class activation maps: ReLU of a sum over a layer's channels at every position, for any way to sum. */
export async function layerMaps(
  task: LayerTask,
  options: LayerMapOptions,
  sum: (values: LayerValues, example: number) => Float64Array,
): Promise<Record<string, EstimatedMap>> {
  const layer = task.layer(options.layer)
  if (!layer.spatial) {
    throw new ExplainError(
      'unknown-layer',
      `Layer '${layer.name}' has no spatial axes (shape [${layer.shape.slice(1).join(', ')}]).`,
      'Name a layer that keeps positions, or leave `layer` out.',
    )
  }
  const input = inputOfLayer(task.model, layer)
  let sides: readonly number[] = []
  let data = new Float32Array()
  for await (const { row, shape, activation, gradient } of task.layerGradients(task.originals, layer)) {
    const channels = shape.at(-1)!
    const positions = activation.length / channels
    if (row === 0) {
      sides = shape.slice(0, -1)
      data = new Float32Array(task.size * positions)
    }
    sum({ activation, gradient, channels }, row).forEach((value, position) => {
      data[row * positions + position] = Math.max(0, value)
    })
    task.report((row + 1) / task.size)
  }
  const axes = input.axes.slice(0, -1)
  const raw = { shape: [task.size, ...sides], data }
  const ref = { name: layer.name, call: layer.call }
  if (!options.upsample) return { [input.name]: { ...raw, axes, domain: 'layer', layer: ref } }
  const resized = resizeLinear(raw, [task.size, ...task.inputs[input.name]!.shape.slice(1, -1)])
  return { [input.name]: { ...resized, axes, domain: 'spatial', layer: ref } }
}
