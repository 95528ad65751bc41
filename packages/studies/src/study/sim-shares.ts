import { explain, type LayeredModel, prepareImage, type RawImage } from '@explainnet/core'
import { type PollenSimImage, pollenSim, pollenSimClasses, pollenSimLabel, pollenSimSplit } from '@explainnet/datasets'
import { type NamedMethod, preprocessingOf } from './explain-images.ts'
import { keptEach } from './kept.ts'
import type { StageOptions } from './stage.ts'
import { type ControlShares, coarseCeiling, controlShares, type TraitShare, traitShare } from './trait-share.ts'

/** What is measured of one rendered picture. */
export interface SimShares {
  readonly index: number
  readonly label: number
  readonly predicted: number
  /** By the method's name. */
  readonly methods: Readonly<Record<string, TraitShare & MethodRun>>
  readonly controls: ControlShares
}

interface MethodRun {
  /** For maps of a layer: the share of the trait itself on the layer's grid. */
  readonly ceiling?: number | undefined
  readonly grid?: readonly [rows: number, columns: number] | undefined
  readonly evaluations?: number | undefined
  readonly converged?: boolean | undefined
  readonly forward: number
  readonly backward: number
  readonly milliseconds: number
}

/** The first `count` held-out pictures whose class has a trait. */
export function picturesWithTrait(count: number): number[] {
  const none = pollenSimClasses.indexOf('psilate')
  const enough = pollenSimSplit('test', count * 2 + 10)
  return enough.filter((index) => pollenSimLabel(0, index) !== none).slice(0, count)
}

/**
 * How much of each method's relevance for the picture's own class falls on its planted trait. Each picture's numbers are
 * kept. Cost: that of every method, for each picture, and two renderings.
 */
export async function simShares(
  model: LayeredModel,
  methods: readonly NamedMethod[],
  indices: readonly number[],
  { folder, signal, onProgress }: StageOptions,
): Promise<SimShares[]> {
  const from = [await model.fingerprint?.(), methods.map(({ name, method }) => [name, method.spec])]
  return keptEach({ folder, name: 'shares', from }, indices, String, async (index, place): Promise<SimShares> => {
    onProgress?.(place / indices.length, `relevance on the trait: picture ${place + 1} of ${indices.length}`)
    const image = pollenSim({ seed: 0, index, mask: true })
    const trait = plantedTrait(image)
    const { input } = prepareImage(image, preprocessingOf(model))
    const shares: Record<string, TraitShare & MethodRun> = {}
    let predicted = -1
    for (const { name, method } of methods) {
      const { maps, certificate } = await explain(model, input, method, { target: image.label, signal })
      const { evidence, cost, layer, targets } = certificate
      const [, rows, columns] = layer?.shape ?? []
      shares[name] = {
        ...traitShare(Object.values(maps)[0]!, 0, trait),
        ...(rows && columns ? { ceiling: coarseCeiling(trait, [rows, columns]), grid: [rows, columns] as const } : {}),
        ...(evidence.evaluations ? { evaluations: evidence.evaluations[0]! } : {}),
        ...(evidence.converged ? { converged: evidence.converged[0]! } : {}),
        ...cost,
      }
      predicted = targets[0]!.prediction?.index ?? predicted
    }
    return { index, label: image.label, predicted, methods: shares, controls: controlShares(image, trait) }
  })
}

export const plantedTrait = ({ width, height, mask, grain }: PollenSimImage & RawImage) => ({
  width,
  height,
  mask: mask!,
  grain,
})
