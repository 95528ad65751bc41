/** The buffers of all numbers in plain data, each once. */
export function buffersOf(value: unknown, found: Set<ArrayBuffer> = new Set()): ArrayBuffer[] {
  if (value instanceof Float32Array) found.add(value.buffer as ArrayBuffer)
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) buffersOf(part, found)
  return [...found]
}

/** The same data with numbers of its own, which may be handed over: of a view, what it shows and no more. */
export function copyOf<T>(value: T): T {
  if (value instanceof Float32Array) return value.slice() as T
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copyOf(part)])) as T
}
