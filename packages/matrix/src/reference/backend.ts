import {
  type BackendValues,
  DataStorage,
  type DataType,
  engine,
  KernelBackend,
  registerBackend,
  registerKernel,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { Array64 } from './array.ts'
import { kernels } from './kernels.ts'

export const referenceBackend = 'reference'

class Float64Backend extends KernelBackend {
  // Fetches what was made on another backend, such as a layer's weights.
  private readonly data = new DataStorage<{ values: Float64Array; references: number }>(this, engine())

  override write(values: BackendValues, _shape: number[], _dtype: DataType): object {
    const dataId = {}
    this.move(dataId, values, _shape, _dtype, 1)
    return dataId
  }
  override move(dataId: object, values: BackendValues, _shape: number[], _dtype: DataType, references: number): void {
    this.data.set(dataId, { values: Float64Array.from(values as Float32Array), references })
  }
  // tfjs knows no float64; what reads a tensor takes any typed array.
  override readSync(dataId: object): Float32Array {
    return this.values(dataId) as unknown as Float32Array
  }
  override async read(dataId: object): Promise<Float32Array> {
    return this.readSync(dataId)
  }
  values(dataId: object): Float64Array {
    return this.data.get(dataId).values
  }
  override incRef(dataId: object): void {
    this.data.get(dataId).references++
  }
  override refCount(dataId: object): number {
    return this.data.has(dataId) ? this.data.get(dataId).references : 0
  }
  override disposeData(dataId: object, force = false): boolean {
    if (!this.data.has(dataId)) return true
    const entry = this.data.get(dataId)
    entry.references--
    if (!force && entry.references > 0) return false
    this.data.delete(dataId)
    return true
  }
  override numDataIds(): number {
    return this.data.numDataIds()
  }
  override memory() {
    return { unreliable: false }
  }
  override floatPrecision(): 32 {
    return 32
  }
  override epsilon(): number {
    return 1e-7
  }
  override dispose(): void {}
}

/** The kernels that ran on the reference backend so far. */
export const kernelsRun: Set<string> = new Set()

/**
 * Registers a backend that computes in float64, one naive kernel per operation, forward only: finite differences on it are the
 * reference of the matrix. Idempotent.
 */
export function registerReference(): void {
  if (engine().findBackendFactory(referenceBackend) !== null) return
  registerBackend(referenceBackend, () => new Float64Backend(), 0)
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    registerKernel({
      kernelName,
      backendName: referenceBackend,
      kernelFunc: ({ inputs, backend, attrs }) => {
        kernelsRun.add(kernelName)
        const own = backend as Float64Backend
        const given: Record<string, Array64> = {}
        for (const [name, info] of Object.entries(inputs)) {
          // An optional input that is not there comes as undefined.
          if (info) given[name] = { shape: info.shape, dtype: info.dtype, values: own.values(info.dataId) }
        }
        const results = kernel(given, attrs)
        const written = ({ shape, dtype, values }: Array64): TensorInfo => ({
          dataId: own.write(values as unknown as Float32Array, [...shape], dtype),
          shape: [...shape],
          dtype,
        })
        return Array.isArray(results) ? results.map(written) : written(results)
      },
    })
  }
}
