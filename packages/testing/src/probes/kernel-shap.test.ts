import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import {
  type AttributionMethod,
  type BaselineOption,
  type EstimatedMap,
  explain,
  fromPredict,
  type NDArray,
  type Rows,
} from '@explainnet/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { conformanceChecks } from '../conformance.ts'
import { normals } from '../models/networks.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const segmentsAtMost = 6

/**
 * KernelSHAP with every coalition, where the weighted least squares have a closed form: the Shapley values themselves.
 * Neighbouring values of an input make a segment; a segment out of a coalition takes the baseline's values.
 */
const kernelShap = (baseline: BaselineOption = 'zero'): AttributionMethod<'predictions'> => ({
  apiVersion: 1,
  name: 'kernel-shap',
  needs: 'predictions',
  deterministic: true,
  options: {},
  axioms: ['completeness', 'dummy', 'linearity', 'symmetry', 'implementation-invariance', 'sensitivity'],
  async *attribute(task) {
    const [from] = await task.baselines(baseline)
    const parts = task.model.inputs
      .filter(({ dtype }) => dtype === 'float32')
      .flatMap(({ name, shape }) => {
        const length = shape.slice(1).reduce<number>((product, side) => product * side!, 1)
        const segments = Math.min(length, task.model.inputs.length > 1 ? 3 : segmentsAtMost)
        return Array.from({ length: segments }, (_, segment) => ({
          name,
          from: Math.floor((segment * length) / segments),
          to: Math.floor(((segment + 1) * length) / segments),
        }))
      })
    const n = parts.length
    const coalitions = 2 ** n
    const rows: Rows = {
      count: task.size * coalitions,
      example: (row) => Math.floor(row / coalitions),
      fill(row, into) {
        const coalition = row % coalitions
        const example = Math.floor(row / coalitions)
        parts.forEach((part, i) => {
          if (coalition & (1 << i)) return
          const values = into[part.name]!
          const start = example * values.length
          values.set(from!.inputs[part.name]!.data.subarray(start + part.from, start + part.to), part.from)
        })
      },
    }
    const scores = new Float64Array(rows.count)
    for await (const { row, score } of task.scores(rows)) scores[row] = score

    const maps: Record<string, EstimatedMap & { data: Float64Array }> = {}
    for (const { name, axes, dtype } of task.model.inputs) {
      const { shape, data } = task.inputs[name]!
      if (dtype === 'float32') maps[name] = { shape, axes, domain: 'input', data: new Float64Array(data.length) }
    }
    const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1))
    for (let example = 0; example < task.size; example++) {
      parts.forEach((part, i) => {
        let value = 0
        for (let coalition = 0; coalition < coalitions; coalition++) {
          if (coalition & (1 << i)) continue
          const size = parts.filter((_, j) => coalition & (1 << j)).length
          const weight = (factorial(size) * factorial(n - size - 1)) / factorial(n)
          const at = example * coalitions + coalition
          value += weight * (scores[at + (1 << i)]! - scores[at]!)
        }
        const { data } = maps[part.name]!
        const start = (example * data.length) / task.size
        data.fill(value / (part.to - part.from), start + part.from, start + part.to)
      })
    }
    yield { maps }
  },
})

/** A product and a sum of four features, somewhere else. Every third request fails if it is `unreliable`. */
function service(unreliable: boolean, retries: number) {
  const seen = { requests: 0, failures: 0 }
  const answer = async ({ shape, data }: NDArray) => {
    await new Promise((resolve) => setTimeout(resolve))
    if (++seen.requests % 3 === 0 && unreliable) {
      seen.failures++
      throw new Error('503')
    }
    const scores = Float32Array.from({ length: shape[0]! }, (_, row) => {
      const at = (i: number) => data[row * 4 + i]!
      return at(0) * at(1) + 2 * at(2) - at(3) + 1
    })
    return { shape: [shape[0]!, 1], data: scores }
  }
  const model = fromPredict(answer, { inputs: [null, 4], outputs: [null, 1], output: 'scores', retries })
  return { model, seen }
}

const inputs = normals([3, 4], 21)
const options = { target: 0, maxChunk: 5 }

describe('KernelSHAP on an asynchronous black box', () => {
  it('gives the Shapley values: a product shared evenly, a summand its own', async () => {
    const { values } = await explain(service(false, 0).model, inputs, kernelShap(), options)
    for (let row = 0; row < 3; row++) {
      const at = (i: number) => inputs.data[row * 4 + i]!
      const half = (at(0) * at(1)) / 2
      const wanted = [half, half, 2 * at(2), -at(3)]
      wanted.forEach((value, i) => {
        expect(values[row * 4 + i]!).toBeCloseTo(value, 5)
      })
    }
  })

  it('gives the same where requests fail and are repeated', async () => {
    const wanted = await explain(service(false, 0).model, inputs, kernelShap(), options)
    const { model, seen } = service(true, 2)
    const found = await explain(model, inputs, kernelShap(), options)
    expect(seen.failures).toBeGreaterThan(2)
    expect(found.values).toEqual(wanted.values)
  })

  it('ends with prediction-failed and no leak where a request fails and is not repeated', async () => {
    const before = tf.memory().numTensors
    await expect(explain(service(true, 0).model, inputs, kernelShap(), options)).rejects.toMatchObject({
      code: 'prediction-failed',
      cause: { message: '503' },
    })
    expect(tf.memory().numTensors).toBe(before)
  })

  describe('passes the conformance suite', () => {
    for (const check of conformanceChecks(kernelShap())) {
      it(check.name, check.skipped ? (context) => context.skip('does not apply to the method') : check.run)
    }
  })
})
