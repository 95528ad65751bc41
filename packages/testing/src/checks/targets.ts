import { type ClassTarget, contrast, type NamedTensors } from '@explainnet/core'
import { reshape, slice, sub, type Tensor1D } from '@tensorflow/tfjs-core'
import type { Bench } from '../bench.ts'
import { type Check, check, demand } from '../check.ts'
import { demandEqual, demandSameMaps, example, rowsOf, sameMaps, sizeOf } from '../maps.ts'

const output = (index: number) => (outputs: NamedTensors) =>
  reshape(slice(outputs['output']!, [0, index], [-1, 1]), [-1]) as Tensor1D

/** Same rows, same passes: what differs between two ways to name a target is rounding in the score's own sum. */
const rounding = 1e-4

export function targetChecks(bench: Bench): Check[] {
  const { explain, standard } = bench
  const { model, inputs } = standard
  const all = Array.from({ length: sizeOf(inputs) }, (_, i) => i)
  const labels = model.card!.labels!
  return [
    check('target names', 'explains a class alike by index, by label, and where it is the prediction', async () => {
      const byPrediction = await explain(model, inputs)
      for (const row of all) {
        const one = rowsOf(inputs, [row])
        const { index } = byPrediction.certificate.targets[row]!.prediction!
        const byIndex = await explain(model, one, { target: index })
        demandSameMaps(await explain(model, one), byIndex, 0, `example ${row} by prediction and by index`)
        const byLabel = await explain(model, one, { target: labels[index]! })
        demandSameMaps(byLabel, byIndex, 0, `example ${row} by label and by index`)
      }
    }),
    check('other targets', 'explains the class that was asked for, predicted or not', async () => {
      const maps = await Promise.all(labels.map((_, target) => explain(model, inputs, { target })))
      const [first, ...others] = maps
      demand(
        others.every((other) => !sameMaps(first!, other)),
        'Two classes have one map: the target is not what is explained.',
      )
    }),
    check('list of targets', 'explains each example of a batch for its own target', async () => {
      const target: ClassTarget[] = [2, labels[0]!, 1]
      const together = await explain(model, inputs, { target })
      for (const row of all) {
        const alone = await explain(model, rowsOf(inputs, [row]), { target: target[row]! })
        for (const [name, map] of Object.entries(together.maps)) {
          demandEqual(example(map, row), alone.maps[name]!.data, 1e-5, `example ${row} with its own target`)
        }
      }
    }),
    check('top targets', 'explains each example for its top classes, best first', async () => {
      const top = await explain(model, inputs, { target: { top: 2 } })
      for (const [row, { index, input }] of top.certificate.targets.entries()) {
        const alone = await explain(model, rowsOf(inputs, [input]), { target: index! })
        for (const [name, map] of Object.entries(top.maps)) {
          demandEqual(example(map, row), alone.maps[name]!.data, 1e-5, `input ${input} for class ${index} of the top 2`)
        }
      }
    }),
    check('function targets', 'explains a function of the outputs, a contrast among them', async () => {
      const score = (outputs: NamedTensors) => sub(output(2)(outputs), output(0)(outputs)) as Tensor1D
      for (const space of ['logit', 'probability'] as const) {
        const byFunction = await explain(model, inputs, { target: { name: 'difference', score, space } })
        const byContrast = await explain(model, inputs, { target: contrast(2, 0), space })
        demandSameMaps(byFunction, byContrast, rounding, `a contrast and the same difference as a function, ${space}`)
      }
    }),
  ]
}
