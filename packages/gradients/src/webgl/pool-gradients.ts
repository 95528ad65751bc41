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
import type { WebGLBackend, WebGLProgram } from './backend.ts'

/**
 * Upstream fault: tfjs-backend-webgl gives a window's gradient to its *last* maximum, unlike the cpu backend in two dimensions and
 * PyTorch (the first in row-major order), and in three dimensions to a wrong position unless the window is a cube.
 */
const maxPoolGradient = (kernelName: string): KernelFix => ({
  kernelName,
  backendName: 'webgl',
  hasFault: givesTiesToTheLast,
  mend: () => poolGradient(kernelName, maxPool),
})

/**
 * Upstream fault: tfjs-backend-webgl divides by the whole window where that overlaps the padding, although the forward pass divides
 * by the part inside.
 */
const avgPoolGradient = (kernelName: string): KernelFix => ({
  kernelName,
  backendName: 'webgl',
  hasFault: ignoresPadding,
  mend: () =>
    poolGradient(kernelName, (backend, dy, _, geometry) => backend.runWebGLProgram(shares(geometry), [dy], 'float32')),
})

export const poolGradients: readonly KernelFix[] = [
  maxPoolGradient(MaxPoolGrad),
  maxPoolGradient(MaxPool3DGrad),
  avgPoolGradient(AvgPoolGrad),
  avgPoolGradient(AvgPool3DGrad),
]

function poolGradient(
  kernelName: string,
  compute: (backend: WebGLBackend, dy: TensorInfo, x: TensorInfo, geometry: PoolGeometry) => TensorInfo,
): KernelConfig {
  return {
    kernelName,
    backendName: 'webgl',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo }
      const geometry = poolGeometry(input, dy, attrs as unknown as PoolAttributes)
      const dx = compute(backend as WebGLBackend, asVolume(dy), asVolume(input), geometry)
      return { ...dx, shape: input.shape }
    },
  }
}

function maxPool(backend: WebGLBackend, dy: TensorInfo, x: TensorInfo, geometry: PoolGeometry): TensorInfo {
  const position = backend.runWebGLProgram(firstMaximum(geometry), [x], 'float32')
  const dx = backend.runWebGLProgram(winners(geometry), [dy, position], 'float32')
  backend.disposeIntermediateTensorInfo(position)
  return dx
}

const ivec3 = (values: readonly number[]) => `ivec3(${values.join(', ')})`

/** Where in its window each output's first maximum lies, in row-major order. */
function firstMaximum({ batch, channels, input, output, window, strides, pad }: PoolGeometry): WebGLProgram {
  return {
    variableNames: ['x'],
    outputShape: [batch, ...output, channels],
    userCode: `
      void main() {
        ivec5 coords = getOutputCoords();
        ivec3 corner = ivec3(coords.y, coords.z, coords.w) * ${ivec3(strides)} - ${ivec3(pad)};
        float best = 0.0;
        int position = -1;
        for (int d = 0; d < ${window[0]}; d++) {
          for (int h = 0; h < ${window[1]}; h++) {
            for (int w = 0; w < ${window[2]}; w++) {
              ivec3 at = corner + ivec3(d, h, w);
              if (at.x < 0 || at.x >= ${input[0]} || at.y < 0 || at.y >= ${input[1]} || at.z < 0 || at.z >= ${input[2]}) {
                continue;
              }
              float value = getX(coords.x, at.x, at.y, at.z, coords.u);
              if (position < 0 || value > best) {
                best = value;
                position = (d * ${window[1]} + h) * ${window[2]} + w;
              }
            }
          }
        }
        setOutput(float(position));
      }`,
  }
}

/** Sums, for each value of the input, `term` over the windows it lies in: `at` is the window, `d`, `h`, `w` the place in it. */
function overWindows(
  variableNames: string[],
  { batch, channels, input, output, window, strides, pad }: PoolGeometry,
  term: string,
): WebGLProgram {
  return {
    variableNames,
    outputShape: [batch, ...input, channels],
    userCode: `
      void main() {
        ivec5 coords = getOutputCoords();
        ivec3 here = ivec3(coords.y, coords.z, coords.w) + ${ivec3(pad)};
        float sum = 0.0;
        for (int d = 0; d < ${window[0]}; d++) {
          for (int h = 0; h < ${window[1]}; h++) {
            for (int w = 0; w < ${window[2]}; w++) {
              ivec3 corner = here - ivec3(d, h, w);
              if (corner.x < 0 || corner.y < 0 || corner.z < 0) {
                continue;
              }
              ivec3 at = corner / ${ivec3(strides)};
              if (at * ${ivec3(strides)} != corner || at.x >= ${output[0]} || at.y >= ${output[1]} || at.z >= ${output[2]}) {
                continue;
              }
              sum += ${term};
            }
          }
        }
        setOutput(sum);
      }`,
  }
}

function winners(geometry: PoolGeometry): WebGLProgram {
  const place = `(d * ${geometry.window[1]} + h) * ${geometry.window[2]} + w`
  const position = 'int(getPosition(coords.x, at.x, at.y, at.z, coords.u) + 0.5)'
  const term = `${position} == ${place} ? getDy(coords.x, at.x, at.y, at.z, coords.u) : 0.0`
  return overWindows(['dy', 'position'], geometry, term)
}

function shares(geometry: PoolGeometry): WebGLProgram {
  const { input, window, strides, pad } = geometry
  const program = overWindows(['dy'], geometry, 'getDy(coords.x, at.x, at.y, at.z, coords.u) / inside(at)')
  const inside = `
      float inside(ivec3 window) {
        ivec3 corner = window * ${ivec3(strides)} - ${ivec3(pad)};
        vec3 from = max(vec3(corner), vec3(0.0));
        vec3 to = min(vec3(corner + ${ivec3(window)}), vec3(${ivec3(input)}));
        vec3 size = to - from;
        return size.x * size.y * size.z;
      }`
  return { ...program, userCode: inside + program.userCode }
}
