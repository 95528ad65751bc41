import type { Axis, Domain, NDArray, TensorSpec } from './api.ts'
import { sizeOf } from './arrays.ts'

/** What can be hidden as a whole in an input: every axis of an example but the channels. */
export interface Positions {
  readonly sides: readonly number[]
  /** Product of `sides`. */
  readonly count: number
  /** Values at each position; they are hidden together. */
  readonly channels: number
  /** Of a map with a value for each position, batch first. */
  readonly axes: readonly Axis[]
  readonly domain: Domain
}

/** The positions of an input, given as `[n, …]`. */
export function positionsOf({ axes }: TensorSpec, { shape }: NDArray): Positions {
  const channelled = axes.at(-1) === 'channel'
  const sides = shape.slice(1, channelled ? -1 : undefined)
  return {
    sides,
    count: sizeOf(sides),
    channels: channelled ? shape.at(-1)! : 1,
    axes: channelled ? axes.slice(0, -1) : axes,
    domain: channelled ? 'spatial' : 'input',
  }
}

/** into·mask + other·(1 − mask), in place; a mask value for each position, `channels` values at each. */
export function blend(into: Float32Array, other: Float32Array, mask: Float32Array, channels: number): void {
  for (let p = 0, i = 0; p < mask.length; p++) {
    const seen = mask[p]!
    for (let c = 0; c < channels; c++, i++) into[i] = into[i]! * seen + other[i]! * (1 - seen)
  }
}
