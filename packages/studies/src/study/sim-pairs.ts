import { explain, type LayeredModel, prepareImage } from '@explainnet/core'
import {
  type PollenSimGrain,
  type PollenSimPair,
  pollenSimClasses,
  pollenSimLabel,
  pollenSimPair,
} from '@explainnet/datasets'
import { fileName, type NamedMethod, preprocessingOf } from './explain-images.ts'
import { keptEach } from './kept.ts'
import type { StageOptions } from './stage.ts'
import { traitShare } from './trait-share.ts'

/** Shares of positive relevance on the trait of one of two grains, by what was explained. */
export interface PairShares {
  /** On the trait of the grain that was asked for, for either grain. */
  readonly own: readonly [number, number]
  /** On the same grain's trait when the other grain was asked for. */
  readonly other: readonly [number, number]
}

export interface SimPair {
  readonly index: number
  /** By the method's name. */
  readonly methods: Readonly<Record<string, PairShares>>
}

/** The first pictures of two grains that both have a trait. */
export function pairsWithTraits(count: number): number[] {
  const none = pollenSimClasses.indexOf('psilate')
  const indices: number[] = []
  for (let index = 0; indices.length < count; index++) {
    if (pollenSimLabel(0, 2 * index) !== none && pollenSimLabel(0, 2 * index + 1) !== none) indices.push(index)
  }
  return indices
}

/**
 * Whether a map follows its target: pictures of two grains are explained for the class of either. The network was
 * trained on single grains. Each method's numbers are kept by themselves. Cost: that of every method, twice a pair, and
 * three renderings.
 */
export async function simPairs(
  model: LayeredModel,
  methods: readonly NamedMethod[],
  indices: readonly number[],
  { folder, signal, onProgress }: StageOptions,
): Promise<SimPair[]> {
  const fingerprint = await model.fingerprint?.()
  const rendered = new Map<number, PollenSimPair>()
  const render = (index: number): PollenSimPair => {
    const image = rendered.get(index) ?? pollenSimPair({ seed: 0, index, mask: true })
    rendered.set(index, image)
    return image
  }
  const runs: PairShares[][] = []
  for (const [which, { name, title, method }] of methods.entries()) {
    const keeping = { folder, name: `pairs-${fileName(name)}`, from: [fingerprint, method.spec] }
    const measure = async (index: number, place: number): Promise<PairShares> => {
      const text = `${title}: two grains, picture ${place + 1} of ${indices.length}`
      onProgress?.((which + place / indices.length) / methods.length, text)
      const image = render(index)
      const { width, height, grains } = image
      const { input } = prepareImage(image, preprocessingOf(model))
      const on = async (asked: 0 | 1): Promise<[number, number]> => {
        const { maps } = await explain(model, input, method, { target: grains[asked].label, signal })
        const map = Object.values(maps)[0]!
        const share = ({ mask, grain }: PollenSimGrain) =>
          traitShare(map, 0, { width, height, mask: mask!, grain }).positive
        return [share(grains[0]), share(grains[1])]
      }
      const [first, second] = [await on(0), await on(1)]
      return { own: [first[0], second[1]], other: [second[0], first[1]] }
    }
    runs.push(await keptEach(keeping, indices, String, measure))
  }
  return indices.map((index, place) => ({
    index,
    methods: Object.fromEntries(methods.map(({ name }, which) => [name, runs[which]![place]!])),
  }))
}

/** The map moved with the target: each grain's trait got more when its own grain was asked for. */
export const moved = ({ own, other }: PairShares): boolean => own[0] > other[0] && own[1] > other[1]
