import { buffer, type DataType, type KernelConfig, type TensorInfo, type TypedArray } from '@tensorflow/tfjs-core'

/** A tensor for a trial: its values are its `dataId`. */
export function trialTensor(shape: number[], values?: TypedArray, dtype: DataType = 'float32'): TensorInfo {
  return { dataId: { values: values ?? new Float32Array(shape.reduce((a, b) => a * b, 1)) }, shape, dtype }
}

interface Trial {
  readonly kernel: KernelConfig
  readonly inputs: Record<string, TensorInfo>
  readonly attrs: object
}

interface Program {
  readonly outputShape: number[]
  readonly userCode?: string
  readonly getUserCode?: () => string
  readonly shaderKey?: string
}

interface Asked {
  /** The shaders that the kernel asks for, none of which is run, and the names they are kept under. */
  readonly shaders: readonly { readonly key: string; readonly code: string; readonly outputShape: number[] }[]
  readonly result: TensorInfo | undefined
}

/** What a kernel of the webgl or webgpu backend asks of it. */
export function askedOfGpu(trial: Trial): Asked {
  const shaders: { key: string; code: string; outputShape: number[] }[] = []
  const run = (program: Program, _inputs: unknown, dtype: DataType): TensorInfo => {
    const { outputShape, shaderKey: key = '', userCode = program.getUserCode?.() ?? '' } = program
    shaders.push({ key, code: userCode, outputShape })
    return { dataId: {}, shape: outputShape, dtype }
  }
  const backend = { runWebGLProgram: run, runWebGPUProgram: run, incRef: nothing, shouldExecuteOnCPU: () => false }
  return { shaders, result: tryOut(trial, backend) }
}

/** What a kernel of the cpu backend returns: its values, none if it fails. */
export function valuesOf(trial: Trial): ArrayLike<number> {
  const valuesAt = (dataId: object) => (dataId as { values: TypedArray }).values
  const result = tryOut(trial, {
    data: { get: (dataId: object) => ({ values: valuesAt(dataId) }) },
    readSync: valuesAt,
    bufferSync: ({ shape, dtype, dataId }: TensorInfo) =>
      buffer(shape, dtype as 'float32', valuesAt(dataId) as Float32Array),
  })
  return result === undefined ? [] : valuesAt(result.dataId)
}

const nothing = () => {}

/** Runs a kernel on a backend that is not there; somebody's own may need more of it than this and fail. */
function tryOut({ kernel, inputs, attrs }: Trial, backend: Record<string, unknown>): TensorInfo | undefined {
  const makeTensorInfo = (shape: number[], dtype: DataType, values?: TypedArray) => trialTensor(shape, values, dtype)
  const whole = { makeTensorInfo, disposeIntermediateTensorInfo: nothing, disposeData: nothing, ...backend }
  try {
    return kernel.kernelFunc({ inputs, attrs: attrs as never, backend: whole }) as TensorInfo
  } catch {
    return undefined
  }
}
