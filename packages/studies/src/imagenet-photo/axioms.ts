import {
  type Attribution,
  type AttributionMethod,
  type BaselineOption,
  explain,
  type LayeredModel,
  type NamedTensors,
  type NDArray,
  rowOf,
  type Target,
} from '@explainnet/core'
import { add, mul, reshape, slice, type Tensor1D } from '@tensorflow/tfjs-core'
import { reorderedCopy } from './reordered-copy.ts'
import { hiding, mirrorMean, transformedModel } from './transformed-model.ts'

export const axiomNames = [
  'completeness',
  'sensitivity (a)',
  'sensitivity (b), dummy',
  'implementation invariance',
  'linearity',
  'symmetry',
] as const
export type AxiomName = (typeof axiomNames)[number]

/** How far a method is from an axiom, on one network and one picture. JSON. */
export interface AxiomCheck {
  readonly axiom: AxiomName
  /** What was done, and what is measured. */
  readonly how: string
  /** 0 if the axiom holds; null if it could not be checked, and `how` says why. */
  readonly measured: number | null
  readonly tolerance: number
  readonly passed: boolean | null
}

export interface AxiomOptions {
  readonly signal?: AbortSignal | undefined
  /** Told before each axiom. */
  readonly onAxiom?: ((axiom: AxiomName, place: number) => void) | undefined
}

/** The method under test, from a baseline; `undefined` stands for its own default. */
export type MethodFrom = (baseline: BaselineOption | undefined) => AttributionMethod<'gradients'>

/** Features that are changed one by one for sensitivity (a). */
const features = 4

/**
 * The axioms of Sundararajan, Taly & Yan 2017 (arXiv:1703.01365), checked on a classifier and one picture
 * `[1, height, width, channels]`: completeness of the predicted class; sensitivity (a) against baselines that differ in
 * one value; dummy with part of the picture hidden from the network; implementation invariance against a copy whose
 * hidden channels come in another order; linearity of the two highest logits; symmetry of a network that reads the mean
 * of the picture and its mirror image. Cost: 11 maps of the method.
 */
export async function checkAxioms(
  model: LayeredModel,
  input: NDArray,
  method: MethodFrom,
  { signal, onAxiom }: AxiomOptions = {},
): Promise<AxiomCheck[]> {
  const usual = method(undefined)
  const found = await explain(model, input, usual, { signal })
  const target = found.certificate.targets[0]!.index!
  const study: Study = { model, input, method, usual, found, target, signal }
  const checks: AxiomCheck[] = []
  for (const [place, axiom] of axiomNames.entries()) {
    onAxiom?.(axiom, place)
    const { measured, how, tolerance } = await measure[axiom](study)
    checks.push({ axiom, how, measured, tolerance, passed: measured === null ? null : measured <= tolerance })
  }
  return checks
}

interface Study {
  readonly model: LayeredModel
  readonly input: NDArray
  readonly method: MethodFrom
  readonly usual: AttributionMethod<'gradients'>
  /** The map of the unchanged network and picture. */
  readonly found: Attribution
  readonly target: number
  readonly signal: AbortSignal | undefined
}

type Measured = Pick<AxiomCheck, 'measured' | 'how' | 'tolerance'>

const measure: Readonly<Record<AxiomName, (study: Study) => Promise<Measured>>> = {
  async completeness({ found }) {
    const gap = scoreDifferences(found)[0]!
    const total = found.values.reduce((sum, value) => sum + value, 0)
    return {
      how: `|Σ A − (f(x) − f(b))| ÷ |f(x) − f(b)|: Σ A = ${total.toFixed(3)}, f(x) − f(b) = ${gap.toFixed(3)}; 5 % is what the paper asks of 20 to 300 steps`,
      measured: Math.abs(total - gap) / Math.abs(gap),
      tolerance: 0.05,
    }
  },

  async 'sensitivity (a)'({ model, input, method, found, target, signal }) {
    const size = input.data.length
    const places = Array.from(found.values.keys())
      .sort((i, j) => Math.abs(found.values[j]!) - Math.abs(found.values[i]!))
      .slice(0, features)
    const shape = [places.length, ...input.shape.slice(1)]
    const copies = new Float32Array(places.length * size)
    const baselines = new Float32Array(copies.length)
    places.forEach((place, row) => {
      copies.set(input.data, row * size)
      baselines.set(input.data, row * size)
      // The other end of the picture's own values: the baseline differs from the picture in this one value.
      baselines[row * size + place] = farthest(input.data, input.data[place]!)
    })
    const from = method({ name: 'one value changed', inputs: { shape, data: baselines } })
    const alone = await explain(model, { shape, data: copies }, from, { target, signal })
    const gaps = scoreDifferences(alone)
    const matter = places.map((place, row) => ({ row, place })).filter(({ row }) => gaps[row] !== 0)
    const nothing = matter.filter(({ row, place }) => alone.values[row * size + place] === 0).length
    const elsewhere = matter.some(({ row, place }) =>
      rowOf({ shape, data: alone.values }, row).some((value, i) => i !== place && value !== 0),
    )
    return {
      how: `Baselines that differ from the picture in one value, ${places.length} of them: the share of those values that change the score and get nothing${elsewhere ? ' (values that did not change get something)' : ''}`,
      measured: matter.length === 0 ? null : nothing / matter.length,
      tolerance: 0,
    }
  },

  async 'sensitivity (b), dummy'({ model, input, usual, target, signal }) {
    const [, height, width, channels] = input.shape as Picture
    const hidden = Uint8Array.from(input.data, (_, i) => {
      const [row, column] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width]
      return row >= height / 2 && column >= width / 2 ? 1 : 0
    })
    const blind = transformedModel(model, hiding(hidden))
    const { values } = await explain(blind, input, usual, { target, signal })
    return {
      how: 'The lower right quarter is hidden from the network: the largest |A| there ÷ the largest |A|',
      measured: largest(values.filter((_, i) => hidden[i] === 1)) / largest(values),
      tolerance: 1e-6,
    }
  },

  async 'implementation invariance'({ model, input, usual, found, target, signal }) {
    const other = await reorderedCopy(model)
    if (!other) return { how: 'No layer was found whose channels can be reordered.', measured: null, tolerance: 1e-2 }
    try {
      const { values } = await explain(other.model, input, usual, { target, signal })
      return {
        how: `A copy whose channels come in the opposite order in ${other.layers.join(', ')}: Σ |difference| ÷ Σ |A|; rounding decides the kinks of ReLUs and, on an even baseline, the ties of pooling`,
        measured: distance(values, found.values) / magnitude(found.values),
        tolerance: 1e-2,
      }
    } finally {
      other.model.dispose()
    }
  },

  async linearity({ model, input, usual, signal }) {
    const { name, shape } = model.outputs[0]!
    if (shape.at(-1) === 1) return { how: 'The network has one output only.', measured: null, tolerance: 1e-3 }
    const { certificate } = await explain(model, input, usual, { target: { top: 2 }, signal })
    const [best, second] = certificate.targets.map(({ index }) => index!) as [number, number]
    const column = (outputs: NamedTensors, index: number) => reshape(slice(outputs[name]!, [0, index], [-1, 1]), [-1])
    const score = (outputs: NamedTensors) =>
      add(mul(column(outputs, best), 2), mul(column(outputs, second), -3)) as Tensor1D
    const mapOf = async (of: Target) => (await explain(model, input, usual, { target: of, signal })).values
    const [f, g] = [await mapOf(best), await mapOf(second)]
    const both = await mapOf({ name: '2f − 3g', score })
    const wanted = f.map((value, i) => 2 * value - 3 * g[i]!)
    const { labels } = model.card ?? {}
    const [first, other] = [best, second].map((index) => labels?.[index] ?? `class ${index}`)
    return {
      how: `f is the logit of ${first}, g that of ${other}: the largest difference between the map of 2f − 3g and 2 A(f) − 3 A(g) ÷ the largest value`,
      measured: largestDifference(both, wanted) / largest(wanted),
      tolerance: 1e-3,
    }
  },

  async symmetry({ model, input, usual, target, signal }) {
    const mean = mirrorMean(input.shape.slice(1) as unknown as [number, number, number])
    const data = Float32Array.from(input.data)
    mean(data)
    const even = transformedModel(model, mean)
    const { values } = await explain(even, { shape: input.shape, data }, usual, { target, signal })
    const symmetric = Float32Array.from(values)
    mean(symmetric)
    return {
      how: 'The network reads the mean of the picture and its mirror image, and is shown a picture that is its own: the largest difference between values that may change places ÷ the largest |A|',
      measured: (2 * largestDifference(values, symmetric)) / largest(values),
      tolerance: 1e-5,
    }
  },
}

type Picture = [batch: number, height: number, width: number, channels: number]

/** f(x) − f(baseline) of each example, by the certificate. */
const scoreDifferences = ({ certificate: { targets, baselines } }: Attribution): number[] =>
  targets.map(({ score }, row) => score - baselines.reduce((sum, { weight, scores }) => sum + weight * scores[row]!, 0))

const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

const magnitude = (values: Float32Array): number => values.reduce((sum, value) => sum + Math.abs(value), 0)

const distance = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0)

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)

/** The smallest or largest of the values, whichever is farther from `value`. */
function farthest(values: Float32Array, value: number): number {
  let [low, high] = [Infinity, -Infinity]
  for (const one of values) {
    low = Math.min(low, one)
    high = Math.max(high, one)
  }
  return high - value > value - low ? high : low
}
