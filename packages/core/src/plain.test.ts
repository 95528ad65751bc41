import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  buffersOf,
  type Certificate,
  copyOf,
  createAttribution,
  ExplainError,
  errorOf,
  failureOf,
  nextTask,
  placeImage,
} from './plain.ts'

describe('the plain entry', () => {
  it('reaches no file that imports TensorFlow.js', async () => {
    const reached = new Set(['./plain.ts'])
    // A set grows while it is walked.
    for (const path of reached) {
      const text = await readFile(fileURLToPath(new URL(path, import.meta.url)), 'utf8')
      for (const [, names, from] of text.matchAll(/^(?:import|export) ([^'"]*?)from '([^']+)'/gms)) {
        if (names!.startsWith('type ')) continue
        expect(`${path} → ${from}`).not.toContain('@tensorflow')
        if (from!.startsWith('.')) reached.add(`./${new URL(from!, `file:///${path}`).pathname.slice(1)}`)
      }
    }
    expect(reached.size).toBeGreaterThan(15)
  })
})

describe('what crosses between threads', () => {
  it('is copied down to its numbers, of a view only what it shows', () => {
    const whole = Float32Array.of(1, 2, 3, 4)
    const given = { a: { shape: [2], data: whole.subarray(1, 3) }, bytes: new Uint8Array(2), list: [whole], text: 'x' }
    const copy = copyOf(given)
    expect(copy).toEqual(given)
    expect(copy.a.data.buffer.byteLength).toBe(8)
    expect(buffersOf(copy)).toEqual([copy.a.data.buffer, copy.bytes.buffer, copy.list[0]!.buffer])
    expect(buffersOf(given)).toEqual([whole.buffer, given.bytes.buffer])
  })

  it('has errors among it, which keep code, message, cure and what caused them', () => {
    const cause = new RangeError('too deep')
    const error = new ExplainError('bad-file', 'It is broken.', 'Mend it.', { cause })
    const back = errorOf(structuredClone(failureOf(error)))
    expect(back).toBeInstanceOf(ExplainError)
    expect(back).toMatchObject({ code: 'bad-file', message: 'It is broken. Mend it.', cure: 'Mend it.' })
    expect((back.cause as Error).message).toBe('too deep')
    expect(errorOf(failureOf(new ExplainError('bad-file', 'a', 'b'))).cause).toBeUndefined()
    expect(errorOf(failureOf(cause))).toMatchObject({ message: 'too deep', stack: cause.stack })
    expect(errorOf(failureOf('a word')).message).toBe('a word')
  })
})

it('the next task comes after what the event loop had waiting, and many may wait for it', async () => {
  const order: string[] = []
  setImmediate(() => order.push('waiting'))
  await Promise.all([nextTask(), nextTask().then(() => order.push('second')), nextTask()])
  expect(order).toEqual(['waiting', 'second'])
})

it('a picture is placed without its pixels as it is with them', () => {
  expect(placeImage(40, 20, { size: [10, 10], resize: 'fit' })).toEqual({
    width: 40,
    height: 20,
    size: [10, 10],
    source: { x: 0, y: 0, width: 40, height: 20 },
    target: { x: 0, y: 2, width: 10, height: 5 },
  })
})

it('an attribution makes tensors where TensorFlow.js runs, and says so where it does not', async () => {
  const map = { shape: [1, 2], data: Float32Array.of(3, 4), axes: ['batch', 'feature'], domain: 'input' as const }
  const attribution = createAttribution({ x: map }, {}, {} as Certificate)
  expect(attribution.values).toBe(map.data)
  expect(() => attribution.tensor()).toThrow(expect.objectContaining({ code: 'backend-missing' }))
  await import('@tensorflow/tfjs-backend-cpu')
  const tensor = attribution.tensor()
  expect(tensor).toMatchObject({ shape: [1, 2], dtype: 'float32' })
  expect(Array.from(tensor.dataSync())).toEqual([3, 4])
  tensor.dispose()
})
