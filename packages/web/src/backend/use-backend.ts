import { describeBackend, ExplainError } from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import {
  findBackendFactory,
  getBackend,
  registerBackend,
  removeBackend,
  setBackend,
  version_core,
} from '@tensorflow/tfjs-core'
import type { BackendAdapter, BackendOptions, Device } from './adapter.ts'
import { wasm } from './wasm.ts'
import { webgl } from './webgl.ts'
import { webgpu } from './webgpu.ts'

const adapters = { webgpu, webgl, wasm } satisfies Readonly<Record<string, BackendAdapter>>

export type BackendName = keyof typeof adapters

/** The backends, in the order in which `auto` asks for them. */
export const backendNames = Object.keys(adapters) as readonly BackendName[]

/** Same members as @explainnet/node's. */
export interface BackendInfo {
  readonly name: BackendName
  /** What computes: `WebAssembly SIMD, one thread`, or the name of the GPU as far as the browser tells it. */
  readonly device: string
  /** A GPU that is emulated on the processor; only ever used when asked for by name. */
  readonly software: boolean
  /** Numbers are kept in 16 bits: maps have two or three digits, and certificates of gradients say so. Only when asked for by name. */
  readonly halfFloat?: boolean | undefined
  /** Of tfjs-core. */
  readonly version: string
  /** What `auto` would have preferred, and why it could not be had. */
  readonly tried: readonly { readonly name: BackendName; readonly reason: string }[]
}

/**
 * Makes tfjs compute with a backend, registers the gradients, and says what was got; in a page or in a worker. `auto` takes the first
 * that is there of `webgpu`, `webgl` and `wasm`: never a GPU that is emulated on the processor, nor one that keeps numbers in 16 bits.
 * A backend is downloaded when it is asked for. Nothing is ever chosen in place of what was asked for by name, and when that fails, the
 * backend in use stays. One whose device was lost is started anew; models have to be loaded again then. Calls are served in turn.
 * Throws `backend-missing`.
 */
export function useBackend(
  name: 'auto' | BackendName | (string & {}) = 'auto',
  options: BackendOptions = {},
): Promise<BackendInfo> {
  const result = last.then(() => choose(name, options))
  last = result.catch(() => undefined)
  return result
}

/** tfjs cannot start two backends at once. */
let last: Promise<unknown> = Promise.resolve()

async function choose(name: string, options: BackendOptions): Promise<BackendInfo> {
  if (name === 'auto') return await firstPresent(options)
  if (isKnown(name)) return await start(name, options, true, [])
  throw new ExplainError(
    'backend-missing',
    `There is no backend '${name}'.`,
    `Ask for auto, ${backendNames.slice(0, -1).join(', ')} or ${backendNames.at(-1)}.`,
  )
}

async function firstPresent(options: BackendOptions): Promise<BackendInfo> {
  const tried: { name: BackendName; reason: string }[] = []
  let failure: ExplainError | undefined
  for (const name of backendNames) {
    try {
      return await start(name, options, false, tried)
    } catch (error) {
      if (!(error instanceof ExplainError)) throw error
      tried.push({ name, reason: error.what })
      failure = error
    }
  }
  throw new ExplainError(
    'backend-missing',
    `No backend is there. ${tried.map(({ name, reason }) => `${name}: ${reason}`).join(' ')}`,
    failure!.cure,
    { cause: failure },
  )
}

async function start(
  name: BackendName,
  options: BackendOptions,
  byName: boolean,
  tried: BackendInfo['tried'],
): Promise<BackendInfo> {
  const adapter: BackendAdapter = adapters[name]
  const before = getBackend() as string | undefined
  let device: Device
  let halfFloat: boolean
  let started: boolean
  try {
    device = await adapter.find()
    if (device.software && !byName) throw refused(name, `The only GPU is ${device.description}.`)
    await adapter.load(options)
    halfFloat = adapter.usesHalfFloats?.() ?? false
    if (halfFloat && !byName) throw refused(name, `${device.description} keeps numbers in 16 bits.`)
    if (adapter.isLost?.()) forget(name)
    // Each backend registers its own kernels when it is imported, over any that are there.
    registerGradients()
    started = await setBackend(name)
  } catch (cause) {
    throw cause instanceof ExplainError ? cause : missing(name, cause)
  }
  if (!started || getBackend() !== name) {
    forget(name)
    if (before && before !== name) await setBackend(before)
    throw (await adapter.diagnose?.()) ?? missing(name)
  }
  const description = adapter.describe?.() ?? device.description
  describeBackend({ name, device: description })
  return {
    name,
    device: description,
    software: device.software ?? false,
    ...(halfFloat ? { halfFloat } : {}),
    version: version_core,
    tried: [...tried],
  }
}

/** tfjs keeps a backend that failed or lost its device, and would hand it out again. */
function forget(name: BackendName): void {
  const factory = findBackendFactory(name)
  try {
    removeBackend(name)
  } finally {
    if (factory) registerBackend(name, factory, backendNames.length - backendNames.indexOf(name))
  }
}

const isKnown = (name: string): name is BackendName => Object.hasOwn(adapters, name)

const refused = (name: BackendName, what: string) =>
  new ExplainError('backend-missing', what, `Ask for '${name}' by name.`)

const missing = (name: BackendName, cause?: unknown) =>
  new ExplainError(
    'backend-missing',
    `The ${name} backend did not start${cause instanceof Error ? ` (${cause.message.split('\n', 1)[0]})` : ''}.`,
    `Install @tensorflow/tfjs-backend-${name} in the version of @tensorflow/tfjs-core, or ask for another backend.`,
    { cause },
  )
