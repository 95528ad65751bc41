import { availableParallelism } from 'node:os'
import { type BackendName, loadModel, loadModelPool, type ModelPool } from '@explainnet/node'
import { InvalidArgumentError, Option } from 'commander'
import { loadModelOption, type ModelOptions } from './model-option.ts'

export interface WorkersOption {
  readonly workers?: number
}

export const workersOption = (): Option =>
  new Option(
    '--workers <n>',
    'threads that compute, each with a backend and --memory of its own, started (0.3 s) when there is work for them; default: one a core with wasm and cpu, else 1',
  ).argParser((text) => {
    if (/^[1-9]\d*$/.test(text)) return Number(text)
    throw new InvalidArgumentError('It must be a whole number from 1.')
  })

/** The model that the options name, in as many threads; with one thread it is this one. To be closed. */
export async function loadInWorkers(
  options: ModelOptions & WorkersOption & { readonly model: string },
  backend: BackendName,
): Promise<ModelPool> {
  const workers = options.workers ?? (backend === 'wasm' || backend === 'cpu' ? availableParallelism() : 1)
  if (workers === 1) return { ...(await loadModelOption(options, loadModel)), close: async () => undefined }
  return await loadModelOption(options, (path, given) => loadModelPool(path, { ...given, workers, backend }))
}
