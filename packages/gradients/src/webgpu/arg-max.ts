import {
  ArgMax,
  type ArgMaxAttrs,
  ArgMin,
  backend_util,
  type KernelConfig,
  type TensorInfo,
  Transpose,
  util,
} from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { otherKernel } from '../other-kernel.ts'
import { askedOfGpu, trialTensor } from '../trial.ts'
import type { WebGPUBackend, WebGPUProgram } from './backend.ts'

/**
 * Upstream fault: over 32 values and more, tfjs-backend-webgpu finds any of several largest values, and not the first, as over fewer
 * and as the other backends do.
 */
const firstPlace = (kernelName: string, better: '>' | '<'): KernelFix => ({
  kernelName,
  backendName: 'webgpu',
  hasFault: (kernel) => {
    const { shaders } = askedOfGpu({ kernel, inputs: { x: trialTensor([64]) }, attrs: { axis: 0 } })
    return shaders.some(({ code }) => code.includes('xBestIndices[localId.x + interval]'))
  },
  mend: (stock) => stock && { ...stock, kernelFunc: amongMany(stock, better) },
})

export const firstPlaces: readonly KernelFix[] = [firstPlace(ArgMax, '>'), firstPlace(ArgMin, '<')]

function amongMany(stock: KernelConfig, better: '>' | '<'): KernelConfig['kernelFunc'] {
  return ({ inputs, backend, attrs }) => {
    const x = inputs['x'] as TensorInfo
    const [axis] = util.parseAxisParam((attrs as unknown as ArgMaxAttrs).axis, x.shape) as [number]
    if (x.shape[axis]! < 32) return stock.kernelFunc({ inputs, backend, attrs: attrs! })
    const webgpu = backend as WebGPUBackend
    const perm = backend_util.getAxesPermutation([axis], x.shape.length)
    const rows = perm ? otherKernel('webgpu', backend, Transpose, { x }, { perm }) : x
    const shape = x.shape.filter((_, i) => i !== axis)
    const result = webgpu.runWebGPUProgram(program(shape, x.shape[axis]!, better), [rows], 'int32')
    if (rows !== x) webgpu.disposeData(rows.dataId)
    return result
  }
}

const lanes = 64

/** Each workgroup reduces one row: every lane its share, then the lanes among themselves. */
function program(outputShape: number[], length: number, better: '>' | '<'): WebGPUProgram {
  return {
    variableNames: ['x'],
    outputShape,
    workgroupSize: [lanes, 1, 1],
    dispatchLayout: { x: outputShape.map((_, axis) => axis) },
    dispatch: [util.sizeFromShape(outputShape), 1, 1],
    size: true,
    shaderKey: `explainnet first place ${better} ${length}`,
    getUserCode: () => `
      var<workgroup> values : array<f32, ${lanes}>;
      var<workgroup> places : array<i32, ${lanes}>;

      fn main(index : i32) {
        let row = index / ${lanes};
        let lane = i32(localId.x);
        var value = 0.0;
        var place = -1;
        for (var k = lane; k < ${length} && row < uniforms.size; k += ${lanes}) {
          let candidate = f32(x[row * ${length} + k]);
          if (!isnan(candidate) && (place < 0 || candidate ${better} value)) {
            value = candidate;
            place = k;
          }
        }
        values[lane] = value;
        places[lane] = place;
        workgroupBarrier();
        for (var span = ${lanes / 2}; span > 0; span /= 2) {
          if (lane < span && places[lane + span] >= 0) {
            let candidate = values[lane + span];
            let first = candidate == values[lane] && places[lane + span] < places[lane];
            if (places[lane] < 0 || candidate ${better} values[lane] || first) {
              values[lane] = candidate;
              places[lane] = places[lane + span];
            }
          }
          workgroupBarrier();
        }
        if (lane == 0 && row < uniforms.size) {
          setOutputAtIndexI32(row, max(places[0], 0));
        }
      }`,
  }
}
