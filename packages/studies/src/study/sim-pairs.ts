import { explain, type LayeredModel, prepareImage } from '@explainnet/core'
import { pollenSimClasses, pollenSimLabel, pollenSimPair } from '@explainnet/datasets'
import { type NamedMethod, preprocessingOf } from './explain-images.ts'
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
  readonly labels: readonly [number, number]
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
 * trained on single grains. Each pair's numbers are kept. Cost: that of every method, twice a pair, and three renderings.
 */
export async function simPairs(
  model: LayeredModel,
  methods: readonly NamedMethod[],
  indices: readonly number[],
  { folder, signal, onProgress }: StageOptions,
): Promise<SimPair[]> {
  const from = [await model.fingerprint?.(), methods.map(({ name, method }) => [name, method.spec])]
  return keptEach({ folder, name: 'pairs', from }, indices, String, async (index, place): Promise<SimPair> => {
    onProgress?.(place / indices.length, `two grains: picture ${place + 1} of ${indices.length}`)
    const image = pollenSimPair({ seed: 0, index, mask: true })
    const { width, height, grains } = image
    const labels = [grains[0].label, grains[1].label] as const
    const { input } = prepareImage(image, preprocessingOf(model))
    const shares: Record<string, PairShares> = {}
    for (const { name, method } of methods) {
      const on: number[][] = []
      for (const label of labels) {
        const { maps } = await explain(model, input, method, { target: label, signal })
        const map = Object.values(maps)[0]!
        on.push(grains.map(({ mask, grain }) => traitShare(map, 0, { width, height, mask: mask!, grain }).positive))
      }
      const [first, second] = on as [[number, number], [number, number]]
      shares[name] = { own: [first[0], second[1]], other: [second[0], first[1]] }
    }
    return { index, labels, methods: shares }
  })
}

/** The map moved with the target: each grain's trait got more when its own grain was asked for. */
export const moved = ({ own, other }: PairShares): boolean => own[0] > other[0] && own[1] > other[1]
