import { ExplainError } from '@explainnet/core'
import { between, slide } from './fields.ts'
import { silhouette } from './grain.ts'
import { pollenSimLabel } from './labels.ts'
import { difference, drawScene, sceneStreams, streams } from './scene.ts'
import { type PollenSimClass, pollenSimClasses } from './traits.ts'

export interface PollenSimOptions {
  /** Of the whole set; 0 … 2⁵³ − 1. */
  readonly seed: number
  /** Which picture of the set; 0 … 2⁵³ − 1. All nuisances depend on seed and index alone. */
  readonly index: number
  /** Another trait than the index's own: the exchanged twin. */
  readonly class?: PollenSimClass | undefined
  /** The same picture without the trait. */
  readonly twin?: 'removed' | undefined
  /** Width and height in pixels, 32 … 1024. Default 128. The scene does not depend on it. */
  readonly size?: number | undefined
  /** Pictures of this class get a scale bar in the lower right corner: a cue that is no trait. */
  readonly confound?: PollenSimClass | undefined
  /** Whether to find the trait's mask, which costs a second exposure. Default false: the mask is absent. */
  readonly mask?: boolean | undefined
}

/** One grain in a picture. */
export interface PollenSimGrain {
  /** Index into `pollenSimClasses`; of a trait-removed twin, the class whose trait was removed. */
  readonly label: number
  readonly className: PollenSimClass
  /**
   * [height · width], 1 where the picture and its twin, this grain's trait removed, differ by more than 2 of 255 in any
   * channel: where the trait shows. All 0 for `psilate`. Absent unless `mask: true`.
   */
  readonly mask?: Uint8Array
  /** [height · width], 1 on the grain's body; what a trait adds outside the body is in `mask` alone. */
  readonly grain: Uint8Array
}

/** A picture: 8-bit RGB, row-major. */
export interface PollenSimPicture {
  readonly width: number
  readonly height: number
  readonly channels: 3
  /** [height · width · 3], 0 … 255. */
  readonly data: Uint8ClampedArray
}

export interface PollenSimImage extends PollenSimPicture, PollenSimGrain {}

/**
 * One picture of a pollen grain as a light microscope would show it, with its label, the trait's mask and the grain's.
 * The same bytes on every engine.
 *
 * @throws ExplainError `bad-option` for a size, seed or index out of range, `unknown-label` for an unknown class.
 */
export function pollenSim(options: PollenSimOptions): PollenSimImage {
  const { seed, index, twin, confound, size = 128, mask = false } = options
  check({ seed, index, size }, [options.class, confound])
  const className = options.class ?? pollenSimClasses[pollenSimLabel(seed, index)]!
  const stream = sceneStreams(seed, 0, index)
  const position = stream(streams.place)
  const place = {
    radius: between(position, 0.22, 0.31) * slide,
    x: between(position, 0.42, 0.58) * slide,
    y: between(position, 0.42, 0.58) * slide,
  }
  const scene = drawScene(stream, size, [place])
  const picture = (removed: boolean) => scene.picture([removed ? undefined : className], className === confound)
  const data = picture(twin === 'removed')
  return {
    width: size,
    height: size,
    channels: 3,
    data,
    label: pollenSimClasses.indexOf(className),
    className,
    grain: silhouette(size, scene.grains[0]!),
    ...(mask ? { mask: difference(data, picture(twin !== 'removed')) } : {}),
  }
}

export interface PollenSimPairOptions {
  /** Of the whole set; 0 … 2⁵³ − 1. */
  readonly seed: number
  readonly index: number
  /** The traits of the two grains; default: two different classes of the index. */
  readonly classes?: readonly [PollenSimClass, PollenSimClass] | undefined
  readonly size?: number | undefined
  readonly mask?: boolean | undefined
}

export interface PollenSimPair extends PollenSimPicture {
  readonly grains: readonly [PollenSimGrain, PollenSimGrain]
}

/** Two grains in opposite corners of one picture, of different classes by default, so that a target chooses between them. */
export function pollenSimPair(options: PollenSimPairOptions): PollenSimPair {
  const { seed, index, size = 128, mask = false } = options
  check({ seed, index, size }, options.classes ?? [])
  const stream = sceneStreams(seed, 1, index)
  const classes = options.classes ?? [
    pollenSimClasses[pollenSimLabel(seed, 2 * index)]!,
    pollenSimClasses[pollenSimLabel(seed, 2 * index + 1)]!,
  ]
  const position = stream(streams.place)
  const diagonal = position.uniform() < 0.5
  const places = [0, 1].map((corner) => ({
    radius: between(position, 0.19, 0.225) * slide,
    x: (corner === 0 ? between(position, 0.26, 0.3) : between(position, 0.7, 0.74)) * slide,
    y: ((corner === 0) === diagonal ? between(position, 0.26, 0.3) : between(position, 0.7, 0.74)) * slide,
  }))
  const scene = drawScene(stream, size, places)
  const data = scene.picture(classes, false)
  const grain = (i: 0 | 1): PollenSimGrain => {
    const without = i === 0 ? [undefined, classes[1]] : [classes[0], undefined]
    return {
      label: pollenSimClasses.indexOf(classes[i]),
      className: classes[i],
      grain: silhouette(size, scene.grains[i]!),
      ...(mask ? { mask: difference(data, scene.picture(without, false)) } : {}),
    }
  }
  return { width: size, height: size, channels: 3, data, grains: [grain(0), grain(1)] }
}

function check(
  { size, ...numbers }: { seed: number; index: number; size: number },
  classes: readonly (PollenSimClass | undefined)[],
): void {
  if (!Number.isInteger(size) || size < 32 || size > 1024) {
    throw new ExplainError('bad-option', `The size ${size} is not possible.`, 'Give a whole number from 32 to 1024.')
  }
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new ExplainError('bad-option', `The ${name} ${value} is not possible.`, 'Give a whole number from 0 up.')
    }
  }
  for (const name of classes) {
    if (name !== undefined && !pollenSimClasses.includes(name)) {
      throw new ExplainError(
        'unknown-label',
        `There is no class ${name}.`,
        `Take one of ${pollenSimClasses.join(', ')}.`,
      )
    }
  }
}
