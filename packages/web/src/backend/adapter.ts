/** What a backend computes on, for people and certificates. */
export interface Device {
  /** `Apple M2`, `WebAssembly SIMD, one thread`. */
  readonly description: string
  /** A GPU that is emulated on the processor: right, and slower than WebAssembly. */
  readonly software?: boolean
}

export interface BackendOptions {
  /**
   * Where `tfjs-backend-wasm-simd.wasm` is, and `tfjs-backend-wasm.wasm` for browsers without SIMD: their folder, or a URL for each by its
   * name. Default: those that come along with this package.
   */
  readonly wasmPaths?: string | Readonly<Record<string, string>> | undefined
}

/** One way to compute in a browser. Each adapter is a file of its own, and known to tfjs by the same name. */
export interface BackendAdapter {
  /** What it would compute on, without downloading it. Throws `backend-missing`. */
  find(): Promise<Device>
  /** Imports it, which registers it with tfjs, and readies it to be started. */
  load(options: BackendOptions): Promise<void>
  /** Whether numbers are kept in 16 bits; known once it is loaded. */
  usesHalfFloats?(): boolean
  /** Whether the running one lost its device and has to be started anew. */
  isLost?(): boolean
  /** More than `find` could tell, once it runs. */
  describe?(): string
  /** Why it did not start, as an error that names the cure. */
  diagnose?(): Promise<Error | undefined>
}
