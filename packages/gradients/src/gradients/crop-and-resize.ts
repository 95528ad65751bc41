import {
  abs,
  add,
  CropAndResize,
  type CropAndResizeAttrs,
  cast,
  equal,
  floor,
  type GradConfig,
  greaterEqual,
  lessEqual,
  logicalAnd,
  matMul,
  mul,
  range,
  relu,
  reshape,
  scatterND,
  split,
  sub,
  type Tensor,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core'

/**
 * Upstream fault: none. A crop is linear in the image, first by rows and then by columns, so that the gradient is the product with
 * both transposed matrices, which are made of the boxes. The boxes themselves have no gradient.
 */
export const cropAndResizeGradient: GradConfig = {
  kernelName: CropAndResize,
  inputsToSave: ['image', 'boxes', 'boxInd'],
  gradFunc: (dys, saved, attrs) => {
    const [image, boxes, boxInd] = saved as [Tensor, Tensor, Tensor]
    const { method } = attrs as unknown as CropAndResizeAttrs
    return {
      image: () => {
        const [count, rows, columns, channels] = (dys as Tensor).shape as [number, number, number, number]
        const [n, height, width] = image.shape as [number, number, number]
        const [top, left, bottom, right] = split(boxes, 4, 1) as [Tensor, Tensor, Tensor, Tensor]
        const byRows = matMul(
          weights(top, bottom, rows, height, method),
          reshape(dys as Tensor, [count, rows, columns * channels]),
          true,
        )
        const columnsFirst = transpose(reshape(byRows, [count, height, columns, channels]), [0, 2, 1, 3])
        const byBoth = matMul(
          weights(left, right, columns, width, method),
          reshape(columnsFirst, [count, columns, height * channels]),
          true,
        )
        const crops = transpose(reshape(byBoth, [count, width, height, channels]), [0, 2, 1, 3])
        const pixels = reshape(crops, [count, height * width * channels])
        return reshape(scatterND(reshape(boxInd, [count, 1]), pixels, [n, pixels.shape[1]!]), image.shape)
      },
      boxInd: () => zeros(boxInd.shape),
    }
  },
}

/** [boxes, newLength, length]: how much each pixel counts in each new one; nothing for one outside the image. */
function weights(from: Tensor, to: Tensor, newLength: number, length: number, method: string): Tensor {
  const last = length - 1
  const steps = reshape(range(0, newLength, 1, 'float32'), [1, newLength])
  const positions =
    newLength > 1
      ? add(mul(from, last), mul(steps, mul(sub(to, from), last / (newLength - 1))))
      : mul(add(from, to), 0.5 * last)
  const inside = cast(logicalAnd(greaterEqual(positions, 0), lessEqual(positions, last)), 'float32')
  const pixels = range(0, length, 1, 'float32')
  const each = (t: Tensor) => reshape(t, [...t.shape, 1])
  const shares =
    method === 'nearest'
      ? cast(equal(each(floor(add(positions, 0.5))), pixels), 'float32')
      : relu(sub(1, abs(sub(each(positions), pixels))))
  return mul(shares, each(inside))
}
