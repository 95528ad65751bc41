import { backend, getBackend } from '@tensorflow/tfjs-core'
import type { BackendRecord } from '../api.ts'

const records = new WeakMap<object, BackendRecord>()

/**
 * Says what the certificates call the current backend of tfjs, and what it computes on. For runtimes, which start backends and know;
 * it holds as long as that backend runs. Unsaid: tfjs' own name of it.
 */
export function describeBackend(record: BackendRecord): void {
  records.set(backend(), record)
}

/** The current backend of tfjs, for a certificate. */
export function backendRecord(): BackendRecord {
  const name = getBackend() as string | undefined
  return name ? (records.get(backend()) ?? { name }) : { name: 'none' }
}
