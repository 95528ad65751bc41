import {
  type Attribution,
  type ExampleTarget,
  ExplainError,
  explain,
  type LayeredModel,
  type ModelCopy,
  type NDArray,
  rowOf,
} from '@explainnet/core'
import {
  deletion,
  dropAndIncrease,
  type EffectsOfHiding,
  effectsOfHiding,
  insertion,
  isConstantMap,
  mapSimilarity,
  relevanceEffect,
  relevanceMassAccuracy,
  scaledInfidelity,
  sensitivity,
  trivialMaps,
} from '@explainnet/metrics'
import type { ComparedMethod, CompareOptions } from './api.ts'
import { type Keeper, keeper } from './keeper.ts'

/** Sensitivity of the map to noise of this share of the example's range, the largest of so many draws. */
const radius = 0.02
export const perturbations = 3

/** Points of deletion and insertion curves beside the first. */
const steps = 12

/** What sanity needs to know of one example. */
interface Sanity {
  /** To the maps of each wholly randomised copy, of the one randomised in its upper half, and of another seed; none if deterministic. */
  readonly copies: readonly number[]
  readonly upper?: number | undefined
  readonly seed?: number | undefined
  readonly constant: boolean
  readonly passes: number
}

/** Figures of one map, as the metrics define them. */
export interface Worth {
  readonly deletion: number
  readonly insertion: number
  readonly 'scaled-infidelity': number
  readonly 'relevance-effect': number
  readonly 'relevance-mass-accuracy'?: number | undefined
  readonly 'average-drop': number
  readonly increase: number
  readonly passes: number
}

/** Randomised copies of the network. */
export interface Shuffled {
  readonly whole: readonly ModelCopy[]
  readonly upper?: ModelCopy | undefined
}

/** Measures maps example by example, keeping what the store can keep. */
export interface Measurer {
  /** The cost of one map, which is given up after `limit` passes; a whole one is kept for what follows. */
  probe(method: ComparedMethod, limit: number): Promise<{ passes: number; milliseconds: number; whole: boolean }>
  sanity(method: ComparedMethod, example: number, shuffled: Shuffled): Promise<Sanity>
  worth(method: ComparedMethod, example: number): Promise<Worth>
  /** The same figures of the map that knows nothing. */
  random(example: number): Promise<Worth>
  sensitivity(method: ComparedMethod, example: number): Promise<{ value: number; passes: number }>
}

export async function measurer(
  model: LayeredModel,
  input: NDArray,
  targets: readonly ExampleTarget[],
  { seed = 0, masks, signal, memory, maxChunk, store }: CompareOptions,
): Promise<Measurer> {
  const rest = { signal, memory, maxChunk }
  const one = (array: NDArray, example: number): NDArray => ({
    shape: [1, ...array.shape.slice(1)],
    data: rowOf(array, example),
  })
  const kept: Keeper = await keeper(model, store)
  const maps = new Map<string, Attribution>()
  const effects = new Map<number, EffectsOfHiding>()

  const seedOf = ({ method }: ComparedMethod) => (method.deterministic ? 0 : seed)
  const run = (on: LayeredModel, { method }: ComparedMethod, example: number, drawnBy: number, passes?: number) =>
    explain(on, one(input, example), method as typeof method & { needs: 'layers' }, {
      target: targets[example]!,
      seed: drawnBy,
      ...rest,
      ...(passes === undefined ? {} : { stop: { passes } }),
    })
  const mapOf = async (method: ComparedMethod, example: number): Promise<Attribution> => {
    const key = `${method.name} ${example}`
    const found = maps.get(key) ?? (await run(model, method, example, seedOf(method)))
    maps.set(key, found)
    return found
  }
  const rows = ({ certificate: { cost } }: Attribution) => cost.forward + cost.backward
  const effectsOf = async (example: number) => {
    const found =
      effects.get(example) ??
      (await effectsOfHiding(model, one(input, example), { target: targets[example]!, seed, ...rest }))
    effects.set(example, found)
    return found
  }
  const figures = async (map: Parameters<typeof deletion>[2], example: number): Promise<Worth> => {
    const x = one(input, example)
    const known = await effectsOf(example)
    const shared = { target: targets[example]!, trivial: [], ...rest } as const
    const [deleted, inserted, kept] = [
      await deletion(model, x, map, { ...shared, steps }),
      await insertion(model, x, map, { ...shared, steps }),
      await dropAndIncrease(model, x, map, shared),
    ]
    const ground = { input: x, axes: model.inputs[0]!.axes, trivial: [] } as const
    return {
      deletion: deleted.values[0]!,
      insertion: inserted.values[0]!,
      'scaled-infidelity': scaledInfidelity(map, known)[0]!,
      'relevance-effect': relevanceEffect(map, known)[0]!,
      ...(masks
        ? { 'relevance-mass-accuracy': relevanceMassAccuracy(map, one(masks, example), ground).values[0]! }
        : {}),
      'average-drop': kept.drop.values[0]!,
      increase: kept.increase.values[0]!,
      passes: [deleted, inserted, kept.drop].reduce((sum, { cost }) => sum + cost.forward + cost.backward, 0),
    }
  }

  return {
    async probe(method, limit) {
      const probed = await run(model, method, 0, seedOf(method), limit)
      const whole = rows(probed) <= limit && probed.certificate.warnings.every(({ code }) => code !== 'stopped-early')
      if (whole) maps.set(`${method.name} 0`, probed)
      return { passes: rows(probed), milliseconds: probed.certificate.cost.milliseconds, whole }
    },
    sanity: (method, example, { whole, upper }) =>
      kept(['sanity', whole.length, 'upper half', seed], method, one(input, example), targets[example]!, async () => {
        const own = await mapOf(method, example)
        let passes = rows(own)
        const similarityTo = async (on: LayeredModel, drawnBy: number) => {
          const other = await run(on, method, example, drawnBy)
          passes += rows(other)
          return mapSimilarity(own, other)[0]!.spearman
        }
        const similar: number[] = []
        for (const [i, copy] of whole.entries()) {
          similar.push(await similarityTo(copy, seed + 1 + i))
        }
        return {
          copies: similar,
          ...(upper ? { upper: await similarityTo(upper, seed + 1) } : {}),
          ...(method.method.deterministic ? {} : { seed: await similarityTo(model, seed + 1) }),
          constant: isConstantMap(own),
          passes,
        }
      }),
    worth: (method, example) =>
      kept(
        ['worth', seed, steps],
        method,
        one(input, example),
        [targets[example]!, masks && [...rowOf(masks, example)]],
        async () => {
          const known = maps.has(`${method.name} ${example}`)
          const map = await mapOf(method, example)
          const found = await figures(map, example)
          return { ...found, passes: found.passes + (known ? 0 : rows(map)) }
        },
      ),
    async random(example) {
      const x = one(input, example)
      const map = trivialMaps(x, model.inputs[0]!.axes, seed).random!
      return figures(map, example)
    },
    sensitivity: (method, example) =>
      kept(['sensitivity', radius, perturbations], method, one(input, example), targets[example]!, async () => {
        const { max } = await sensitivity<'layers'>(model, one(input, example), method.method as never, {
          target: targets[example]!,
          seed: seedOf(method),
          radius,
          samples: perturbations,
          ...rest,
        })
        return { value: max.values[0]!, passes: max.cost.forward + max.cost.backward }
      }),
  }
}

/** A method's failure is its own; what stops the user stops all. */
export const isOwnFailure = (error: unknown): error is ExplainError =>
  error instanceof ExplainError && error.code !== 'aborted' && error.code !== 'backend-lost'
