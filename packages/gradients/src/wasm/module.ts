import type { WasmBackend } from './backend.ts'
import { relaxedSimd, simd } from './module-bytes.ts'

/** The functions of `assembly/`. Addresses are bytes in the backend's memory. */
export interface GradientModule {
  conv2dScratch(windowSize: number, yChannels: number): number
  conv2d(x: number, filter: number, bias: number, y: number, scratch: number, ...sizes: number[]): void
  conv2dFilterGradientScratch(...sizes: number[]): number
  conv2dFilterGradient(x: number, dy: number, dw: number, scratch: number, ...sizes: number[]): void
  depthwiseFilterGradient(x: number, dy: number, dw: number, ...sizes: number[]): void
  depthwiseInputGradientScratch(inWidth: number, filterHeight: number, filterWidth: number): number
  depthwiseInputGradient(dy: number, filter: number, dx: number, scratch: number, ...sizes: number[]): void
  dilation2d(x: number, filter: number, dy: number, target: number, byFilter: number, ...sizes: number[]): void
  conv2dInputGradientScratch(...sizes: number[]): number
  conv2dInputGradient(dy: number, filter: number, dx: number, scratch: number, ...sizes: number[]): void
  sum(x: number, out: number, outer: number, rows: number, inner: number, scale: number): void
  foldInputGradientScratch(windowSize: number, dyChannels: number): number
  foldInputGradient(dy: number, filter: number, dx: number, scratch: number, ...sizes: number[]): void
  matMulScratch(inner: number, columns: number): number
  matMul(a: number, b: number, out: number, scratch: number, ...sizes: number[]): void
  reluGradient(dy: number, x: number, dx: number, count: number, from: number, upTo: number, slope: number): void
  tanh(x: number, out: number, count: number): void
  resizeBilinearGradient(dy: number, dx: number, ...sizes: number[]): void
  repeat(source: number, target: number, blocks: number, bytes: number, times: number): void
  unfoldDepth(x: number, images: number, ...sizes: number[]): void
  foldDepth(images: number, x: number, ...sizes: number[]): void
  batchNorm(x: number, y: number, parameters: number, pixels: number, channels: number): void
  avgPoolGradient(dy: number, dx: number, ...sizes: number[]): void
  maxPool3d(x: number, y: number, ...sizes: number[]): void
  maxPoolPositions(x: number, positions: number, acrossBatch: number, ...sizes: number[]): void
  maxPool2x2Gradient(x: number, dy: number, dx: number, rows: number, width: number, channels: number): void
  maxPoolGradient(x: number, dy: number, dx: number, ...sizes: number[]): void
  winogradFilterGradientScratch(xChannels: number, dyChannels: number): number
  winogradFilterGradient(x: number, dy: number, dw: number, scratch: number, ...sizes: number[]): void
  winogradInputGradientScratch(dyChannels: number, dxChannels: number): number
  winogradInputGradient(dy: number, filter: number, dx: number, scratch: number, ...sizes: number[]): void
}

interface Loaded {
  readonly module: GradientModule
  /** It multiplies and adds at once, which the backend's own kernels do not. */
  readonly relaxed: boolean
  /** Of the backend's threaded build, whose own kernels run on several. */
  readonly shared: boolean
}

const instances = new WeakMap<WebAssembly.Memory, Loaded>()

/** The module that works on this backend's memory, compiled at first use. */
export const gradientModule = (backend: WasmBackend): GradientModule => load(backend).module

/** Whether a matrix product of the module is faster than the backend's own. */
export function outrunsBackend(backend: WasmBackend): boolean {
  const { relaxed, shared } = load(backend)
  return relaxed && !shared
}

function load({ wasm }: WasmBackend): Loaded {
  const memory = wasm.wasmMemory ?? wasm.asm?.memory
  if (memory === undefined) throw new Error('This build of tfjs-backend-wasm does not expose its memory; 4.x does.')
  let loaded = instances.get(memory)
  if (loaded === undefined) {
    const shared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer
    const best = decode(relaxedSimd, shared)
    const relaxed = WebAssembly.validate(best)
    const bytes = relaxed ? best : decode(simd, shared)
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, abort } })
    loaded = { module: instance.exports as unknown as GradientModule, relaxed, shared }
    instances.set(memory, loaded)
  }
  return loaded
}

const decode = ({ plain, shared, rest }: typeof simd, forShared: boolean): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob((forShared ? shared : plain) + rest), (character) => character.charCodeAt(0))

function abort(): never {
  throw new Error('The gradient module stopped.')
}
