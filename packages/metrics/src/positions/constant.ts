import { type NDArray, rowOf, type Warning } from '@explainnet/core'

/** A warning for every example whose map is the same everywhere. */
export function constantWarnings(maps: NDArray): Warning[] {
  return Array.from({ length: maps.shape[0]! }, (_, example) => example)
    .filter((example) => rowOf(maps, example).every((value, _, values) => value === values[0]))
    .map((example) => ({
      code: 'constant-map',
      message: 'The map is the same everywhere: it ranks nothing, and equal values stand in a random order.',
      example,
    }))
}
