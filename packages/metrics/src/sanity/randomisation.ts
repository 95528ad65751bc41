import {
  type Attribution,
  type AttributionMethod,
  type ExplainOptions,
  explain,
  type LayeredModel,
  type ModelCopy,
  type ModelInput,
  type Need,
} from '@explainnet/core'
import type { Interval } from '../api.ts'
import { bootstrapMean } from '../statistics/bootstrap.ts'
import { targetOf } from '../subject.ts'
import { type MapSimilarity, mapSimilarity } from './map-similarity.ts'
import { copyOf, isTestable, layersWithWeights, randomiseLayers, upperHalf } from './randomise.ts'
import { deterministic, notTestable, type SanityVerdict, sanityVerdict } from './verdict.ts'

export interface RandomisationOptions extends Pick<ExplainOptions, 'target' | 'signal' | 'memory' | 'maxChunk'> {
  /** Randomisations, each with seeds of its own; similarities are their means. Default 2. */
  readonly repeats?: number | undefined
  /** Default 0. */
  readonly seed?: number | undefined
}

/** Similarities of an example's maps, averaged over repeats, and over examples with intervals. */
export interface SimilarityOfMaps {
  readonly values: readonly MapSimilarity[]
  readonly spearman: Interval
  readonly spearmanAbsolute: Interval
  readonly ssim?: Interval | undefined
}

export interface RandomisationStage extends SimilarityOfMaps {
  /** The layer that was randomised last. */
  readonly layer: string
}

export interface RandomisationResult {
  readonly metric: 'parameter-randomisation' | 'label-randomisation'
  readonly definition: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** From the output down: all layers down to this one, or (`independent`) this one alone. */
  readonly stages: readonly RandomisationStage[]
  /** To the maps of other seeds on the same network; absent if the method is deterministic. */
  readonly seedToSeed?: SimilarityOfMaps | undefined
  readonly verdict: SanityVerdict
  /** Rows that went through a network. */
  readonly cost: { readonly forward: number; readonly backward: number }
}

/**
 * Model parameter randomisation (Adebayo et al. 2018, "Sanity checks for saliency maps",
 * https://arxiv.org/abs/1810.03292): how alike a method's maps stay when the network forgets. Layers are randomised in a
 * copy, from the output down: `cascading` cumulatively, `independent` one at a time with the others as trained. Weights
 * are permuted within each array (see `randomiseLayers`). The class that is explained stays that of the trained network.
 * A method that draws at random draws anew for every map, here and for `seedToSeed`.
 *
 * The verdict is by the rank correlation of the maps as they are, with their signs: magnitudes alone follow the structure
 * of the input on any network. It is asked of the whole network randomised, the last stage of `cascading`, and of its upper
 * half, the stage in the middle: see `sanityVerdict`.
 * `independent` gives none (`not-testable`), and neither does a model without weights.
 *
 * Cost: the method's own, (stages · repeats + 1) times an example, and once more a repeat if it draws at random.
 *
 * @param model Stays as it is, whatever happens.
 * @throws ExplainError as `explain` does.
 */
export async function parameterRandomisation(
  model: LayeredModel,
  input: ModelInput,
  method: AttributionMethod<Need>,
  { order = 'cascading', ...options }: RandomisationOptions & { readonly order?: 'cascading' | 'independent' } = {},
): Promise<RandomisationResult> {
  const { repeats = 2, seed = 0 } = options
  const about = {
    metric: 'parameter-randomisation',
    definition: `Rank correlation and SSIM of maps to those of the ${order === 'cascading' ? 'network randomised from the output down to a layer' : 'network with one layer randomised'} (Adebayo et al. 2018)`,
    parameters: { order, repeats, seed, weights: 'permuted within each array' },
  } as const
  if (!isTestable(model)) {
    const verdict = notTestable(`A model of kind '${(model as LayeredModel).kind}' has no weights to randomise.`)
    return { ...about, stages: [], verdict, cost: { forward: 0, backward: 0 } }
  }
  const layers = layersWithWeights(model).reverse()
  const maps = mapsOf(input, method, options)
  const original = await maps.of(model, seed)
  const seedToSeed = await maps.ownSimilarity(model, original)
  const found = layers.map((): MapSimilarity[][] => [])
  for (let repeat = 1; repeat <= repeats; repeat++) {
    const whole: ModelCopy = copyOf(model)
    try {
      for (const [stage, layer] of layers.entries()) {
        const copy = order === 'cascading' ? whole : copyOf(model)
        try {
          await randomiseLayers(copy, [layer], seed + repeat)
          found[stage]!.push(mapSimilarity(original, await maps.of(copy, seed + repeat)))
        } finally {
          if (copy !== whole) copy.dispose()
        }
      }
    } finally {
      whole.dispose()
    }
  }
  const stages = layers.map((layer, stage) => ({ layer, ...similarityOfMaps(found[stage]!) }))
  const verdict =
    order === 'cascading'
      ? verdictOf(stages.at(-1)!, seedToSeed, stages[upperHalf(layers).length - 1])
      : notTestable('Layers were randomised one at a time: the verdict is by the whole network.')
  return { ...about, stages, ...(seedToSeed ? { seedToSeed } : {}), verdict, cost: maps.cost() }
}

/**
 * Data randomisation (Adebayo et al. 2018, section 4): how alike a method's maps are on a network of the same
 * architecture that was trained on the same pictures with random labels, and so knows the pictures but not what they
 * show. One stage, whose layer is named `all`; the verdict as for `parameterRandomisation`.
 *
 * Cost: the method's own, twice an example, and once more a repeat if it draws at random.
 *
 * @param retrained The network trained on random labels.
 */
export async function labelRandomisation(
  model: LayeredModel,
  retrained: LayeredModel,
  input: ModelInput,
  method: AttributionMethod<Need>,
  options: RandomisationOptions = {},
): Promise<RandomisationResult> {
  const { repeats = 2, seed = 0 } = options
  const maps = mapsOf(input, method, options)
  const original = await maps.of(model, seed)
  const seedToSeed = await maps.ownSimilarity(model, original)
  const similarity = similarityOfMaps([mapSimilarity(original, await maps.of(retrained, seed + 1))])
  return {
    metric: 'label-randomisation',
    definition:
      'Rank correlation and SSIM of maps to those of a network trained on random labels (Adebayo et al. 2018)',
    parameters: { repeats, seed },
    stages: [{ layer: 'all', ...similarity }],
    ...(seedToSeed ? { seedToSeed } : {}),
    verdict: verdictOf(similarity, seedToSeed),
    cost: maps.cost(),
  }
}

const verdictOf = (
  { spearman }: SimilarityOfMaps,
  own: SimilarityOfMaps | undefined,
  upper?: SimilarityOfMaps,
): SanityVerdict => sanityVerdict(spearman, own?.spearman ?? deterministic(spearman.n), upper?.spearman)

/** Explains the same targets again and again, and counts the rows. */
function mapsOf(
  input: ModelInput,
  method: AttributionMethod<Need>,
  { repeats = 2, seed = 0, ...options }: RandomisationOptions,
) {
  let [forward, backward] = [0, 0]
  let fixed = options.target
  const of = async (model: LayeredModel, drawnBy: number): Promise<Attribution> => {
    const { signal, memory, maxChunk } = options
    const attribution = await explain(model, input, method as AttributionMethod<'layers'>, {
      target: fixed,
      seed: drawnBy,
      signal,
      memory,
      maxChunk,
    })
    const { cost, targets } = attribution.certificate
    forward += cost.forward
    backward += cost.backward
    if (targets.every(({ kind }) => kind !== 'function')) fixed = targetOf(attribution)
    return attribution
  }
  return {
    of,
    cost: () => ({ forward, backward }),
    async ownSimilarity(model: LayeredModel, original: Attribution): Promise<SimilarityOfMaps | undefined> {
      if (method.deterministic) return undefined
      const found: MapSimilarity[][] = []
      for (let repeat = 1; repeat <= repeats; repeat++) {
        found.push(mapSimilarity(original, await of(model, seed + repeat)))
      }
      return similarityOfMaps(found)
    },
  }
}

/** Of repeats, each with an entry an example. */
function similarityOfMaps(repeats: readonly (readonly MapSimilarity[])[]): SimilarityOfMaps {
  const mean = (example: number, pick: (one: MapSimilarity) => number) =>
    repeats.reduce((sum, one) => sum + pick(one[example]!), 0) / repeats.length
  const values = repeats[0]!.map((first, example) => ({
    spearman: mean(example, (one) => one.spearman),
    spearmanAbsolute: mean(example, (one) => one.spearmanAbsolute),
    ...(first.ssim === undefined ? {} : { ssim: mean(example, (one) => one.ssim!) }),
  }))
  const ssims = values.flatMap(({ ssim }) => (ssim === undefined ? [] : [ssim]))
  return {
    values,
    spearman: bootstrapMean(values.map(({ spearman }) => spearman)),
    spearmanAbsolute: bootstrapMean(values.map(({ spearmanAbsolute }) => spearmanAbsolute)),
    ...(ssims.length > 0 ? { ssim: bootstrapMean(ssims) } : {}),
  }
}
