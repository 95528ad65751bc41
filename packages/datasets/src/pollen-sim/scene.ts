import { type RandomStream, randomStream } from '@explainnet/core'
import { renderDebris, renderHaze } from './debris.ts'
import { develop, photograph, sensorNoise } from './exposure.ts'
import { copyOf, emptyFields, type Fields } from './fields.ts'
import { drawGrain, type Grain, type GrainPlace, renderBody } from './grain.ts'
import { drawOptics } from './optics.ts'
import { type PollenSimClass, pollenSimClasses, traits } from './traits.ts'

/** What the streams of a scene are for: the last number but one of their path. None depends on a class. */
export const streams = { place: 0, optics: 1, noise: 2, haze: 3, debris: 4, grains: 5, traits: 6 } as const

/** Everything in a picture but the traits. */
export interface Scene {
  readonly grains: readonly Grain[]
  /** The picture with the trait of `shown[i]` on grain i, RGB [size · size · 3]. Twins share all nuisances and noise. */
  picture(shown: readonly (PollenSimClass | undefined)[], scaleBar: boolean): Uint8ClampedArray
}

export type SceneStream = (kind: number) => RandomStream
/** The streams of one picture of a set. `kind` 0: one grain; 1: two grains. */
export const sceneStreams = (seed: number, kind: number, index: number): SceneStream => {
  const root = randomStream(seed, 1 + kind, index)
  return (stream) => root.stream(stream)
}

export function drawScene(stream: SceneStream, size: number, places: readonly GrainPlace[]): Scene {
  const below = (kind: number, index: number) => stream(kind).stream(index)
  const grains = places.map((place, i) => drawGrain(place, (kind) => below(streams.grains, i).stream(kind)))
  const optics = drawOptics((kind) => below(streams.optics, kind))
  const noise = sensorNoise(stream(streams.noise), size, optics.noise)
  const bare = emptyFields(size)
  renderHaze(bare, stream(streams.haze))
  renderDebris(bare, places, (kind) => below(streams.debris, kind))
  for (const grain of grains) renderBody(bare, grain)
  return {
    grains,
    picture: (shown, scaleBar) => {
      const fields = copyOf(bare)
      for (const [i, grain] of grains.entries()) {
        const name = shown[i]
        if (name) traits[name]?.(fields, grain, below(streams.traits, i).stream(pollenSimClasses.indexOf(name)))
      }
      if (scaleBar) renderScaleBar(fields)
      return develop(photograph(fields, optics), noise)
    },
  }
}

/** A black bar, 24 by 2.5 units, in the lower right corner. */
function renderScaleBar({ side, perUnit, debris }: Fields): void {
  for (let row = Math.round(119 * perUnit); row < Math.round(121.5 * perUnit); row++) {
    debris.fill(3, row * side + Math.round(98 * perUnit), row * side + Math.round(122 * perUnit))
  }
}

/** [size · size], 1 where two pictures differ by more than 2 of 255 in any channel. */
export function difference(a: Uint8ClampedArray, b: Uint8ClampedArray): Uint8Array {
  const mask = new Uint8Array(a.length / 3)
  for (let i = 0; i < a.length; i++) if (Math.abs(a[i]! - b[i]!) > 2) mask[Math.floor(i / 3)] = 1
  return mask
}
