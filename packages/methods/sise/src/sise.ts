import {
  type AttributionMethod,
  apiVersion,
  type BaselineOption,
  type EstimatedMap,
  ExplainError,
  inputOfLayer,
  type LayerInfo,
  type LayerRef,
  type LayerTask,
  type NDArray,
  type OptionSchema,
  positionsOf,
  resolveOptions,
  rowOf,
  specOf,
} from '@explainnet/core'
import type { SelectionOptions } from './channels.ts'
import { type Fusion, fuse, type Weighed } from './fusion.ts'
import { layerMapper } from './layer-map.ts'
import { siseLayers } from './layers.ts'

export interface SiseOptions extends SelectionOptions {
  /** From shallow to deep. Default: `siseLayers(model)`. */
  readonly layers: string | LayerRef | readonly (string | LayerRef)[] | undefined
  /** `otsu` as in the paper, or a sigmoid about the threshold. Default `otsu`. */
  readonly fusion: Fusion
  /** How much the maps so far weigh beside each layer after the first, which weighs 2 − w; 0 … 2, or one for all. Default 1. */
  readonly weights: number | readonly number[] | undefined
  /** µ: channels are kept whose mean gradient is above so large a share of the layer's largest. Default 0. */
  readonly threshold: number
  /** Ada-SISE: Otsu's threshold of the positive mean gradients instead. Default false. */
  readonly adaptive: boolean
  /** What stands where a mask hides. Default `zero`, in the model's own units, as in the paper. Several are averaged. */
  readonly baseline: BaselineOption
  /** Hand out each layer's map, and the mask that scored best, as `extras`. Default false. */
  readonly layerMaps: boolean
}

const schema = {
  layers: { type: 'layer', text: 'Layers from shallow to deep; found from the model if left out.', list: true },
  fusion: {
    type: 'choice',
    text: 'A sharp threshold as in the paper, or a sigmoid about it.',
    default: 'otsu',
    choices: ['otsu', 'soft-otsu'],
  },
  weights: { type: 'number', text: 'Of the maps so far, at each step of the fusion.', min: 0, max: 2, list: true },
  threshold: {
    type: 'number',
    text: 'Share of the largest mean gradient, above which channels are kept.',
    default: 0,
    min: 0,
    max: 0.99,
  },
  adaptive: { type: 'boolean', text: "Ada-SISE: keep channels from Otsu's threshold on.", default: false },
  baseline: { type: 'baseline', text: 'What stands where a mask hides.', default: 'zero' },
  layerMaps: { type: 'boolean', text: "Hand out each layer's map and its best mask.", default: false },
} as const satisfies OptionSchema

/**
 * SISE: feature maps of several layers as masks, each weighed by the score of the input seen through it.
 *
 * For each layer: channels with a positive mean gradient of the logit are kept (above µ times the largest; with `adaptive` from
 * Otsu's threshold on, which is Ada-SISE); each is brought to the input's size and scaled to 0 … 1, a mask m; the layer's map is
 * Σ f(x·m + baseline·(1 − m))·m/Σm, scaled to 0 … 1, with f the probability. Maps are fused from shallow to deep: E ← (E + V)·gate(V), the
 * gate being V's Otsu threshold (`otsu`), or sigmoid(100·(V − τ)), where τ is raised by half if less than a tenth of the map is
 * above that then (`soft-otsu`); `weights` w make it (w·E + (2 − w)·V)·gate(V).
 *
 * A value for each position that is not negative, no channel axis: `[n, height, width]`, `[n, time]`, …, domain `spatial`, for the
 * input that the layers lead back to (for each of several). Channels that are the same everywhere are left out, and layers of which none is left, with the
 * warning `no-channels`. With `layerMaps` the extras hold each layer's map as `layer` and its best-scoring mask as `layer/mask`.
 *
 * Cost: for each layer one forward and one backward pass, and a forward pass for each channel kept. Throws `unknown-layer` where
 * there is no such layer or it has no spatial axes.
 *
 * Sattarzadeh et al. 2021, "Explaining Convolutional Neural Networks through Attribution-Based Input Sampling and Block-Wise
 * Feature Aggregation", https://arxiv.org/abs/2010.00672; Sudhakar et al. 2021, "Ada-SISE", https://arxiv.org/abs/2102.07799
 */
export function sise(given: Partial<SiseOptions> = {}) {
  const options = resolveOptions<SiseOptions>('sise', schema, given)
  return {
    apiVersion,
    name: 'sise',
    needs: 'layers',
    deterministic: true,
    options: schema,
    spec: specOf('@explainnet/sise', 'sise', options),
    paper: 'https://arxiv.org/abs/2010.00672',
    async *attribute(task) {
      const layers = layersOf(task, options.layers)
      const weights = weightsOf(layers.length, options.weights)
      const mapOf = layerMapper(task, await task.baselines(options.baseline), options)
      const inputs = new Map(layers.map((layer) => [layer, inputOfLayer(task.model, layer)]))
      const maps: Record<string, EstimatedMap & { data: Float64Array }> = {}
      for (const spec of new Set(inputs.values())) {
        const { sides, count, axes, domain } = positionsOf(spec, task.inputs[spec.name]!)
        maps[spec.name] = { shape: [task.size, ...sides], data: new Float64Array(task.size * count), axes, domain }
      }
      const extras: Record<string, NDArray> = {}
      const keep = (name: string, shape: readonly number[], example: number, values: Float64Array | Float32Array) => {
        extras[name] ??= { shape, data: new Float32Array(shape.reduce((product, side) => product * side, 1)) }
        rowOf(extras[name], example).set(values)
      }
      for (let example = 0; example < task.size; example++) {
        const found = new Map<string, Weighed[]>()
        for (const [done, layer] of layers.entries()) {
          const { name } = inputs.get(layer)!
          const map = await mapOf(layer, inputs.get(layer)!, example)
          if (map) found.set(name, [...(found.get(name) ?? []), { values: map.values, weight: weights[done]! }])
          if (options.layerMaps && map) {
            keep(layer.name, maps[name]!.shape, example, map.values)
            keep(`${layer.name}/mask`, maps[name]!.shape, example, map.bestMask)
          }
          task.report((example + (done + 1) / layers.length) / task.size)
        }
        for (const [name, all] of found) {
          const fused = fuse(all, options.fusion)
          maps[name]!.data.set(fused, example * fused.length)
        }
      }
      yield { maps, extras }
    },
  } satisfies AttributionMethod<'layers'>
}

/** The weight of the maps so far beside each layer; the first has none before it. */
function weightsOf(layers: number, given: SiseOptions['weights']): readonly number[] {
  if (typeof given !== 'object') return new Array<number>(layers).fill(given ?? 1)
  if (given.length === layers - 1) return [1, ...given]
  throw new ExplainError(
    'bad-option',
    `sise: there are ${given.length} weights for ${layers} layers.`,
    `Give one for all, or ${layers - 1}: one for each layer after the first.`,
  )
}

function layersOf(task: LayerTask, given: SiseOptions['layers']): readonly (LayerInfo & LayerRef)[] {
  const wanted = given === undefined ? siseLayers(task.model).map(({ name }) => name) : [given].flat()
  if (wanted.length === 0) {
    throw new ExplainError(
      'unknown-layer',
      'The model has no layer with spatial axes.',
      'SISE needs feature maps; use RISE or occlusion.',
    )
  }
  return wanted.map((one) => {
    const layer = task.layer(one as string | LayerRef)
    if (layer.spatial) return layer
    throw new ExplainError(
      'unknown-layer',
      `Layer '${layer.name}' has no spatial axes (shape [${layer.shape.slice(1).join(', ')}]).`,
      'Name layers that keep positions, or leave `layers` out.',
    )
  })
}
