import { type AttributionMap, explain, type LayeredModel, prepareImage, type RawImage } from '@explainnet/core'
import { pollenSim, pollenSimClasses } from '@explainnet/datasets'
import { pointingGame, trivialMaps } from '@explainnet/metrics'
import { fileName, type NamedMethod, preprocessingOf } from '../study/explain-images.ts'
import { keptEach } from '../study/kept.ts'
import type { StageOptions } from '../study/stage.ts'
import {
  type ControlShares,
  coarseCeiling,
  controlShares,
  type PlantedTrait,
  traitShare,
} from '../study/trait-share.ts'
import { barredClass } from '../train/pollen-shortcut/network.ts'
import { type BarRule, scene, size } from '../train/pollen-shortcut/pictures.ts'
import type { ShortcutModels } from './proven.ts'

/** The barred class with its bar: the picture, and where bar and trait show. */
export interface BarredScene {
  readonly image: RawImage
  readonly bar: PlantedTrait
  readonly trait: PlantedTrait
}

/** Shares of one map's positive relevance, channels summed. */
interface BarShare {
  readonly bar: number
  readonly trait: number
  /** Whether the map's highest position is on the bar or at most four pixels beside it. */
  readonly pointsAtBar: boolean
  /** For maps of a layer: the share of the bar itself on the layer's grid. */
  readonly ceiling?: number | undefined
  readonly grid?: readonly [rows: number, columns: number] | undefined
}

/** What is measured of one picture. */
export interface BarShares {
  readonly index: number
  /** By network and method's name. */
  readonly networks: Readonly<Record<BarRule, Readonly<Record<string, BarShare>>>>
  readonly controls: { readonly bar: ControlShares; readonly trait: ControlShares; readonly edgesPointAtBar: boolean }
}

export function barredScene(index: number): BarredScene {
  const image = pollenSim({ seed: 0, index, size, class: barredClass, confound: barredClass, mask: true })
  const without = scene(index, barredClass, false)
  const bar = new Uint8Array(size * size)
  image.data.forEach((value, i) => {
    if (Math.abs(value - without.data[i]!) > 2) bar[Math.floor(i / 3)] = 1
  })
  const { width, height, grain } = image
  return { image, bar: { width, height, grain, mask: bar }, trait: { width, height, grain, mask: image.mask! } }
}

/**
 * How much of each method's relevance for the barred class falls on the bar and on the trait, for both networks, on the same
 * pictures. Each method's numbers are kept by themselves. Cost: that of every method, twice a picture, and three renderings.
 */
export async function barShares(
  models: ShortcutModels<LayeredModel>,
  methods: readonly NamedMethod[],
  indices: readonly number[],
  { folder, signal, onProgress }: StageOptions,
): Promise<BarShares[]> {
  const scenes = new Map<number, BarredScene>()
  const render = (index: number): BarredScene => {
    const rendered = scenes.get(index) ?? barredScene(index)
    scenes.set(index, rendered)
    return rendered
  }
  const controls = await keptEach({ folder, name: 'controls', from: 'edges point' }, indices, String, async (index) => {
    const { image, bar, trait } = render(index)
    const { input } = prepareImage(image, preprocessingOf(models.shortcut))
    const { edges } = trivialMaps(input, models.shortcut.inputs[0]!.axes, 0)
    return {
      bar: controlShares(image, bar),
      trait: controlShares(image, trait),
      edgesPointAtBar: pointsAt(edges!, bar),
    }
  })
  const target = pollenSimClasses.indexOf(barredClass)
  const runs: Record<BarRule, BarShare[][]> = { shortcut: [], control: [] }
  for (const [which, { name, title, method }] of methods.entries()) {
    for (const [second, rule] of (['shortcut', 'control'] as const).entries()) {
      const model = models[rule]
      const keeping = { folder, name: `${rule}-${fileName(name)}`, from: [await model.fingerprint?.(), method.spec] }
      const measure = async (index: number, place: number): Promise<BarShare> => {
        const text = `${title}, ${rule} network: picture ${place + 1} of ${indices.length}`
        onProgress?.((which + (second + place / indices.length) / 2) / methods.length, text)
        const { image, bar, trait } = render(index)
        const { input } = prepareImage(image, preprocessingOf(model))
        const { maps, certificate } = await explain(model, input, method, { target, signal })
        const map = Object.values(maps)[0]!
        const [, rows, columns] = certificate.layer?.shape ?? []
        return {
          bar: traitShare(map, 0, bar).positive,
          trait: traitShare(map, 0, trait).positive,
          pointsAtBar: pointsAt(map, bar),
          ...(rows && columns ? { ceiling: coarseCeiling(bar, [rows, columns]), grid: [rows, columns] as const } : {}),
        }
      }
      runs[rule].push(await keptEach(keeping, indices, String, measure))
    }
  }
  const byName = (rule: BarRule, place: number) =>
    Object.fromEntries(methods.map(({ name }, which) => [name, runs[rule][which]![place]!]))
  return indices.map((index, place) => ({
    index,
    networks: { shortcut: byName('shortcut', place), control: byName('control', place) },
    controls: controls[place]!,
  }))
}

/** Whether the map's highest position is in the mask or at most four pixels beside it. */
const pointsAt = (map: AttributionMap, { width, height, mask }: PlantedTrait): boolean =>
  pointingGame(map, { shape: [1, height, width], data: mask }, { tolerance: 4, trivial: [] }).values[0] === 1
