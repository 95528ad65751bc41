import {
  type AttributionMethod,
  ExplainError,
  type ExplainOptions,
  explain,
  type NamedArrays,
  type NDArray,
  type Need,
  type Needs,
  randomStream,
  rowOf,
} from '@explainnet/core'
import type { MetricResult } from '../api.ts'
import { metricResult } from '../result.ts'
import { targetOf } from '../subject.ts'

export interface SensitivityOptions extends Pick<ExplainOptions, 'target' | 'seed' | 'signal' | 'memory' | 'maxChunk'> {
  /** Largest change of an input value, as a share of the example's own range (maximum − minimum). Default 0.02. */
  readonly radius?: number | undefined
  /** Perturbed copies of each example, from 1. Default 10. */
  readonly samples?: number | undefined
}

export interface Sensitivity {
  /** The largest change of the map over the samples. */
  readonly max: MetricResult
  /** The mean change. */
  readonly average: MetricResult
}

/**
 * How much a map changes when its input hardly does: ‖Φ(x + δ) − Φ(x)‖ ÷ ‖Φ(x)‖ (Euclidean, over the whole map), the
 * largest (max-sensitivity) and the mean (average sensitivity) over δ drawn uniformly from the cube of half-width `radius` ×
 * the example's range; lower is better. The target stays that of the unchanged example; methods that draw at random draw
 * the same for all copies, so that only the perturbation is seen. The radius in the input's own units is printed in
 * `parameters.radii`, an entry an example: figures of other radii cannot be compared.
 *
 * A map of zeros is divided by 1. Token numbers and other integers are not perturbed.
 *
 * Cost: the method's own, `samples` + 1 times an example.
 *
 * Yeh et al. 2019, "On the (in)fidelity and sensitivity of explanations", definition 3, https://arxiv.org/abs/1901.09392;
 * divided by the map's norm as in Captum, so that maps of other units compare.
 *
 * @throws ExplainError `bad-option`; as `explain`.
 */
export async function sensitivity<N extends Need>(
  model: Needs[N],
  input: NDArray | NamedArrays,
  method: AttributionMethod<N>,
  options: SensitivityOptions = {},
): Promise<Sensitivity> {
  const { radius = 0.02, samples = 10, seed = 0, ...rest } = options
  if (!(radius > 0 && Number.isFinite(radius) && Number.isInteger(samples) && samples >= 1)) {
    throw new ExplainError(
      'bad-option',
      `A radius of ${radius} and ${samples} samples were asked for.`,
      'The radius is a positive share of the range, the samples are a whole number from 1.',
    )
  }
  const named = 'data' in input ? { [model.inputs[0]!.name]: input as NDArray } : (input as NamedArrays)
  const floats = new Set(model.inputs.filter(({ dtype }) => dtype === 'float32').map(({ name }) => name))
  const radii = radiiOf(named, floats, radius)
  const perturbed = Array.from({ length: samples }, (_, sample) =>
    Object.fromEntries(
      Object.entries(named).map(([name, array]) => [
        name,
        floats.has(name) ? perturb(array, radii, [seed, sample]) : array,
      ]),
    ),
  )
  const changes = await mapChanges(model, named, perturbed, method, { ...rest, seed })
  const result = (metric: string, words: string, pick: (changes: readonly number[]) => number) =>
    metricResult(
      {
        metric,
        definition: `${words} of the map, relative to its norm, under uniform noise of the radius (Yeh et al. 2019)`,
        better: 'lower',
        parameters: { radius, radii, samples, seed },
      },
      { map: changes.values.map(pick) },
      changes.cost,
    )
  return {
    max: result('max-sensitivity', 'Largest change', (values) => Math.max(...values)),
    average: result(
      'average-sensitivity',
      'Mean change',
      (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
    ),
  }
}

/** ‖Φ(y) − Φ(x)‖ ÷ ‖Φ(x)‖ of each example for each of the given perturbed batches. */
export async function mapChanges<N extends Need>(
  model: Needs[N],
  input: NamedArrays,
  perturbed: readonly NamedArrays[],
  method: AttributionMethod<N>,
  options: Pick<ExplainOptions, 'target' | 'seed' | 'signal' | 'memory' | 'maxChunk'>,
): Promise<{ readonly values: number[][]; readonly cost: MetricResult['cost'] }> {
  const original = await explain(model, input, method, options)
  const { targets } = original.certificate
  const target = targets.some(({ kind }) => kind === 'function') ? options.target : targetOf(original)
  const cost = { forward: original.certificate.cost.forward, backward: original.certificate.cost.backward }
  const values = targets.map((): number[] => [])
  for (const batch of perturbed) {
    const { maps, certificate } = await explain(model, batch, method, { ...options, target })
    cost.forward += certificate.cost.forward
    cost.backward += certificate.cost.backward
    for (const [example, list] of values.entries()) {
      let [change, size] = [0, 0]
      for (const [name, map] of Object.entries(maps)) {
        const before = rowOf(original.maps[name]!, example)
        rowOf(map, example).forEach((value, i) => {
          change += (value - before[i]!) ** 2
          size += before[i]! ** 2
        })
      }
      list.push(Math.sqrt(change) / (size > 0 ? Math.sqrt(size) : 1))
    }
  }
  return { values, cost }
}

/** The radius of each example in the units of its inputs. */
function radiiOf(input: NamedArrays, floats: ReadonlySet<string>, share: number): number[] {
  const examples = Object.values(input)[0]!.shape[0]!
  return Array.from({ length: examples }, (_, example) => {
    let [low, high] = [Infinity, -Infinity]
    for (const [name, array] of Object.entries(input)) {
      if (!floats.has(name)) continue
      for (const value of rowOf(array, example)) {
        low = Math.min(low, value)
        high = Math.max(high, value)
      }
    }
    return share * (high - low)
  })
}

/** Every example gets the same draws, so that it does not matter beside which others it stands. */
function perturb(array: NDArray, radii: readonly number[], path: readonly [seed: number, sample: number]): NDArray {
  const data = array.data.slice()
  const size = data.length / array.shape[0]!
  const random = randomStream(...path)
  const noise = Float32Array.from({ length: size }, () => 2 * random.uniform() - 1)
  data.forEach((value, i) => {
    data[i] = value + radii[Math.floor(i / size)]! * noise[i % size]!
  })
  return { shape: array.shape, data }
}
