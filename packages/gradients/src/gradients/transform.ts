import {
  add,
  cast,
  clipByValue,
  concat,
  div,
  equal,
  floor,
  type GradConfig,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  mul,
  range,
  reshape,
  scatterND,
  split,
  sub,
  type Tensor,
  Transform,
  type TransformAttrs,
  tensor2d,
  where,
} from '@tensorflow/tfjs-core'

/**
 * Upstream fault: none. Each pixel of the output is a mean of up to four of the input, which share its gradient. The projections
 * themselves have none.
 */
export const transformGradient: GradConfig = {
  kernelName: Transform,
  inputsToSave: ['image', 'transforms'],
  gradFunc: (dys, saved, attrs) => {
    const [image, transforms] = saved as [Tensor, Tensor]
    const dy = dys as Tensor
    const { interpolation, fillMode } = attrs as unknown as TransformAttrs
    return {
      image: () => {
        const [n, height, width, channels] = image.shape as [number, number, number, number]
        const { x, y, isSomewhere } = positions(transforms, dy.shape)
        const columns = neighbours(within(x, width, fillMode), width, interpolation)
        const rows = neighbours(within(y, height, fillMode), height, interpolation)
        const pixels = dy.size / n / channels
        const starts = reshape(range(0, n * height * width, height * width, 'int32'), [n, 1])
        const gradient = reshape(dy, [n, pixels, channels])
        const parts = rows.flatMap((row) =>
          columns.map((column) => {
            const at = add(cast(add(mul(row.index, width), column.index), 'int32'), starts)
            const weight = mul(mul(row.weight, column.weight), isSomewhere)
            return {
              at: reshape(at, [-1, 1]),
              share: reshape(mul(gradient, reshape(weight, [-1, pixels, 1])), [-1, channels]),
            }
          }),
        )
        const sums = scatterND(concat(parts.map(({ at }) => at)), concat(parts.map(({ share }) => share)), [
          n * height * width,
          channels,
        ])
        return reshape(sums, image.shape)
      },
    }
  },
}

/** [1 or n, pixels]: where in the input each pixel of the output lies, and whether it lies anywhere. */
function positions(transforms: Tensor, [, height, width]: number[]) {
  const outX = tensor2d(
    Array.from({ length: height! * width! }, (_, i) => i % width!),
    [1, height! * width!],
  )
  const outY = tensor2d(
    Array.from({ length: height! * width! }, (_, i) => Math.floor(i / width!)),
    [1, height! * width!],
  )
  const [a0, a1, a2, b0, b1, b2, c0, c1] = split(transforms, 8, 1) as Tensor[]
  const affine = (by: Tensor, and: Tensor, plus: Tensor | number) => add(add(mul(by, outX), mul(and, outY)), plus)
  const projection = affine(c0!, c1!, 1)
  const atInfinity = equal(projection, 0)
  const divisor = where(atInfinity, 1, projection)
  return {
    x: div(affine(a0!, a1!, a2!), divisor),
    y: div(affine(b0!, b1!, b2!), divisor),
    isSomewhere: sub(1, cast(atInfinity, 'float32')),
  }
}

/** What a position beyond the image stands for. */
function within(position: Tensor, length: number, mode: TransformAttrs['fillMode']): Tensor {
  if (mode === 'constant') return position
  const last = length - 1
  const inside = (below: Tensor, above: Tensor) =>
    clipByValue(where(less(position, 0), below, where(greater(position, last), above, position)), 0, last)
  if (mode === 'nearest' || length === 1) return inside(position, position)
  if (mode === 'wrap') {
    const turns = (distance: Tensor) => mul(floor(div(distance, last)), length)
    return inside(add(position, add(turns(mul(position, -1)), length)), sub(position, turns(position)))
  }
  const period = 2 * length
  const turns = (distance: Tensor) => mul(floor(div(distance, period)), period)
  const below = add(position, turns(mul(position, -1)))
  const above = sub(position, turns(position))
  return inside(
    where(less(below, -length), add(below, period), sub(-1, below)),
    where(greaterEqual(above, length), sub(period - 1, above), above),
  )
}

/** The pixels that a position between them is read from, each with its weight: nothing for one outside the image. */
function neighbours(position: Tensor, length: number, interpolation: TransformAttrs['interpolation']) {
  const pixel = (index: Tensor, weight: Tensor | number) => ({
    index: clipByValue(index, 0, length - 1),
    weight: mul(cast(logicalAnd(greaterEqual(index, 0), lessEqual(index, length - 1)), 'float32'), weight),
  })
  if (interpolation === 'nearest') return [pixel(floor(add(position, 0.5)), 1)]
  const low = floor(position)
  const fraction = sub(position, low)
  return [pixel(low, sub(1, fraction)), pixel(add(low, 1), fraction)]
}
