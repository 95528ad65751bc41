export type BackendName = 'webgpu' | 'webgl' | 'wasm'
/** Same members as @explainnet/node's. */
export interface BackendInfo {
  readonly name: BackendName
  readonly device: string
  readonly software: boolean
  readonly version: string
  readonly tried: readonly { readonly name: BackendName; readonly reason: string }[]
}
