import type { NDArray } from './api.ts'
import { ExplainError } from './errors.ts'

/**
 * Resizes an array along every axis whose size changes, by linear interpolation with half-pixel centres: value i of n
 * stands at (i + ½)/n of the axis, as in TensorFlow's `halfPixelCenters` and PyTorch's `align_corners=False`. Beyond the
 * outermost centres the edge value is repeated. Corner-aligned resizing would shift a 7×7 map on 224 pixels by up to 16.
 *
 * Axes are independent, so that batch and channel axes pass through when their sizes agree. Throws `bad-shape` if the
 * ranks differ.
 */
export function resizeLinear(array: NDArray, shape: readonly number[]): NDArray {
  if (shape.length !== array.shape.length) {
    throw new ExplainError(
      'bad-shape',
      `An array of shape [${array.shape.join(', ')}] cannot become [${shape.join(', ')}].`,
      'Give a shape with the same number of axes.',
    )
  }
  let data: Float32Array | Float64Array = array.data
  const sizes = [...array.shape]
  shape.forEach((size, axis) => {
    if (size !== sizes[axis]) data = resizeAxis(data, sizes, axis, size)
    sizes[axis] = size
  })
  return { shape: sizes, data: Float32Array.from(data) }
}

function resizeAxis(data: Float32Array | Float64Array, shape: readonly number[], axis: number, to: number) {
  const from = shape[axis]!
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1)
  const outer = shape.slice(0, axis).reduce((product, size) => product * size, 1)
  const resized = new Float64Array(outer * to * inner)
  for (let i = 0; i < to; i++) {
    const position = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1)
    const low = Math.floor(position)
    const high = Math.min(low + 1, from - 1)
    const share = position - low
    for (let o = 0; o < outer; o++) {
      const target = (o * to + i) * inner
      const left = (o * from + low) * inner
      const right = (o * from + high) * inner
      for (let k = 0; k < inner; k++) resized[target + k] = data[left + k]! * (1 - share) + data[right + k]! * share
    }
  }
  return resized
}
