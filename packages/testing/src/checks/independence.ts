import { getBackend } from '@tensorflow/tfjs-core'
import type { Bench } from '../bench.ts'
import { type Check, check, demand } from '../check.ts'
import { demandEqual, demandSameMaps, example, rowsOf, sameMaps, sizeOf } from '../maps.ts'

/** Where the kernels of a row do the same whatever the batch; elsewhere the contract allows 1e-5. */
const exactBackends = ['wasm', 'cpu']

export function independenceChecks(bench: Bench): Check[] {
  const { explain, standard, method } = bench
  return [
    check('batch mates', 'gives an example the same map alone, among others, and at another place', async () => {
      for (const { name: which, model, inputs } of await bench.cases()) {
        const rows = Array.from({ length: sizeOf(inputs) }, (_, i) => i)
        const together = await explain(model, inputs)
        const order = [...rows.slice(1), 0]
        const permuted = await explain(model, rowsOf(inputs, order))
        for (const row of rows) {
          const alone = await explain(model, rowsOf(inputs, [row]))
          for (const [name, map] of Object.entries(together.maps)) {
            const own = alone.maps[name]!.data
            demandEqual(example(map, row), own, 1e-5, `${which}: example ${row} among others and alone`)
            const place = order.indexOf(row)
            const moved = example(permuted.maps[name]!, place)
            demandEqual(moved, own, 1e-5, `${which}: example ${row} at place ${place} and alone`)
          }
        }
      }
    }),
    check('chunks', 'gives the same map however its rows are cut into chunks', async () => {
      const tolerance = exactBackends.includes(getBackend()) ? 0 : 1e-5
      for (const { name, model, inputs } of await bench.cases()) {
        const wanted = await explain(model, inputs)
        for (const maxChunk of [1, 2, 7]) {
          const found = await explain(model, inputs, { maxChunk })
          demandSameMaps(found, wanted, tolerance, `${name}: at most ${maxChunk} rows a chunk`)
        }
      }
    }),
    check(
      'seed',
      method.deterministic
        ? 'gives the same map under every seed, as it says'
        : 'gives the same map under the same seed, and another one under another seed',
      async () => {
        const { model, inputs } = standard
        const wanted = await explain(model, inputs, { seed: 1 })
        demandSameMaps(await explain(model, inputs, { seed: 1 }), wanted, 0, 'the same seed again')
        const other = await explain(model, inputs, { seed: 2 ** 40 + 3 })
        if (method.deterministic) {
          demandSameMaps(other, wanted, 0, 'another seed, though the method says that it is deterministic')
        } else {
          demand(!sameMaps(other, wanted), 'Another seed changes nothing: say `deterministic: true`.')
        }
      },
    ),
    check('state', 'keeps nothing between two calls, nor between two at once', async () => {
      const { model, inputs } = standard
      const first = rowsOf(inputs, [0])
      const second = rowsOf(inputs, [1])
      const wanted = [await explain(model, first), await explain(model, second)]
      const method = bench.make()
      await explain(model, second, {}, method)
      demandSameMaps(await explain(model, first, {}, method), wanted[0]!, 0, 'the same method a second time')
      const both = await Promise.all([first, second].map((inputs) => explain(model, inputs, {}, method)))
      both.forEach((found, i) => {
        demandSameMaps(found, wanted[i]!, 0, 'the same method twice at once')
      })
    }),
    check('task', "leaves the task's inputs, targets and options as they are", async () => {
      const { model, inputs } = standard
      const method = bench.make()
      let before = ''
      let after = ''
      const print = (task: { inputs: unknown; targets: unknown }) => JSON.stringify([task.inputs, task.targets])
      await explain(
        model,
        inputs,
        {},
        {
          ...method,
          async *attribute(task) {
            before = print(task)
            yield* method.attribute(task)
            after = print(task)
          },
        },
      )
      demand(before === after, "The method changed the task's inputs or targets; copy them first.")
    }),
  ]
}
