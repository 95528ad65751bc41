import { explain, type LayeredModel, prepareImage, type RawImage } from '@explainnet/core'
import { type PollenSimImage, pollenSim, pollenSimClasses, pollenSimLabel, pollenSimSplit } from '@explainnet/datasets'
import { fileName, type NamedMethod, preprocessingOf } from './explain-images.ts'
import { keptEach } from './kept.ts'
import type { StageOptions } from './stage.ts'
import { type ControlShares, coarseCeiling, controlShares, type TraitShare, traitShare } from './trait-share.ts'

/** What is measured of one rendered picture. */
export interface SimShares {
  readonly index: number
  readonly label: number
  /** By the method's name. */
  readonly methods: Readonly<Record<string, MethodShare>>
  readonly controls: ControlShares
}

interface MethodShare extends TraitShare {
  /** For maps of a layer: the share of the trait itself on the layer's grid. */
  readonly ceiling?: number | undefined
  readonly grid?: readonly [rows: number, columns: number] | undefined
  readonly evaluations?: number | undefined
  readonly converged?: boolean | undefined
}

/** The first `count` held-out pictures whose class has a trait. */
export function picturesWithTrait(count: number): number[] {
  const none = pollenSimClasses.indexOf('psilate')
  const enough = pollenSimSplit('test', count * 2 + 10)
  return enough.filter((index) => pollenSimLabel(0, index) !== none).slice(0, count)
}

/**
 * How much of each method's relevance for the picture's own class falls on its planted trait. Each method's numbers are
 * kept by themselves, so that another method does not cost those that are there. Cost: that of every method, for each
 * picture, and two renderings.
 */
export async function simShares(
  model: LayeredModel,
  methods: readonly NamedMethod[],
  indices: readonly number[],
  { folder, signal, onProgress }: StageOptions,
): Promise<SimShares[]> {
  const fingerprint = await model.fingerprint?.()
  const rendered = new Map<number, PollenSimImage>()
  const render = (index: number): PollenSimImage => {
    const image = rendered.get(index) ?? pollenSim({ seed: 0, index, mask: true })
    rendered.set(index, image)
    return image
  }
  const controls = await keptEach({ folder, name: 'controls', from: null }, indices, String, async (index) => {
    const image = render(index)
    return controlShares(image, plantedTrait(image))
  })
  const runs: MethodShare[][] = []
  for (const [which, { name, title, method }] of methods.entries()) {
    const keeping = { folder, name: `shares-${fileName(name)}`, from: [fingerprint, method.spec] }
    const measure = async (index: number, place: number): Promise<MethodShare> => {
      const text = `${title}: relevance on the trait, picture ${place + 1} of ${indices.length}`
      onProgress?.((which + place / indices.length) / methods.length, text)
      const image = render(index)
      const { input } = prepareImage(image, preprocessingOf(model))
      const { maps, certificate } = await explain(model, input, method, { target: image.label, signal })
      const { evidence, layer } = certificate
      const [, rows, columns] = layer?.shape ?? []
      const trait = plantedTrait(image)
      return {
        ...traitShare(Object.values(maps)[0]!, 0, trait),
        ...(rows && columns ? { ceiling: coarseCeiling(trait, [rows, columns]), grid: [rows, columns] as const } : {}),
        ...(evidence.evaluations ? { evaluations: evidence.evaluations[0]! } : {}),
        ...(evidence.converged ? { converged: evidence.converged[0]! } : {}),
      }
    }
    runs.push(await keptEach(keeping, indices, String, measure))
  }
  return indices.map((index, place) => ({
    index,
    label: pollenSimLabel(0, index),
    methods: Object.fromEntries(methods.map(({ name }, which) => [name, runs[which]![place]!])),
    controls: controls[place]!,
  }))
}

const plantedTrait = ({ width, height, mask, grain }: PollenSimImage & RawImage) => ({
  width,
  height,
  mask: mask!,
  grain,
})
