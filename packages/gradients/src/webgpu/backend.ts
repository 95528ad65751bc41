import { type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core'

/** A compute shader as tfjs-backend-webgpu takes it. */
export interface WebGPUProgram {
  readonly variableNames: string[]
  readonly outputShape: number[]
  readonly workgroupSize: [number, number, number]
  readonly dispatchLayout: { readonly x: number[] }
  readonly dispatch: [number, number, number]
  /** Makes `uniforms.size`, the number of outputs, known to the shader. */
  readonly size: boolean
  /** What tells two shaders apart that read and write tensors of the same ranks: shaders are compiled once. */
  shaderKey: string
  getUserCode(): string
}

/** What the kernels use of tfjs-backend-webgpu's backend, by structure: importing it would make it a dependency. */
export interface WebGPUBackend {
  runWebGPUProgram(program: WebGPUProgram, inputs: TensorInfo[], dtype: DataType): TensorInfo
  disposeData(dataId: object): boolean
  /** What is stored, whatever a tensor says it holds. */
  readonly tensorMap: { get(dataId: object): { readonly dtype: DataType } }
}

const workgroup = 64

/** A program in which `body` runs once for each output, `index` being its flat index. Functions it calls go into `functions`. */
export function eachOutput(
  variableNames: string[],
  outputShape: number[],
  body: string,
  functions = '',
): WebGPUProgram {
  return {
    variableNames,
    outputShape,
    workgroupSize: [workgroup, 1, 1],
    dispatchLayout: { x: outputShape.map((_, axis) => axis) },
    dispatch: [Math.ceil(util.sizeFromShape(outputShape) / workgroup), 1, 1],
    size: true,
    shaderKey: `explainnet ${functions}${body}`,
    getUserCode: () => `
      ${functions}
      fn main(index : i32) {
        if (index < uniforms.size) {
          ${body}
        }
      }`,
  }
}
