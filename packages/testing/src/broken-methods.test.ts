import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import {
  type AttributionMethod,
  type EstimatedMap,
  ExplainError,
  explain,
  type GradientTask,
  inputMaps,
  type NamedTensors,
  resolveOptions,
} from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import { beforeAll, describe, expect, it } from 'vitest'
import { conformanceChecks } from './conformance.ts'
import type { Fixtures } from './fixtures.ts'
import { subject, subjectNames } from './models/networks.ts'

registerGradients()
beforeAll(async () => {
  await tf.setBackend('wasm')
})

type Method = AttributionMethod<'gradients'>
type Attribute = Method['attribute']
type Maps = ReturnType<typeof inputMaps>

const schema = { power: { type: 'number', text: 'Multiplies the map.', default: 1, min: 0, max: 10 } } as const

/** Input × gradient, in which nothing is wrong. */
function sound(given: Record<string, unknown> = {}): Method {
  const options = resolveOptions<{ power: number }>('sound', schema, given)
  return {
    apiVersion: 1,
    name: 'sound',
    needs: 'gradients',
    deterministic: true,
    options: schema,
    spec: { module: 'here', export: 'method', options: { ...options } },
    axioms: ['dummy', 'linearity', 'implementation-invariance'],
    async *attribute(task) {
      const maps = await productOf(task)
      change(maps, (value) => value * options.power)
      yield { maps }
    },
  }
}

async function productOf(task: GradientTask, options?: Parameters<GradientTask['gradients']>[1]): Promise<Maps> {
  const maps = inputMaps(task)
  for await (const { row, gradients } of task.gradients(task.originals, options)) {
    for (const [name, { data }] of Object.entries(maps)) {
      const input = task.inputs[name]!.data
      const gradient = gradients[name]!
      const start = row * gradient.length
      gradient.forEach((slope, i) => {
        data[start + i] = slope * input[start + i]!
      })
    }
  }
  return maps
}

/** Changes every value; `example` is its row, `at` its place in the row. */
function change(maps: Maps, by: (value: number, example: number, at: number, name: string) => number): void {
  for (const [name, { data, shape }] of Object.entries(maps)) {
    const length = data.length / shape[0]!
    data.forEach((value, i) => {
      data[i] = by(value, Math.floor(i / length), i % length, name)
    })
  }
}

/** The sound method with another `attribute`, and what else it says of itself. It may have its axioms tested or not. */
type Broken = readonly [make: () => AttributionMethod, fixtures: Fixtures]
const broken = (attribute: () => Attribute, more: Partial<Method> = {}): Broken => {
  const method = (): Method => ({ ...sound(), axioms: [], ...more, attribute: attribute() })
  return [method, { load: async () => ({ method }) }]
}
/** A sound map, changed. */
const spoilt = (spoil: (maps: Maps, task: GradientTask) => void | Promise<void>, more: Partial<Method> = {}) =>
  broken(
    () =>
      async function* (task) {
        const maps = await productOf(task)
        await spoil(maps, task)
        yield { maps }
      },
    more,
  )

/** Gradients of a score of the method's own making. */
async function ownScore(task: GradientTask, classes: readonly number[]): Promise<Maps> {
  const score = Object.assign(
    ({ output }: NamedTensors) =>
      tf.sum(tf.mul(output!, tf.oneHot(tf.tensor1d([...classes], 'int32'), output!.shape[1]!)), 1) as tf.Tensor1D,
    { space: 'logit' as const },
  )
  const { gradients } = await task.model.scoreAndGradient(task.inputs, score)
  const maps = inputMaps(task)
  for (const [name, { data }] of Object.entries(maps)) data.set(gradients[name]!.data)
  return maps
}

const largestOf = (data: Float64Array) => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

/** What the failing checks say, by what they are about. */
async function failures([make, fixtures]: Broken): Promise<Record<string, string>> {
  const failed: Record<string, string> = {}
  for (const { about, run } of conformanceChecks(make, fixtures)) {
    try {
      await run()
    } catch (error) {
      failed[about] = (error as Error).message
    }
  }
  return failed
}

/** A fault, the checks that find it and no others, and what one of them says. */
type Fault = readonly [name: string, about: readonly string[], method: Broken, message?: RegExp]

const faults: readonly Fault[] = [
  ['has a name that is none', ['description'], broken(() => sound().attribute, { name: 'My Method' })],
  [
    'has a spec that JSON changes',
    ['description', 'certificate'],
    broken(() => sound().attribute, { spec: { ...sound().spec!, options: { power: Number.POSITIVE_INFINITY } } }),
  ],
  [
    'corrects options instead of refusing them',
    ['options'],
    [
      () => sound(),
      {
        load: async () => ({ method: sound }),
        factory: ({ power }: { power?: unknown }) => sound({ power: Math.min(10, Math.max(0, Number(power) || 1)) }),
      },
    ],
  ],
  [
    'has another default than it describes',
    ['options'],
    [
      () => sound(),
      { load: async () => ({ method: sound }), factory: (given: object) => sound({ power: 2, ...given }) },
    ],
    /by default/,
  ],
  [
    'drops the channels and keeps the domain',
    ['shape', 'ranks', 'several inputs'],
    spoilt((maps) => {
      for (const [name, map] of Object.entries(maps)) {
        const channels = map.shape.at(-1)!
        const data = Float64Array.from({ length: map.data.length / channels }, (_, i) => map.data[i * channels]!)
        maps[name] = { ...map, shape: map.shape.slice(0, -1), axes: map.axes.slice(0, -1), data }
      }
    }),
  ],
  [
    'expects a picture',
    ['ranks'],
    spoilt((maps) => {
      if (Object.values(maps)[0]!.shape.length !== 4) throw new TypeError('height is undefined')
    }),
  ],
  [
    'explains the first input only',
    ['several inputs'],
    spoilt((maps) => {
      for (const name of Object.keys(maps).slice(1)) delete maps[name]
    }),
  ],
  [
    'adds noise to token numbers',
    ['integer inputs'],
    spoilt(async (_, task) => {
      const fill = (_: number, into: Readonly<Record<string, Float32Array>>) => {
        if (into['tokens']) into['tokens'][0]! += 0.25
      }
      for await (const { score } of task.gradients({ ...task.originals, fill })) task.report(score)
    }),
  ],
  [
    'replaces token numbers by others',
    ['integer inputs'],
    spoilt(async (_, task) => {
      const fill = (_: number, into: Readonly<Record<string, Float32Array>>) => into['tokens']?.fill(0)
      for await (const { score } of task.gradients({ ...task.originals, fill })) task.report(score)
    }),
    /no example has/,
  ],
  [
    'divides by the largest value, which may be zero',
    ['dead model'],
    spoilt((maps) => {
      for (const { data, shape } of Object.values(maps)) {
        const length = data.length / shape[0]!
        for (let start = 0; start < data.length; start += length) {
          const map = data.subarray(start, start + length)
          const most = largestOf(map)
          map.forEach((value, i) => {
            map[i] = value / most
          })
        }
      }
    }),
  ],
  [
    'gives something where nothing matters',
    ['dead model', 'dummy'],
    spoilt((maps) => change(maps, (value) => value + 1e-3), { axioms: ['dummy'] }),
  ],
  [
    'explains the prediction, whatever was asked for',
    ['other targets'],
    broken(
      () =>
        async function* (task) {
          yield {
            maps: await ownScore(
              task,
              task.targets.map(({ prediction }) => prediction!.index),
            ),
          }
        },
    ),
  ],
  [
    'knows classes only',
    ['function targets'],
    broken(
      () =>
        async function* (task) {
          yield {
            maps: await ownScore(
              task,
              task.targets.map(({ index }) => index!),
            ),
          }
        },
    ),
  ],
  [
    "takes the first example's target for all",
    ['list of targets', 'top targets', 'batch mates', 'function targets'],
    broken(
      () =>
        async function* (task) {
          yield {
            maps: await ownScore(
              task,
              task.targets.map(() => task.targets[0]!.index!),
            ),
          }
        },
    ),
  ],
  [
    'scales by the largest value of the batch',
    ['list of targets', 'top targets', 'batch mates'],
    spoilt((maps) => {
      const most = Math.max(1e-9, ...Object.values(maps).map(({ data }) => largestOf(data)))
      change(maps, (value) => value / most)
    }),
  ],
  [
    'keys its randomness by the place in the batch',
    ['list of targets', 'top targets', 'batch mates'],
    spoilt((maps, task) => change(maps, (value, example) => value * (1 + task.random(example).uniform())), {
      deterministic: false,
    }),
  ],
  [
    'keeps in a variable what it filled in last',
    ['chunks'],
    spoilt(async (maps, task) => {
      let last = 0
      let sum = 1
      const fill = (row: number) => {
        last = row
      }
      for await (const { score } of task.scores({ count: 4, example: () => 0, fill })) sum += score * 0 + last
      change(maps, (value) => value * sum)
    }),
  ],
  [
    'needs a seed and says that it needs none',
    ['seed'],
    spoilt((maps, task) => change(maps, (value) => value * task.random(0).uniform())),
  ],
  ['needs no seed and says that it needs one', ['seed'], broken(() => sound().attribute, { deterministic: false })],
  [
    'counts its calls',
    ['state'],
    broken(() => {
      let calls = 0
      return async function* (task) {
        const maps = await productOf(task)
        calls++
        change(maps, (value) => value * calls)
        yield { maps }
      }
    }),
  ],
  [
    'keeps its accumulator outside',
    ['state'],
    broken(() => {
      let maps: Maps = {}
      return async function* (task) {
        maps = inputMaps(task)
        for await (const { row, gradients } of task.gradients(task.originals)) {
          for (const [name, { data }] of Object.entries(maps)) data.set(gradients[name]!, row * gradients[name]!.length)
        }
        yield { maps }
      }
    }),
    /twice at once/,
  ],
  [
    "changes the task's inputs",
    ['task'],
    spoilt((_, task) => {
      Object.values(task.inputs)[0]!.data[0] = 0
    }),
  ],
  [
    'works on when it was aborted',
    ['abort'],
    spoilt(async (maps, task) => {
      for (let i = 0; i < 4; i++) {
        const { output } = await task.model.predict(task.inputs, { space: 'logit' })
        const nothing = output!.data.reduce((sum, value) => sum + 0 * value, 0)
        change(maps, (value) => value + nothing)
      }
    }),
  ],
  [
    'reports errors of the model in words of its own',
    ['model errors'],
    broken(
      () =>
        async function* (task) {
          try {
            yield { maps: await productOf(task) }
          } catch (error) {
            throw error instanceof ExplainError ? error : new Error('Something went wrong.')
          }
        },
    ),
  ],
  ['leaks a tensor', ['leaks'], spoilt(() => void tf.scalar(1)), /explanation was done/],
  [
    'leaks a tensor when the model throws',
    ['leaks'],
    broken(
      () =>
        async function* (task) {
          const tensor = tf.scalar(1)
          const maps = await productOf(task)
          tensor.dispose()
          yield { maps }
        },
    ),
    /the model threw/,
  ],
  [
    'leaks a tensor when it is aborted',
    ['leaks'],
    broken(
      () =>
        async function* (task) {
          const onAbort = () => void tf.scalar(1)
          task.signal.addEventListener('abort', onAbort)
          const maps = await productOf(task)
          task.signal.removeEventListener('abort', onAbort)
          yield { maps }
        },
    ),
    /was aborted/,
  ],
  [
    'leaks a tensor when its stream is left',
    ['leaks'],
    broken(
      () =>
        async function* (task) {
          const maps = await productOf(task)
          const tensor = tf.scalar(1)
          yield { maps }
          tensor.dispose()
          yield { maps }
        },
    ),
    /its stream was left/,
  ],
  [
    'takes NaN for zero',
    ['bad numbers'],
    broken(
      () =>
        async function* (task) {
          try {
            yield { maps: await productOf(task) }
          } catch (error) {
            if (!(error instanceof ExplainError) || error.code !== 'non-finite-output') throw error
            yield { maps: inputMaps(task) }
          }
        },
    ),
  ],
  [
    'streams a part of the map first',
    ['stream'],
    broken(
      () =>
        async function* (task) {
          const maps = await productOf(task)
          yield {
            maps: Object.fromEntries(
              Object.entries(maps).map(([name, { data }]): [string, EstimatedMap] => [
                name,
                {
                  shape: [task.size, 1],
                  data: data.slice(0, task.size),
                  axes: ['batch', 'feature'],
                  domain: 'concepts',
                },
              ]),
            ),
          }
          yield { maps }
        },
    ),
  ],
  [
    'gives evidence that JSON cannot hold',
    ['certificate'],
    broken(
      () =>
        async function* (task) {
          yield { maps: await productOf(task), evidence: { change: [Number.NaN] } }
        },
    ),
  ],
  [
    'leaves an option out of its spec',
    ['spec'],
    [() => ({ ...sound({ power: 2 }), spec: sound().spec }), { load: async () => ({ method: sound }) }],
  ],
  [
    'claims completeness and has no baseline',
    ['completeness'],
    broken(() => sound().attribute, { axioms: ['completeness'] }),
    /names no baseline/,
  ],
  [
    'claims completeness for input × gradient',
    ['completeness'],
    spoilt((_, task) => task.baselines('zero').then(() => undefined), { axioms: ['completeness'] }),
    /adds up to/,
  ],
  [
    'claims linearity for a square',
    ['linearity'],
    spoilt((maps) => change(maps, (value) => value * value), { axioms: ['linearity'] }),
  ],
  [
    'claims symmetry and prefers what comes first',
    ['symmetry'],
    spoilt((maps) => change(maps, (value, _, at) => value / (1 + at)), { axioms: ['symmetry'] }),
  ],
  [
    'claims that only the function counts, and treats ReLU in its own way',
    ['implementation-invariance'],
    broken(
      () =>
        async function* (task) {
          const rule = ({ op }: { op: string }, dy: tf.Tensor) =>
            op === 'Relu' ? { x: () => tf.mul(dy, 0.5) } : undefined
          yield { maps: await productOf(task, { rule }) }
        },
      { axioms: ['implementation-invariance'] },
    ),
  ],
  [
    'claims sensitivity for the gradient at the input',
    ['sensitivity'],
    spoilt((_, task) => task.baselines('zero').then(() => undefined), { axioms: ['sensitivity'] }),
  ],
]

describe('the conformance suite', () => {
  it('finds nothing wrong with a sound method', async () => {
    expect(await failures([() => sound(), { load: async () => ({ method: sound }), factory: sound }])).toEqual({})
  })

  it('explains networks that predict different classes, so that a mix-up shows', async () => {
    for (const name of subjectNames) {
      const { model, inputs } = subject(name)
      const { certificate } = await explain(model, inputs, sound())
      expect(new Set(certificate.targets.map(({ index }) => index)).size, name).toBeGreaterThan(1)
    }
  })

  it('lets a method yield its accumulator again and again', async () => {
    const method = broken(
      () =>
        async function* (task) {
          const final = await productOf(task)
          const maps = inputMaps(task)
          for (const share of [0.5, 1]) {
            change(maps, (_, example, at, name) => {
              const { data } = final[name]!
              return share * data[(example * data.length) / task.size + at]!
            })
            yield { maps }
          }
        },
    )
    expect(await failures(method)).toEqual({})
  })

  it('ends a method wherever it is, so that what it tidies up in finally is tidied up', async () => {
    const method = broken(
      () =>
        async function* (task) {
          const tensor = tf.scalar(1)
          try {
            const maps = await productOf(task)
            yield { maps }
            yield { maps }
          } finally {
            tensor.dispose()
          }
        },
    )
    expect(await failures(method)).toEqual({})
  })

  for (const [name, about, method, message] of faults) {
    it(`finds a method that ${name}`, async () => {
      const failed = await failures(method)
      expect(Object.keys(failed).sort(), JSON.stringify(failed, null, 1)).toEqual([...about].sort())
      if (message) expect(Object.values(failed).join(' ')).toMatch(message)
    })
  }

  it('finds Math.random by every comparison of two runs', async () => {
    const failed = await failures(spoilt((maps) => change(maps, (value) => value * Math.random())))
    expect(Object.keys(failed)).toEqual(
      expect.arrayContaining([
        'single example',
        'target names',
        'batch mates',
        'chunks',
        'seed',
        'state',
        'spec',
        'stream',
      ]),
    )
  })

  it('finds a method that uses more of a model than it says it needs', async () => {
    const method = broken(() => sound().attribute, { needs: 'predictions' as never })
    expect(Object.keys(await failures(method))).toContain('shape')
  })
})
