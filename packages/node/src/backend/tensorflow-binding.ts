/** TensorFlow's own library, through @tensorflow/tfjs-node or -gpu. Both call their backend `tensorflow`: a process has one of them. */
import { createRequire } from 'node:module'
import util from 'node:util'
import { ExplainError } from '@explainnet/core'
import { findBackend, findBackendFactory, getBackend, setBackend, version_core } from '@tensorflow/tfjs-core'
import type { Device } from './adapter.ts'
import { importOptional } from './optional-package.ts'

export interface TensorFlowBackend {
  readonly isGPUPackage: boolean
  /** Of the devices that TensorFlow found, not of the package's name. */
  readonly isUsingGpuDevice: boolean
  readonly binding: { readonly TF_Version: string }
}

/** The backend of the one that runs already, or of `name`. Throws `backend-missing`, `versions-differ`. */
export async function loadTensorFlow(name: string): Promise<TensorFlowBackend> {
  refuseSecondCore(name, createRequire(import.meta.url))
  restoreUtil()
  if (!findBackendFactory('tensorflow')) {
    // Its remarks about the processor, which nobody asked for; warnings and errors stay.
    process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1'
    await keepingTfjs(() =>
      importOptional(
        name,
        `npm install ${name}@${version_core}`,
        `Build its native part: npm rebuild ${name} --build-addon-from-source.`,
      ),
    )
  }
  return findBackend('tensorflow') as unknown as TensorFlowBackend
}

export const describeTensorFlow = ({ binding, isUsingGpuDevice }: TensorFlowBackend): Device => ({
  description: `TensorFlow ${binding.TF_Version} on ${isUsingGpuDevice ? 'a GPU' : 'the processor'}`,
})

/** Throws `versions-differ` if the package brings a tfjs-core of its own: tensors of the one are none to the other. */
export function refuseSecondCore(name: string, here: NodeJS.Require): void {
  let ours: string
  let theirs: string
  try {
    ours = here.resolve('@tensorflow/tfjs-core')
    const union = createRequire(here.resolve(`${name}/package.json`)).resolve('@tensorflow/tfjs/package.json')
    theirs = createRequire(union).resolve('@tensorflow/tfjs-core')
  } catch {
    // Not installed or bundled: the import finds out.
    return
  }
  if (ours === theirs) return
  throw new ExplainError(
    'versions-differ',
    `${name} brings another copy of @tensorflow/tfjs-core than the one used here (${version_core}).`,
    `Install ${name}@${version_core}, then dedupe: see 'npm ls @tensorflow/tfjs-core'.`,
  )
}

/** Of `util`, what the binding calls, Node 22 warns of and Node 23 removed. It looks there at every call, so it has to stay. */
function restoreUtil(): void {
  const wanted = { isNullOrUndefined: (value: unknown) => value == null, isArray: Array.isArray }
  for (const [name, value] of Object.entries(wanted)) {
    Object.defineProperty(util, name, { value, configurable: true, writable: true })
  }
}

/** The import makes its backend the current one and registers tfjs' own gradients over what was there: neither was asked for. */
async function keepingTfjs(load: () => Promise<unknown>): Promise<void> {
  const before = getBackend() as string | undefined
  const registry = (globalThis as { _tfGlobals?: Map<string, Map<string, unknown>> })._tfGlobals?.get('gradRegistry')
  const gradients = [...(registry ?? [])]
  try {
    await load()
  } finally {
    for (const [kernel, config] of gradients) registry!.set(kernel, config)
    if (before) await setBackend(before)
  }
}
