import { type BackendValues, type DataType, type KernelBackend, Tensor, type TensorInfo } from '@tensorflow/tfjs-core'

/** What the kernels use of tfjs-node's backend, by structure: importing it would make it a dependency. */
export type Backend = KernelBackend & {
  readSync(dataId: object): BackendValues
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_FLOAT: number }
  executeSingleOutput(name: string, attrs: readonly object[], inputs: readonly TensorInfo[]): TensorInfo
  write(values: BackendValues, shape: number[], dtype: DataType): object
}

export const makeTensor = (backend: Backend, shape: number[], values: Float32Array): TensorInfo => ({
  dataId: backend.write(values, shape, 'float32'),
  shape,
  dtype: 'float32',
})

/** Kernels of tfjs-node return tensors, which the engine counts. */
export function release(backend: Backend, t: TensorInfo): void {
  if (t instanceof Tensor) t.dispose()
  else backend.disposeData(t.dataId)
}
