import { describe, expect, it } from 'vitest'
import type { NamedArrays, NDArray } from '../api.ts'
import { fromPredict } from './predict.ts'

const shapes = { inputs: [null, 2], outputs: [null, 3] } as const
const batch = { input: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } }
const answer: NDArray = { shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 1, 2) }

describe('fromPredict', () => {
  it('hands a single input over as it is, and several by name', async () => {
    const one = fromPredict((given: NDArray) => ({ shape: [2, 3], data: Float32Array.of(...given.data, 0, 0) }), shapes)
    expect([...(await one.predict(batch, { space: 'logit' }))['output']!.data]).toEqual([1, 2, 3, 4, 0, 0])
    const many = fromPredict(async (given: NamedArrays) => ({ y: given['b']! }), {
      inputs: { a: [null, 2], b: { shape: [null, 3], axes: ['batch', 'token'] } },
      outputs: { y: [null, 3] },
    })
    expect(many.inputs[1]).toEqual({ name: 'b', shape: [null, 3], dtype: 'float32', axes: ['batch', 'token'] })
    expect((await many.predict({ a: batch.input, b: answer }, { space: 'logit' }))['y']).toEqual(answer)
  })

  it('makes probabilities of logits, and leaves probabilities alone', async () => {
    const logits = fromPredict(() => answer, { ...shapes, output: 'logits' })
    expect(logits.finalActivation).toBe('softmax')
    const [p0, p1] = (await logits.predict(batch, { space: 'probability' }))['output']!.data
    expect(p1! / p0!).toBeCloseTo(Math.E, 5)
    expect((await logits.predict(batch, { space: 'logit' }))['output']!.data).toEqual(answer.data)
    const probabilities = fromPredict(() => answer, { ...shapes, output: 'probabilities' })
    expect(probabilities.finalActivation).toBe('none')
    expect(probabilities.card?.output).toBe('probabilities')
    expect((await probabilities.predict(batch, { space: 'logit' }))['output']!.data).toEqual(answer.data)
  })

  it('tries again as often as it was told, then fails with the cause', async () => {
    let tries = 0
    const flaky = () => {
      tries++
      if (tries < 3) throw new Error('busy')
      return answer
    }
    expect(await fromPredict(flaky, { ...shapes, retries: 2 }).predict(batch, { space: 'logit' })).toBeDefined()
    tries = 0
    await expect(
      fromPredict(flaky, { ...shapes, retries: 1 }).predict(batch, { space: 'logit' }),
    ).rejects.toMatchObject({
      code: 'prediction-failed',
      message: expect.stringContaining('busy'),
      cause: new Error('busy'),
    })
  })

  it('refuses wrong shapes and numbers that are none', async () => {
    const giving = (given: unknown) => fromPredict(() => given as NDArray, shapes).predict(batch, { space: 'logit' })
    await expect(giving({ shape: [3, 2], data: answer.data })).rejects.toMatchObject({ code: 'bad-shape' })
    await expect(giving({ shape: [2, 3], data: new Float32Array(5) })).rejects.toMatchObject({ code: 'bad-shape' })
    await expect(giving({ scores: answer })).rejects.toMatchObject({ code: 'bad-shape' })
    await expect(giving(undefined)).rejects.toMatchObject({ code: 'bad-shape' })
    const holes = { shape: [2, 3], data: Float32Array.of(0, 0, 0, 0, Number.NaN, 0) }
    await expect(giving(holes)).rejects.toMatchObject({
      code: 'non-finite-output',
      message: expect.stringContaining('row 1'),
    })
  })

  it('stops when its signal does, and passes it on', async () => {
    const controller = new AbortController()
    let seen: AbortSignal | undefined
    const model = fromPredict(
      (_: NDArray, { signal }) => {
        seen = signal
        controller.abort()
        throw new Error('interrupted')
      },
      { ...shapes, retries: 5 },
    )
    await expect(model.predict(batch, { space: 'logit', signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    })
    expect(seen).toBe(controller.signal)
  })

  it('wants the batch axis in its shapes', () => {
    expect(() => fromPredict(() => answer, { inputs: [2], outputs: [null, 3] })).toThrow(/batch axis/)
  })
})
