import {
  type AttributionMap,
  type BaselineOption,
  explain,
  type LayeredModel,
  type NDArray,
  openTask,
  type RawImage,
  type ResolvedTarget,
  toRaw,
} from '@explainnet/core'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { preprocessingOf } from './explain-images.ts'

/** The straight path of integrated gradients from a baseline to one picture, in even steps. */
export interface IntegrationPath {
  readonly target: ResolvedTarget
  readonly map: AttributionMap
  readonly completeness: { readonly delta: number; readonly relative: number }
  /** From the baseline (α = 0) to the picture (α = 1), every `every`th step. */
  readonly points: readonly PathPoint[]
}

interface PathPoint {
  readonly alpha: number
  readonly picture: RawImage
  /** The target's score, in the space that is explained. */
  readonly score: number
  /** ∂score/∂input there, `[1, …]`. */
  readonly gradient: NDArray
  /** Gradient · (input − baseline): how fast the score rises along the path. */
  readonly slope: number
}

export interface IntegrationPathOptions {
  readonly steps: number
  /** A divisor of `steps`. */
  readonly every: number
  /** Default `black`. */
  readonly baseline?: BaselineOption | undefined
  readonly signal?: AbortSignal | undefined
}

/** Cost: a forward and a backward pass a step, a forward pass a point. */
export async function integrationPath(
  model: LayeredModel,
  input: NDArray,
  { steps, every, baseline, signal }: IntegrationPathOptions,
): Promise<IntegrationPath> {
  const method = integratedGradients({ steps, path: true, ...(baseline === undefined ? {} : { baseline }) })
  const { maps, extras, certificate } = await explain(model, input, method, { signal })
  const { name } = model.inputs[0]!
  const target = certificate.targets[0]!
  const size = input.data.length
  const places = Array.from({ length: steps / every + 1 }, (_, i) => i * every)
  const at = (values: NDArray, place: number): NDArray => ({
    shape: [1, ...input.shape.slice(1)],
    data: values.data.subarray(place * size, (place + 1) * size),
  })
  const images = places.map((place) => at(extras[`path.${name}`]!, place))
  const { task } = await openTask(model, input, { target: target.index ?? 'prediction', signal })
  const scores: number[] = []
  const rows = {
    count: places.length,
    example: () => 0,
    fill: (row: number, into: Readonly<Record<string, Float32Array>>) => into[name]!.set(images[row]!.data),
  }
  for await (const { row, score } of task.scores(rows, { space: target.space })) scores[row] = score
  const start = images[0]!.data
  const preprocessing = preprocessingOf(model)
  const { delta, relative } = certificate.evidence.completeness!
  return {
    target,
    map: Object.values(maps)[0]!,
    completeness: { delta: delta[0]!, relative: relative[0]! },
    points: places.map((place, i) => {
      const gradient = at(extras[`path.gradients.${name}`]!, place)
      return {
        alpha: extras['path.alphas']!.data[place]!,
        picture: toRaw(images[i]!, preprocessing),
        score: scores[i]!,
        gradient,
        slope: gradient.data.reduce((sum, value, k) => sum + value * (input.data[k]! - start[k]!), 0),
      }
    }),
  }
}
