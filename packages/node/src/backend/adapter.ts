/** What a backend computes on, for people and certificates. */
export interface Device {
  /** `NVIDIA H100, Vulkan`, `WebAssembly SIMD, one thread`. */
  readonly description: string
  /** A GPU that is emulated on the processor: right, and slower than any other backend but `cpu`. */
  readonly software?: boolean
}

/** One way to compute in Node. Each adapter is a file of its own. */
export interface BackendAdapter {
  /** What tfjs calls it. */
  readonly registeredAs: string
  /** Imports the backend and finds what it would compute on; the current backend stays. Throws `backend-missing`, `versions-differ`. */
  find(): Promise<Device>
  /** Registers it with tfjs, where the import did not, and readies it to be started. Throws `backend-missing`. */
  prepare?(): Promise<void>
}
