import type { Model, NDArray } from '@explainnet/core'
import type { ComparedMethod, MeasurementStore } from './api.ts'

/** Computes a measurement, or takes it from the store. What cannot be told apart by name (no spec) is not kept. */
export type Keeper = <T>(
  what: readonly unknown[],
  method: ComparedMethod,
  example: NDArray,
  about: unknown,
  compute: () => Promise<T>,
) => Promise<T>

export async function keeper(model: Model, store: MeasurementStore | undefined): Promise<Keeper> {
  const fingerprint = await model.fingerprint?.()
  if (!store || !fingerprint) return (_what, _method, _example, _about, compute) => compute()
  return async (what, { method }, example, about, compute) => {
    if (!method.spec) return compute()
    const text = JSON.stringify([what, fingerprint, method.spec, await digest(example), about])
    const found = await store.get(text)
    if (found !== undefined) return found as Awaited<ReturnType<typeof compute>>
    const value = await compute()
    await store.set(text, value)
    return value
  }
}

async function digest({ data }: NDArray): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', Float32Array.from(data))
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
