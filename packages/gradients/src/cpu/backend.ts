import type { BackendValues, DataType, TensorInfo } from '@tensorflow/tfjs-core'

/** What the kernels use of tfjs-backend-cpu's backend, by structure: importing it would make it a dependency. */
export interface CpuBackend {
  readSync(dataId: object): BackendValues
  makeTensorInfo(shape: number[], dtype: DataType, values: BackendValues): TensorInfo
  disposeIntermediateTensorInfo(info: TensorInfo): void
}
