import { ExplainError, sizeOf } from '@explainnet/core'
import type { Maps, MetricResult } from '../api.ts'
import { type LocalisationOptions, type Located, localised, type Masks } from './masks.ts'

export interface PointingOptions extends LocalisationOptions {
  /** How far the point may miss the mask, in positions, Euclidean. Default 0; the paper has 15 pixels. */
  readonly tolerance?: number | undefined
}

/**
 * The pointing game (Zhang et al. 2016, "Top-down neural attention by excitation backprop", https://arxiv.org/abs/1608.00507):
 * 1 for an example whose most relevant position lies inside the mask or within `tolerance` of it, else 0; the mean is the
 * share of hits. Of equal values one is picked at random by the seed. No pass through the network.
 *
 * @throws ExplainError as `relevanceMassAccuracy`; `bad-option` for a negative tolerance.
 */
export function pointingGame(maps: Maps, masks: Masks, options: PointingOptions = {}): MetricResult {
  const { tolerance = 0 } = options
  if (!(tolerance >= 0)) {
    throw new ExplainError('bad-option', `The tolerance is ${tolerance}.`, 'It is a number of positions from 0.')
  }
  return localised(
    {
      metric: 'pointing-game',
      definition: `Share of examples whose most relevant position is at most ${tolerance} from the mask (Zhang et al. 2016).`,
      better: 'higher',
    },
    maps,
    masks,
    options,
    (located) => (isHit(located, tolerance) ? 1 : 0),
    { tolerance },
  )
}

function isHit({ order, inside, sides, values }: Located, tolerance: number): boolean {
  const point = order()[0]!
  if (tolerance === 0) return inside(point)
  const strides = sides.map((_, axis) => sizeOf(sides.slice(axis + 1)))
  const at = (position: number, axis: number) => Math.floor(position / strides[axis]!) % sides[axis]!
  return values.some((_, position) => {
    if (!inside(position)) return false
    const squared = sides.reduce((sum, _side, axis) => sum + (at(position, axis) - at(point, axis)) ** 2, 0)
    return squared <= tolerance ** 2
  })
}
