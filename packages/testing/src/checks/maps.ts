import type { Attribution, Model, NamedArrays, TensorSpec } from '@explainnet/core'
import type { Bench, Case } from '../bench.ts'
import { type Check, check, demand } from '../check.ts'
import { errorOf, rejection } from '../errors.ts'
import { demandSameMaps, rowsOf, sizeOf } from '../maps.ts'
import { deadOf, subject } from '../models/networks.ts'
import { watched } from '../models/watched.ts'

export function mapChecks(bench: Bench): Check[] {
  const { explain, standard, method } = bench
  const several = bench.refuses('several inputs') && 'the method refuses several inputs'
  return [
    check('shape', 'gives maps whose shape, axes and domain agree with the input', async () => {
      for (const { name, model, inputs } of await bench.cases()) {
        demandFitting(await explain(model, inputs), model, inputs, name)
      }
    }),
    check('single example', 'takes one example without a batch axis', async () => {
      const { model, inputs } = standard
      const one = rowsOf(inputs, [0])
      const bare = Object.fromEntries(
        Object.entries(one).map(([name, { shape, data }]) => [name, { shape: shape.slice(1), data }]),
      )
      demandSameMaps(await explain(model, bare), await explain(model, one), 0, 'one example without a batch axis')
    }),
    check(
      'ranks',
      'explains vectors, series and images, or refuses what its fixtures say by a typed error',
      async () => {
        for (const name of ['vector', 'series', 'image'] as const) {
          const { model, inputs } = subject(name)
          if (bench.refuses(name)) await demandRefusal(explain(model, inputs), name)
          else demandFitting(await explain(model, inputs), model, inputs, name)
        }
      },
    ),
    check(
      'several inputs',
      'explains a model of several inputs, each map under its own name',
      async () => {
        const { model, inputs } = subject('several inputs')
        const found = await explain(model, inputs)
        demandFitting(found, model, inputs, 'several inputs')
        if (method.needs !== 'gradients') return
        for (const { name, dtype } of model.inputs) {
          demand(
            (dtype === 'float32') === name in found.maps,
            dtype === 'float32'
              ? `There is no map for input '${name}'.`
              : `There is a map for input '${name}', whose integers have no gradient.`,
          )
        }
      },
      several,
    ),
    check(
      'integer inputs',
      'never sends a model integers that are none, and leaves token numbers alone unless it removes features',
      async () => {
        const { model, inputs } = subject('several inputs')
        const rows = (arrays: NamedArrays) =>
          Array.from({ length: sizeOf(arrays) }, (_, row) => rowsOf(arrays, [row])['tokens']!.data.join())
        const known = new Set(rows(inputs))
        const spy = watched(model, {
          before(_, sent) {
            demand(
              sent['tokens']!.data.every(Number.isInteger),
              'The model was sent token numbers that are no integers.',
            )
            if (method.needs === 'predictions') return
            demand(
              rows(sent).every((row) => known.has(row)),
              "The model was sent token numbers that no example has; gradients and layers don't change them.",
            )
          },
        })
        await explain(spy, inputs)
      },
      several,
    ),
    check(
      'dead model',
      'gives a finite map where the score depends on nothing, zero if it declares dummy',
      async () => {
        const { model, inputs } = deadOf(standard)
        const found = await explain(model, inputs, { target: 1 })
        if (!method.axioms?.includes('dummy')) return
        for (const [name, { data }] of Object.entries(found.maps)) {
          demand(
            data.every((value) => value === 0),
            `Map '${name}' holds ${data.find((value) => value !== 0)} for a constant score.`,
          )
        }
      },
    ),
  ]
}

async function demandRefusal(promise: Promise<unknown>, what: string): Promise<void> {
  const error = await rejection(promise)
  demand(error !== undefined, `A network on ${what} was explained, though the fixtures say that it is refused.`)
  demand(errorOf(error) !== undefined, `A network on ${what} was refused by ${error} instead of an ExplainError.`)
}

function demandFitting(found: Attribution, model: Model, inputs: NamedArrays, what: Case['name']): void {
  const names = Object.keys(found.maps)
  demand(names.length > 0, `${what}: there is no map.`)
  for (const [name, map] of Object.entries(found.maps)) {
    const spec = model.inputs.find((input) => input.name === name)
    demand(spec !== undefined, `${what}: there is a map '${name}', and the model has no such input.`)
    const shape = inputs[name]!.shape
    const problem = misfit(spec, shape, map)
    demand(
      !problem,
      `${what}: map '${name}' has shape [${map.shape.join(', ')}], axes [${map.axes.join(', ')}], domain '${map.domain}'; ${problem}`,
    )
    demand(map.shape[0] === shape[0], `${what}: the map has ${map.shape[0]} rows for ${shape[0]} examples.`)
  }
}

const domains = ['input', 'spatial', 'layer', 'segments', 'concepts']

function misfit(spec: TensorSpec, shape: readonly number[], map: Attribution['maps'][string]): string | undefined {
  const same = (a: readonly unknown[], b: readonly unknown[]) => a.join() === b.join()
  if (!domains.includes(map.domain)) return `the domain must be one of ${domains.join(', ')}.`
  if (map.axes[0] !== 'batch') return "the first axis must be 'batch'."
  if (map.axes.length !== map.shape.length) return 'there must be an axis name for each side.'
  if (map.domain === 'input') {
    if (!same(map.shape, shape)) return `domain 'input' means the input's shape [${shape.join(', ')}].`
    if (!same(map.axes, spec.axes)) return `domain 'input' means the input's axes [${spec.axes.join(', ')}].`
  }
  if (map.domain === 'spatial') {
    const sides = shape.slice(0, spec.axes.at(-1) === 'channel' ? -1 : undefined)
    if (!same(map.shape, sides)) return `domain 'spatial' means the positions [${sides.join(', ')}].`
    if (map.axes.includes('channel')) return "domain 'spatial' has no channel axis."
  }
  if (map.domain === 'layer' && !map.layer) return "domain 'layer' needs the layer."
  if (map.domain === 'segments' && !map.segments) return "domain 'segments' needs the segments."
  return undefined
}
