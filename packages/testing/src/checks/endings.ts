import type { ExplainOptions, Model } from '@explainnet/core'
import { memory } from '@tensorflow/tfjs-core'
import type { Bench } from '../bench.ts'
import { type Check, check, demand } from '../check.ts'
import { demandError, errorOf, rejection } from '../errors.ts'
import { copyOf } from '../maps.ts'
import { watched } from '../models/watched.ts'

export function endingChecks(bench: Bench): Check[] {
  const { explain, stream, standard } = bench
  const { model, inputs } = standard
  /** A row a chunk makes for many calls of the model, and so for many places to end at; and for as many on a busy machine. */
  const options: ExplainOptions = { maxChunk: 1 }

  async function countCalls(): Promise<number> {
    let calls = 0
    await explain(watched(model, { before: () => calls++ }), inputs, options)
    return calls
  }

  /** The first calls, which differ in kind, and some on the way to the last. */
  async function places(): Promise<number[]> {
    const last = await countCalls()
    return [...new Set([1, 2, 3, Math.ceil(last / 2), last - 1, last])].filter((call) => call >= 1 && call <= last)
  }

  return [
    check(
      'abort',
      "ends with the error 'aborted' once the signal says so, and asks the model nothing more",
      async () => {
        await demandError(
          explain(model, inputs, { signal: AbortSignal.abort() }),
          ['aborted'],
          'aborted before the start',
        )
        for (const place of await places()) {
          const controller = new AbortController()
          let later = 0
          const spy = watched(model, {
            before(call) {
              if (call > place) later++
              if (call === place) controller.abort()
            },
          })
          const run = explain(spy, inputs, { ...options, signal: controller.signal })
          await demandError(run, ['aborted'], `aborted during call ${place} of the model`)
          demand(later === 0, `Aborted during call ${place}, the method called the model ${later} times more.`)
        }
      },
    ),
    check('model errors', 'hands on what the model throws', async () => {
      for (const place of await places()) {
        const thrown = new Error('the model threw this')
        const error = await rejection(explain(failingAt(model, place, thrown), inputs, options))
        demand(error !== undefined, `The model threw at call ${place}, and there was a map all the same.`)
        demand(
          error === thrown || (error as Error).cause === thrown,
          `The model threw at call ${place}, and something else came out: ${error}.`,
        )
      }
    }),
    check('leaks', 'leaves no tensor behind: done, thrown, aborted, or left early', async () => {
      for (const { name, model, inputs } of await bench.cases()) {
        await demandNoLeak(`done (${name})`, () => explain(model, inputs, options))
      }
      for (const place of await places()) {
        await demandNoLeak(`the model threw at call ${place}`, () =>
          rejection(explain(failingAt(model, place, new Error('the model threw this')), inputs, options)),
        )
        const controller = new AbortController()
        const spy = watched(model, {
          before(call) {
            if (call === place) controller.abort()
          },
        })
        await demandNoLeak(`aborted during call ${place}`, () =>
          rejection(explain(spy, inputs, { ...options, signal: controller.signal })),
        )
      }
      await demandNoLeak('its stream was left at the first estimate', async () => {
        for await (const _ of stream(model, inputs, options)) break
      })
    }),
    check(
      'bad numbers',
      'refuses inputs that are not finite, and ends with an error where the model gives such',
      async () => {
        for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
          const spoilt = copyOf(inputs)
          Object.values(spoilt)[0]!.data[3] = bad
          await demandError(explain(model, spoilt), ['non-finite-input'], `${bad} in the input`)
          for (const place of await places()) {
            const spy = watched(model, {
              after(call, found) {
                if (call === place) found[0]!.fill(bad)
              },
            })
            const when = `${bad} in what call ${place} of the model found`
            await demandError(explain(spy, inputs, options), ['non-finite-output'], when)
          }
        }
      },
    ),
  ]
}

const failingAt = (model: Model, place: number, error: Error): Model =>
  watched(model, {
    before(call) {
      if (call === place) throw error
    },
  })

async function demandNoLeak(when: string, run: () => Promise<unknown>): Promise<void> {
  const before = memory().numTensors
  const ended = await run()
  const left = memory().numTensors - before
  demand(left === 0, `${left} tensors were left behind when the explanation was ${when}${codeOf(ended)}.`)
}

const codeOf = (ended: unknown) => {
  const code = errorOf(ended)
  return code ? ` (${code})` : ''
}
