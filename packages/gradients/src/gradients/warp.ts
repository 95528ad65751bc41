import {
  backend_util,
  FlipLeftRight,
  type GradConfig,
  gather,
  RotateWithOffset,
  type RotateWithOffsetAttrs,
  reshape,
  reverse,
  scatterND,
  type Tensor,
  tensor1d,
  transpose,
} from '@tensorflow/tfjs-core'

/** Upstream fault: none. */
export const flipLeftRightGradient: GradConfig = {
  kernelName: FlipLeftRight,
  gradFunc: (dy) => ({ image: () => reverse(dy as Tensor, 2) }),
}

/** Upstream fault: none. Each pixel of the output is a copy of one of the input, or filled. */
export const rotateWithOffsetGradient: GradConfig = {
  kernelName: RotateWithOffset,
  gradFunc: (dys, _, attrs) => ({
    image: () => {
      const dy = dys as Tensor
      const [n, height, width, channels] = dy.shape as [number, number, number, number]
      const { to, from } = copies(height, width, attrs as unknown as RotateWithOffsetAttrs)
      const pixels = reshape(transpose(dy, [1, 2, 0, 3]), [height * width, n * channels])
      const sums = scatterND(reshape(tensor1d(from, 'int32'), [-1, 1]), gather(pixels, tensor1d(to, 'int32')), [
        height * width,
        n * channels,
      ])
      return transpose(reshape(sums, [height, width, n, channels]), [2, 0, 1, 3])
    },
  }),
}

/** Which pixel, counted row by row, is a copy of which. */
function copies(height: number, width: number, { radians, center }: RotateWithOffsetAttrs) {
  const [centerX, centerY] = backend_util.getImageCenter(center, height, width)
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)]
  const to: number[] = []
  const from: number[] = []
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = Math.round((x - centerX) * cos - (y - centerY) * sin + centerX)
      const row = Math.round((x - centerX) * sin + (y - centerY) * cos + centerY)
      if (column < 0 || column >= width || row < 0 || row >= height) continue
      to.push(y * width + x)
      from.push(row * width + column)
    }
  }
  return { to, from }
}
