import { transferableSpec } from '@explainnet/core/plain'
import type { RemoteMethod } from '../api.ts'
import type { SentMethod } from '../worker/messages.ts'

/** Throws `not-transferable` for a method that has no spec. */
export function sentMethod(method: RemoteMethod): SentMethod {
  if (typeof method === 'string') return { name: method }
  if ('attribute' in method) return { spec: transferableSpec(method) }
  if ('module' in method) return { spec: method }
  return { name: method.name, options: method.options }
}
