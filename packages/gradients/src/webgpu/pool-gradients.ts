import {
  AvgPool3DGrad,
  AvgPoolGrad,
  type KernelConfig,
  MaxPool3DGrad,
  MaxPoolGrad,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { asVolume, type PoolAttributes, type PoolGeometry, poolGeometry } from '../pooling/geometry.ts'
import { givesTiesToTheLast, ignoresPadding } from '../pooling/shader-faults.ts'
import { eachOutput, type WebGPUBackend, type WebGPUProgram } from './backend.ts'

/**
 * Upstream fault: tfjs-backend-webgpu gives a window's gradient to its *last* maximum, unlike the cpu backend in two dimensions and
 * PyTorch (the first in row-major order), and in three dimensions to a wrong position unless the window is as high as it is wide.
 */
const maxPoolGradient = (kernelName: string): KernelFix => ({
  kernelName,
  backendName: 'webgpu',
  hasFault: givesTiesToTheLast,
  mend: () => poolGradient(kernelName, maxPool),
})

/**
 * Upstream fault: tfjs-backend-webgpu divides by the whole window where that overlaps the padding, although the forward pass divides
 * by the part inside.
 */
const avgPoolGradient = (kernelName: string): KernelFix => ({
  kernelName,
  backendName: 'webgpu',
  hasFault: ignoresPadding,
  mend: () =>
    poolGradient(kernelName, (backend, dy, _, geometry) => backend.runWebGPUProgram(shares(geometry), [dy], 'float32')),
})

export const poolGradients: readonly KernelFix[] = [
  maxPoolGradient(MaxPoolGrad),
  maxPoolGradient(MaxPool3DGrad),
  avgPoolGradient(AvgPoolGrad),
  avgPoolGradient(AvgPool3DGrad),
]

function poolGradient(
  kernelName: string,
  compute: (backend: WebGPUBackend, dy: TensorInfo, x: TensorInfo, geometry: PoolGeometry) => TensorInfo,
): KernelConfig {
  return {
    kernelName,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo }
      const geometry = poolGeometry(input, dy, attrs as unknown as PoolAttributes)
      const dx = compute(backend as WebGPUBackend, asVolume(dy), asVolume(input), geometry)
      return { ...dx, shape: input.shape }
    },
  }
}

function maxPool(backend: WebGPUBackend, dy: TensorInfo, x: TensorInfo, geometry: PoolGeometry): TensorInfo {
  const position = backend.runWebGPUProgram(firstMaximum(geometry), [x], 'int32')
  const dx = backend.runWebGPUProgram(winners(geometry), [dy, position], 'float32')
  backend.disposeData(position.dataId)
  return dx
}

const vec3 = (values: readonly number[]) => `vec3<i32>(${values.join(', ')})`

/** Where in its window each output's first maximum lies, in row-major order. */
function firstMaximum({ batch, channels, input, output, window, strides, pad }: PoolGeometry): WebGPUProgram {
  const body = `
    let coords = getCoordsFromIndex(index);
    let corner = vec3<i32>(coords.y, coords.z, coords.w) * ${vec3(strides)} - ${vec3(pad)};
    var best = 0.0;
    var position = -1;
    for (var d = 0; d < ${window[0]}; d++) {
      for (var h = 0; h < ${window[1]}; h++) {
        for (var w = 0; w < ${window[2]}; w++) {
          let at = corner + vec3<i32>(d, h, w);
          if (any(at < vec3<i32>(0)) || any(at >= ${vec3(input)})) {
            continue;
          }
          let value = getX(coords.x, at.x, at.y, at.z, coords.u);
          if (position < 0 || value > best) {
            best = value;
            position = (d * ${window[1]} + h) * ${window[2]} + w;
          }
        }
      }
    }
    setOutputAtIndexI32(index, position);`
  return eachOutput(['x'], [batch, ...output, channels], body)
}

/** Sums, for each value of the input, `term` over the windows it lies in: `at` is the window, `d`, `h`, `w` the place in it. */
function overWindows(
  variableNames: string[],
  { batch, channels, input, output, window, strides, pad }: PoolGeometry,
  term: string,
  functions?: string,
): WebGPUProgram {
  const body = `
    let coords = getCoordsFromIndex(index);
    let here = vec3<i32>(coords.y, coords.z, coords.w) + ${vec3(pad)};
    var sum = 0.0;
    for (var d = 0; d < ${window[0]}; d++) {
      for (var h = 0; h < ${window[1]}; h++) {
        for (var w = 0; w < ${window[2]}; w++) {
          let corner = here - vec3<i32>(d, h, w);
          let at = corner / ${vec3(strides)};
          if (any(corner < vec3<i32>(0)) || any(at * ${vec3(strides)} != corner) || any(at >= ${vec3(output)})) {
            continue;
          }
          sum += ${term};
        }
      }
    }
    setOutputAtIndex(index, sum);`
  return eachOutput(variableNames, [batch, ...input, channels], body, functions)
}

function winners(geometry: PoolGeometry): WebGPUProgram {
  const place = `(d * ${geometry.window[1]} + h) * ${geometry.window[2]} + w`
  const position = 'i32(getPosition(coords.x, at.x, at.y, at.z, coords.u))'
  const term = `select(0.0, getDy(coords.x, at.x, at.y, at.z, coords.u), ${position} == ${place})`
  return overWindows(['dy', 'position'], geometry, term)
}

function shares(geometry: PoolGeometry): WebGPUProgram {
  const { input, window, strides, pad } = geometry
  const inside = `
    fn inside(window : vec3<i32>) -> f32 {
      let corner = window * ${vec3(strides)} - ${vec3(pad)};
      let size = min(corner + ${vec3(window)}, ${vec3(input)}) - max(corner, vec3<i32>(0));
      return f32(size.x * size.y * size.z);
    }`
  return overWindows(['dy'], geometry, 'getDy(coords.x, at.x, at.y, at.z, coords.u) / inside(at)', inside)
}
