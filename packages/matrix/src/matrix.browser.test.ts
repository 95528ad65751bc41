import '@tensorflow/tfjs-backend-webgl'
import '@tensorflow/tfjs-backend-webgpu'
import { registerGradients } from '@explainnet/gradients'
import { getBackend, setBackend } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import measured from '../results/matrix.json' with { type: 'json' }
import { checkRows, referencesOf, rows, statusOf } from './index.ts'
import type { Measured } from './measured.ts'

const { columns } = measured as unknown as Measured

describe.each(['webgl', 'webgpu'])('on %s', (backend) => {
  // Every row takes two minutes, most of it for compiling shaders: `pnpm matrix` does that.
  it('what TensorFlow.js gets wrong and the committed matrix right is right', { timeout: 180_000 }, async () => {
    registerGradients()
    await setBackend(backend)
    expect(getBackend()).toBe(backend)
    const { cells: committed, stock } = columns.find(({ id }) => id === backend)!
    const mended = rows.filter(({ id }) => stock[id] !== 'right' && statusOf(committed[id]!, backend) === 'right')
    expect(mended.length).toBeGreaterThan(50)
    const cells = await checkRows(mended, await referencesOf(mended))
    const wrong = mended.filter(({ id }) => statusOf(cells[id]!, backend) !== 'right')
    expect(wrong.map(({ id }) => `${id}: ${JSON.stringify(cells[id])}`)).toEqual([])
  })
})
