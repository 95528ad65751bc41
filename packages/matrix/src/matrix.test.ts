import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { registerGradients } from '@explainnet/gradients'
import * as tf from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import measured from '../results/matrix.json' with { type: 'json' }
import { backwardKernels, excludedKernels, excludedLayers } from './coverage.ts'
import { checkRows, limitOf, limits, type References, referencesOf, rows, statusOf } from './index.ts'
import type { Measured } from './measured.ts'
import { kernelsRun } from './reference/backend.ts'

const { columns } = measured as unknown as Measured

let references: References
beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
  references = await referencesOf(rows)
})

describe('the rows', () => {
  it('exercise every kernel of tfjs-core that is not excluded for a reason', () => {
    const names = Object.values(tf).filter((value) => typeof value === 'string' && /^([A-Z]|_Fused)/.test(value))
    expect(names.length).toBeGreaterThan(170)
    const known = new Set([...kernelsRun, ...Object.keys(backwardKernels), ...Object.keys(excludedKernels)])
    expect(names.filter((name) => !known.has(name as string))).toEqual([])
    expect(Object.keys(excludedKernels).filter((name) => kernelsRun.has(name))).toEqual([])
    expect(Object.values(backwardKernels).filter((forward) => !kernelsRun.has(forward))).toEqual([])
  })

  it('exercise every layer of tfjs-layers that is not excluded for a reason', () => {
    const used = new Set(rows.flatMap((row) => row.layers ?? []))
    const known = new Set([...used, ...Object.keys(excludedLayers)])
    expect(Object.keys(layers).filter((name) => !known.has(name))).toEqual([])
    expect(Object.keys(excludedLayers).filter((name) => used.has(name))).toEqual([])
  })

  it('have names of their own', () => expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length))

  it('have slopes that can be told from rounding', () => {
    const steep = (slopes: readonly (readonly number[])[]) => Math.max(...slopes.flat().map(Math.abs))
    const flat = rows.filter(({ id }) => {
      const size = steep(references[id]!.slopes)
      return size > 0 && size < 1e-3
    })
    expect(flat.map(({ id }) => id)).toEqual([])
  })
})

describe('the committed matrix', () => {
  it.each(columns)('of $id has every row', ({ cells, stock }) => {
    const ids = rows.map(({ id }) => id)
    expect(Object.keys(cells)).toEqual(ids)
    expect(Object.keys(stock)).toEqual(ids)
  })

  it('is right in every cell, or says why not', () => {
    const wrong = columns.flatMap(({ id: column, backend, cells }) =>
      rows
        .filter(({ id }) => statusOf(cells[id]!, backend) !== 'right')
        .filter(({ id }) => !limitOf(backend, id))
        .map(({ id }) => `${column}: ${id}`),
    )
    expect(wrong).toEqual([])
  })

  it('has no limit that is none', () => {
    const stale = limits.flatMap(({ backend, rows }) =>
      rows
        .filter((id) =>
          columns.every(
            (column) => column.backend !== backend || statusOf(column.cells[id]!, column.backend) === 'right',
          ),
        )
        .map((id) => `${backend}: ${id}`),
    )
    expect(stale).toEqual([])
  })
})

describe.each(['cpu', 'wasm'])('on %s', (backend) => {
  it('what is right in the committed matrix is right', async () => {
    await tf.setBackend(backend)
    expect(tf.getBackend()).toBe(backend)
    const committed = columns.find(({ id }) => id === backend)!.cells
    const cells = await checkRows(rows, references)
    const wrong = rows
      .filter(({ id }) => statusOf(committed[id]!, backend) === 'right' && statusOf(cells[id]!, backend) !== 'right')
      .map(({ id }) => `${id}: ${JSON.stringify(cells[id])}`)
    expect(wrong).toEqual([])
  })
})
