import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

const sizes: Record<string, number> = { b: 2, h: 2, i: 3, j: 4, k: 2, d: 3 }
const shapeOf = (term: string) => [...term].map((axis) => sizes[axis]!)

describe('the gradient of einsum', () => {
  it.each([
    'ij,jk->ik',
    'bij,bkj->bik',
    'bihd,bjhd->bhij',
    'bhij,bjhd->bihd',
    'i,j->ij',
    'ij,ij->',
    'bij,ij->b',
    'ij->ji',
    'bij->j',
    'ij->',
    ' bij , j -> bi ',
  ])('%s', async (equation) => {
    const terms = equation.replaceAll(' ', '').split('->')[0]!.split(',')
    const inputs = terms.map((term, i) => given(shapeOf(term), 10 + i))
    await expectGradient((...xs) => tf.einsum(equation, ...xs), inputs, linear)
  })
})
