import type { BackendValues, DataType, TensorInfo } from '@tensorflow/tfjs-core'

/** A fragment shader as tfjs-backend-webgl takes it: `getX(…)` reads input `x`, `setOutput` writes the value at `getOutputCoords()`. */
export interface WebGLProgram {
  readonly variableNames: string[]
  readonly outputShape: number[]
  readonly userCode: string
}

/** What the kernels use of tfjs-backend-webgl's backend, by structure: importing it would make it a dependency. */
export interface WebGLBackend {
  runWebGLProgram(program: WebGLProgram, inputs: TensorInfo[], dtype: DataType): TensorInfo
  makeTensorInfo(shape: number[], dtype: DataType, values: BackendValues): TensorInfo
  disposeIntermediateTensorInfo(info: TensorInfo): void
}
