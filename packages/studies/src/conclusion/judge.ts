import { explain, type LayeredModel, type NDArray, prepareImage, type RawImage } from '@explainnet/core'
import { integratedGradients } from '@explainnet/integrated-gradients'
import {
  type ChannelRule,
  deletion,
  insertion,
  type Maps,
  type Masks,
  pointingGame,
  relevanceMassAccuracy,
  relevanceRankAccuracy,
  trivialMaps,
} from '@explainnet/metrics'
import { saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import { preprocessingOf } from '../study/explain-images.ts'
import { keptEach } from '../study/kept.ts'
import type { StageOptions } from '../study/stage.ts'

/** The techniques of the first study's conclusion, from the one that it puts first to the last. */
export const ranked = ['integrated-gradients', 'smooth-grad', 'saliency'] as const
export type Ranked = (typeof ranked)[number]

/** How a map of three channels is read: its signed sum, or the largest magnitude, as the study's pictures show it. */
export const readings = { signed: 'sum', magnitude: 'max-absolute' } as const satisfies Record<string, ChannelRule>
export type Reading = keyof typeof readings

export const measures = {
  deletion: { better: 'lower', title: 'Deletion' },
  insertion: { better: 'higher', title: 'Insertion' },
  mass: { better: 'higher', title: 'Relevance mass on the trait' },
  rank: { better: 'higher', title: 'Relevance rank on the trait' },
  pointing: { better: 'higher', title: 'Pointing game' },
} as const
export type Measure = keyof typeof measures

/** The last three only where the place of the evidence is known. */
export type Scores = Readonly<Partial<Record<Measure, number>>>

/** One picture's scores by technique and reading, and those of maps that know nothing. */
export interface JudgedPicture {
  readonly techniques: Readonly<Record<Ranked, Readonly<Record<Reading, Scores>>>>
  readonly trivial: Readonly<Record<string, Scores>>
  /** Whether integrated gradients met its own stopping rule. */
  readonly converged: boolean
}

export interface Picture {
  /** Unique in its set. */
  readonly name: string
  load(): Promise<{ readonly image: RawImage; readonly target: 'prediction' | number; readonly mask?: Uint8Array }>
}

/** Everything that the scores depend on beside picture and network. */
export const judging = {
  steps: 10,
  deletion: 'mean',
  insertion: { blur: 5, size: 11 },
} as const

const make = {
  'integrated-gradients': () => integratedGradients(),
  'smooth-grad': () => smoothGrad(saliency(), { samples: 50 }),
  saliency: () => saliency(),
}

/** Scores of every picture; kept one by one. About 390 forward passes' time a picture. */
export async function judgePictures(
  model: LayeredModel,
  set: string,
  pictures: readonly Picture[],
  { folder, signal, onProgress }: StageOptions,
): Promise<JudgedPicture[]> {
  const specs = ranked.map((name) => make[name]().spec)
  const from = [await model.fingerprint?.(), specs, readings, judging]
  return keptEach(
    { folder, name: `scores-${set}`, from },
    pictures,
    ({ name }) => name,
    (picture, place) => {
      onProgress?.(place / pictures.length, `${set}: picture ${place + 1} of ${pictures.length}`)
      return judge(model, picture, signal)
    },
  )
}

async function judge(model: LayeredModel, picture: Picture, signal: AbortSignal | undefined): Promise<JudgedPicture> {
  const { image, target, mask } = await picture.load()
  const { input } = prepareImage(image, preprocessingOf(model))
  const masks = mask && { shape: input.shape.slice(0, -1), data: mask }
  const score = (maps: Maps, of: number, channels: ChannelRule) =>
    scoresOf(model, input, maps, of, channels, masks, signal)
  const techniques: Partial<Record<Ranked, Record<Reading, Scores>>> = {}
  let converged = true
  let index = 0
  for (const name of ranked) {
    const attribution = await explain(model, input, make[name](), { target, signal })
    const { targets, evidence } = attribution.certificate
    index = targets[0]!.index!
    if (name === 'integrated-gradients') converged = evidence.converged?.[0] ?? true
    techniques[name] = {
      signed: await score(attribution, index, readings.signed),
      magnitude: await score(attribution, index, readings.magnitude),
    }
  }
  const trivial: Record<string, Scores> = {}
  for (const [name, map] of Object.entries(trivialMaps(input, model.inputs[0]!.axes))) {
    trivial[name] = await score(map, index, 'sum')
  }
  return { techniques: techniques as JudgedPicture['techniques'], trivial, converged }
}

async function scoresOf(
  model: LayeredModel,
  input: NDArray,
  maps: Maps,
  target: number,
  channels: ChannelRule,
  masks: Masks | undefined,
  signal: AbortSignal | undefined,
): Promise<Scores> {
  const options = { target, channels, trivial: [], steps: judging.steps, signal }
  const only = ({ values }: { readonly values: readonly number[] }) => values[0]!
  const scores = {
    deletion: only(await deletion(model, input, maps, { ...options, baseline: judging.deletion })),
    insertion: only(await insertion(model, input, maps, { ...options, baseline: judging.insertion })),
  }
  if (!masks) return scores
  return {
    ...scores,
    mass: only(relevanceMassAccuracy(maps, masks, { channels, trivial: [] })),
    rank: only(relevanceRankAccuracy(maps, masks, { channels, trivial: [] })),
    pointing: only(pointingGame(maps, masks, { channels, trivial: [] })),
  }
}
