import type { DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'

/** What the kernels use of tfjs-backend-wasm's backend, by structure: importing it would make it a dependency. */
export interface WasmBackend extends KernelBackend {
  readonly wasm: {
    /** The plain build's exports; the threaded build has its shared memory under `wasmMemory`. */
    readonly asm?: { readonly memory?: WebAssembly.Memory }
    readonly wasmMemory?: WebAssembly.Memory
    _malloc(bytes: number): number
    _free(address: number): void
  }
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } }
  makeOutput(shape: readonly number[], dtype: DataType): TensorInfo
  typedArrayFromHeap(info: TensorInfo): Float32Array | Int32Array | Uint8Array
  disposeData(dataId: object, force?: boolean): boolean
}

/** Where a tensor's values begin in the backend's memory. */
export const addressOf = (backend: WasmBackend, { dataId }: TensorInfo): number =>
  backend.dataIdMap.get(dataId).memoryOffset

/** Runs `use` with `bytes` of the backend's memory. */
export function withScratch(backend: WasmBackend, bytes: number, use: (address: number) => void): void {
  // Above 2 GiB emscripten's signed 32-bit address is negative.
  const address = backend.wasm._malloc(bytes) >>> 0
  if (address === 0) throw new Error(`The wasm backend is out of memory: ${bytes} bytes of scratch space were refused.`)
  try {
    use(address)
  } finally {
    backend.wasm._free(address)
  }
}
