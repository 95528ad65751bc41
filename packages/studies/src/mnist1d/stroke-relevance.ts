import type { LayeredModel } from '@explainnet/core'
import { mnist1dTemplates, type Stroke } from '@explainnet/datasets'
import { type Interval, relevanceMassAccuracy } from '@explainnet/metrics'
import type { TableMethod } from '../confidence-change/index.ts'
import { kept, sha256OfValues } from '../study/kept.ts'
import type { StageOptions } from '../study/stage.ts'
import type { SignalExample } from './data.ts'
import { signalMaps } from './maps.ts'

/** A generated signal, whose template's place is known. */
export interface LocatedExample extends SignalExample {
  readonly stroke: Stroke
}

/** How a method's maps compare with the digit templates over many signals. JSON. */
export interface StrokeRelevance {
  readonly name: string
  readonly title: string
  /** Share of positive relevance on the stroke (relevance mass accuracy). */
  readonly share: Interval
  /** The same for maps that know nothing of the network, on the same signals. */
  readonly trivial: Readonly<Record<string, Interval>>
  /** [digits][places] mean relevance in the template's own time: see `templateTime`. */
  readonly aligned: readonly (readonly number[])[]
}

/** Places in template time: half a stroke before its start to half a stroke after its end. */
export const templateTime = { places: 25, from: -0.5, to: 1.5 } as const

/** 1 at the steps between the stroke's ends, which count as inside when they are nearest to it. */
export const strokeMask = (length: number, { start, end }: Stroke): Uint8Array =>
  Uint8Array.from({ length }, (_, t) => (t >= Math.round(start) && t <= Math.round(end) ? 1 : 0))

/** A map read off in the template's own time: translation and dilation undone. Outside the signal it is not a number. */
export function inTemplateTime(map: ArrayLike<number>, { start, end }: Stroke): number[] {
  const { places, from, to } = templateTime
  return Array.from({ length: places }, (_, i) => {
    const place = start + (from + (i / (places - 1)) * (to - from)) * (end - start)
    const left = Math.floor(place)
    if (left < 0 || left + 1 > map.length - 1) return Number.NaN
    return map[left]! + (place - left) * (map[left + 1]! - map[left]!)
  })
}

/** A template with zeros before and after, in the same time. */
export function templateInItsTime(digit: number): number[] {
  const template = mnist1dTemplates[digit]!
  const { places, from, to } = templateTime
  return Array.from({ length: places }, (_, i) => {
    const place = (from + (i / (places - 1)) * (to - from)) * (template.length - 1)
    if (place < 0 || place > template.length - 1) return 0
    const left = Math.min(template.length - 2, Math.floor(place))
    return template[left]! + (place - left) * (template[left + 1]! - template[left]!)
  })
}

/** Measures every method on the same signals. Kept a method at a time. */
export async function strokeRelevance(
  model: LayeredModel,
  network: string,
  examples: readonly LocatedExample[],
  methods: readonly TableMethod[],
  { folder, signal, onProgress }: StageOptions,
): Promise<StrokeRelevance[]> {
  const length = examples[0]!.values.length
  const masks = {
    shape: [examples.length, length],
    data: examples.flatMap(({ stroke }) => Array.from(strokeMask(length, stroke))),
  }
  const input = {
    shape: [examples.length, length, 1],
    data: Float32Array.from(examples.flatMap(({ values }) => Array.from(values))),
  }
  const results: StrokeRelevance[] = []
  for (const [place, method] of methods.entries()) {
    const report = (share: number) =>
      onProgress?.((place + share) / methods.length, `${method.title} on generated signals`)
    report(0)
    const from = [await model.fingerprint?.(), method.method.spec, method.channels, sha256OfValues(input.data)]
    results.push(
      await kept({ folder, name: `strokes-${network}-${method.name}`, from }, async () => {
        const { maps } = await signalMaps(
          model,
          examples.map(({ values }) => values),
          method,
          { signal, onProgress: report },
        )
        const { interval, trivial } = relevanceMassAccuracy(maps, masks, { input })
        return {
          name: method.name,
          title: method.title,
          share: interval,
          trivial: Object.fromEntries(Object.entries(trivial).map(([name, one]) => [name, one.interval])),
          aligned: alignedMeans(maps.data, examples),
        }
      }),
    )
  }
  return results
}

/** Means over the signals of each digit, every map first divided by its largest |value|, so that no signal outweighs another. */
function alignedMeans(maps: Float32Array, examples: readonly LocatedExample[]): number[][] {
  const length = maps.length / examples.length
  return mnist1dTemplates.map((_, digit) => {
    const sums = new Float64Array(templateTime.places)
    const counts = new Float64Array(templateTime.places)
    for (const [row, { label, stroke }] of examples.entries()) {
      if (label !== digit) continue
      const map = maps.subarray(row * length, (row + 1) * length)
      const largest = map.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      if (largest === 0) continue
      for (const [place, value] of inTemplateTime(map, stroke).entries()) {
        if (Number.isNaN(value)) continue
        sums[place]! += value / largest
        counts[place]!++
      }
    }
    return Array.from(sums, (sum, place) => (counts[place]! > 0 ? sum / counts[place]! : 0))
  })
}
