import {
  backend_util,
  type Dilation2DAttrs,
  Dilation2DBackpropFilter,
  Dilation2DBackpropInput,
  type KernelConfig,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import type { WebGLBackend, WebGLProgram } from './backend.ts'

type Geometry = backend_util.Conv2DInfo

/**
 * Upstream fault: tfjs-backend-webgl has no gradients of the morphological dilation, max(x + filter) over each window. Both go to the
 * place of the maximum, the first in row-major order where there are several, as on the cpu backend.
 */
const dilationGradient = (
  kernelName: string,
  gradient: (backend: WebGLBackend, dy: TensorInfo, position: TensorInfo, geometry: Geometry) => TensorInfo,
): KernelFix => ({
  kernelName,
  backendName: 'webgl',
  hasFault: () => false,
  mend: (): KernelConfig => ({
    kernelName,
    backendName: 'webgl',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { x, filter, dy } = inputs as { x: TensorInfo; filter: TensorInfo; dy: TensorInfo }
      const { strides, pad, dilations } = attrs as unknown as Dilation2DAttrs
      const geometry = backend_util.computeDilation2DInfo(
        x.shape as [number, number, number, number],
        filter.shape as [number, number, number],
        strides,
        pad,
        'NHWC',
        dilations,
      )
      const webgl = backend as WebGLBackend
      const position = webgl.runWebGLProgram(firstMaximum(geometry), [x, filter], 'float32')
      const result = gradient(webgl, dy, position, geometry)
      webgl.disposeIntermediateTensorInfo(position)
      return result
    },
  }),
})

export const dilationGradients: readonly KernelFix[] = [
  dilationGradient(Dilation2DBackpropInput, (backend, dy, position, geometry) =>
    backend.runWebGLProgram(overWindows(geometry), [dy, position], 'float32'),
  ),
  dilationGradient(Dilation2DBackpropFilter, (backend, dy, position, geometry) =>
    backend.runWebGLProgram(overOutputs(geometry), [dy, position], 'float32'),
  ),
]

const ivec2 = (a: number, b: number) => `ivec2(${a}, ${b})`
const strides = ({ strideHeight, strideWidth }: Geometry) => ivec2(strideHeight, strideWidth)
const pads = ({ padInfo }: Geometry) => ivec2(padInfo.top, padInfo.left)
const dilations = ({ dilationHeight, dilationWidth }: Geometry) => ivec2(dilationHeight, dilationWidth)

/** Where in the filter each output's first maximum lies, in row-major order. */
function firstMaximum(geometry: Geometry): WebGLProgram {
  const { outShape, filterHeight, filterWidth, inHeight, inWidth } = geometry
  return {
    variableNames: ['x', 'weights'],
    outputShape: outShape,
    userCode: `
      void main() {
        ivec4 coords = getOutputCoords();
        ivec2 corner = coords.yz * ${strides(geometry)} - ${pads(geometry)};
        float best = 0.0;
        int position = -1;
        for (int h = 0; h < ${filterHeight}; h++) {
          for (int w = 0; w < ${filterWidth}; w++) {
            ivec2 at = corner + ivec2(h, w) * ${dilations(geometry)};
            if (at.x < 0 || at.x >= ${inHeight} || at.y < 0 || at.y >= ${inWidth}) {
              continue;
            }
            float value = getX(coords.x, at.x, at.y, coords.w) + getWeights(h, w, coords.w);
            if (position < 0 || value > best) {
              best = value;
              position = h * ${filterWidth} + w;
            }
          }
        }
        setOutput(float(position));
      }`,
  }
}

const term = (batch: string, at: string, channel: string, place: string) => {
  const index = `${batch}, ${at}.x, ${at}.y, ${channel}`
  return `int(getPosition(${index}) + 0.5) == ${place} ? getDy(${index}) : 0.0`
}

/** Sums, for each value of the input, the gradients of the windows whose maximum it is. */
function overWindows(geometry: Geometry): WebGLProgram {
  const { inShape, filterHeight, filterWidth, outHeight, outWidth } = geometry
  return {
    variableNames: ['dy', 'position'],
    outputShape: inShape,
    userCode: `
      void main() {
        ivec4 coords = getOutputCoords();
        float sum = 0.0;
        for (int h = 0; h < ${filterHeight}; h++) {
          for (int w = 0; w < ${filterWidth}; w++) {
            ivec2 corner = coords.yz + ${pads(geometry)} - ivec2(h, w) * ${dilations(geometry)};
            if (corner.x < 0 || corner.y < 0) {
              continue;
            }
            ivec2 at = corner / ${strides(geometry)};
            if (at * ${strides(geometry)} != corner || at.x >= ${outHeight} || at.y >= ${outWidth}) {
              continue;
            }
            sum += ${term('coords.x', 'at', 'coords.w', `h * ${filterWidth} + w`)};
          }
        }
        setOutput(sum);
      }`,
  }
}

/** Sums, for each value of the filter, the gradients of the windows to whose maximum it was added. */
function overOutputs(geometry: Geometry): WebGLProgram {
  const { batchSize, filterHeight, filterWidth, inChannels, outHeight, outWidth } = geometry
  return {
    variableNames: ['dy', 'position'],
    outputShape: [filterHeight, filterWidth, inChannels],
    userCode: `
      void main() {
        ivec3 coords = getOutputCoords();
        float sum = 0.0;
        for (int n = 0; n < ${batchSize}; n++) {
          for (int h = 0; h < ${outHeight}; h++) {
            for (int w = 0; w < ${outWidth}; w++) {
              ivec2 at = ivec2(h, w);
              sum += ${term('n', 'at', 'coords.z', `coords.x * ${filterWidth} + coords.y`)};
            }
          }
        }
        setOutput(sum);
      }`,
  }
}
