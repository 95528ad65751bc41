import {
  AvgPool3DGrad,
  AvgPoolGrad,
  type KernelConfig,
  MaxPool3DGrad,
  MaxPoolGrad,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { type PoolAttributes, type PoolGeometry, poolGeometry } from '../pooling/geometry.ts'
import { trialTensor, valuesOf } from '../trial.ts'
import type { CpuBackend } from './backend.ts'

/**
 * Upstream fault: tfjs-backend-cpu divides by the whole window where that overlaps the padding, although the forward pass divides by
 * the part inside.
 */
const avgPoolGradient = (kernelName: string): KernelFix => ({
  kernelName,
  backendName: 'cpu',
  // The window at the far corner of a 2×2 image reaches over it, and all that it holds of the image is that corner.
  hasFault: (kernel) => gradientOfLastWindow(kernel, 1).at(-1)! < 1,
  mend: () => poolGradient(kernelName, share),
})

/**
 * Upstream fault: tfjs-backend-cpu's MaxPool3DGrad gives a window's gradient to its *last* maximum, unlike its MaxPoolGrad and PyTorch
 * (the first in row-major order), and to a wrong position unless the window is as high as it is wide.
 */
const maxPool3dGradient: KernelFix = {
  kernelName: MaxPool3DGrad,
  backendName: 'cpu',
  hasFault: (kernel) => gradientOfLastWindow(kernel, 0).at(-1)! > 0,
  mend: () => poolGradient(MaxPool3DGrad, giveToFirstMaximum),
}

/** Upstream fault: tfjs-core does not tell the gradient that the output's size was rounded up; tfjs-backend-cpu leaves the last windows out. */
const maxPoolGradient: KernelFix = {
  kernelName: MaxPoolGrad,
  backendName: 'cpu',
  // Of three values under windows of two, the last lies in a window of its own.
  hasFault: (kernel) => {
    const dy = trialTensor([1, 2, 1, 1], Float32Array.of(0, 1))
    const [input, output] = [trialTensor([1, 3, 1, 1]), trialTensor([1, 2, 1, 1])]
    const attrs = { filterSize: [2, 1], strides: [2, 1], pad: 0 }
    return valuesOf({ kernel, inputs: { dy, input, output }, attrs })[2] === 0
  },
  mend: () => poolGradient(MaxPoolGrad, giveToFirstMaximum),
}

export const poolGradients: readonly KernelFix[] = [
  avgPoolGradient(AvgPoolGrad),
  avgPoolGradient(AvgPool3DGrad),
  maxPool3dGradient,
  maxPoolGradient,
]

/** A kernel's answer for an image of equal values under windows of two, one gradient of 1 at the last or first window. */
function gradientOfLastWindow(kernel: KernelConfig, last: 0 | 1): number[] {
  const shape = kernel.kernelName.includes('3D') ? [1, 2, 2, 2, 1] : [1, 2, 2, 1]
  const dy = trialTensor(shape)
  const values = (dy.dataId as { values: Float32Array }).values
  values[last ? values.length - 1 : 0] = 1
  const inputs = { dy, input: trialTensor(shape), output: trialTensor(shape) }
  return Array.from(valuesOf({ kernel, inputs, attrs: { filterSize: 2, strides: 1, pad: 'same' } }))
}

type Window = readonly number[]

/** Adds, into `dx`, a window's gradient `dy` to the flat indices `window` of its values in `x`, in row-major order. */
type Spread = (dx: Float32Array, dy: number, window: Window, x: ArrayLike<number>) => void

function share(dx: Float32Array, dy: number, window: Window): void {
  for (const at of window) dx[at]! += dy / window.length
}

export function giveToFirstMaximum(dx: Float32Array, dy: number, window: Window, x: ArrayLike<number>): void {
  let winner = window[0]!
  for (const at of window) if (x[at]! > x[winner]!) winner = at
  dx[winner]! += dy
}

function poolGradient(kernelName: string, spread: Spread): KernelConfig {
  return {
    kernelName,
    backendName: 'cpu',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo }
      const cpu = backend as CpuBackend
      const [x, gradient] = [input, dy].map(({ dataId }) => cpu.readSync(dataId) as Float32Array)
      const geometry = poolGeometry(input, dy, attrs as unknown as PoolAttributes)
      return cpu.makeTensorInfo(input.shape, 'float32', spreadGradient(x!, gradient!, geometry, spread))
    },
  }
}

/** What `spread` gives to each value of `x` from the gradient of every window. */
export function spreadGradient(
  x: Float32Array,
  gradient: Float32Array,
  geometry: PoolGeometry,
  spread: Spread,
): Float32Array {
  const dx = new Float32Array(x.length)
  eachWindow(geometry, (window, at) => {
    if (window.length > 0) spread(dx, gradient[at]!, window, x)
  })
  return dx
}

/** Calls `visit` with the flat indices of each window's values, those inside the volume, and its own. */
function eachWindow(geometry: PoolGeometry, visit: (window: Window, at: number) => void): void {
  const { batch, channels, input, output, window, strides, pad } = geometry
  const inside = (axis: 0 | 1 | 2, at: number): number[] =>
    Array.from({ length: window[axis] }, (_, i) => at * strides[axis] - pad[axis] + i).filter(
      (i) => i >= 0 && i < input[axis],
    )
  let at = 0
  for (let n = 0; n < batch; n++)
    for (let d = 0; d < output[0]; d++)
      for (let h = 0; h < output[1]; h++)
        for (let w = 0; w < output[2]; w++) {
          const places = inside(0, d).flatMap((z) =>
            inside(1, h).flatMap((y) =>
              inside(2, w).map((x) => (((n * input[0] + z) * input[1] + y) * input[2] + x) * channels),
            ),
          )
          for (let c = 0; c < channels; c++) {
            visit(
              places.map((place) => place + c),
              at++,
            )
          }
        }
}
