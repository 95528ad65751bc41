import { type Model, type NDArray, rowOf } from '@explainnet/core'
import { isTestable, randomisedCopy, wilsonInterval } from '@explainnet/metrics'
import type { NetworkCheck } from './api.ts'

/** With 19 copies, a network that knows nothing exceeds them all once in twenty times. */
const copies = 19

/**
 * Whether the network knows anything of the examples; if not, there is nothing to explain, and an attribution that is
 * faithful to it says nothing of the examples either.
 *
 * With labels: its accuracy, whose 95 % interval must lie above the share of the most frequent class. Without: the
 * information that its predictions carry about which example they are of, H(mean p) − mean H(p), must exceed that of 19
 * randomised copies (a permutation test at 5 %); an untrained network cannot be told from its own permutations. Examples
 * of one class carry no such information: then labels are needed.
 *
 * Cost: one forward pass an example, and 19 more without labels.
 */
export async function checkNetwork(
  model: Model,
  input: NDArray,
  labels: readonly number[] | undefined,
  seed: number,
): Promise<NetworkCheck & { readonly passes: number }> {
  const examples = input.shape[0]!
  const own = await probabilities(model, input)
  if (!own) return { outcome: 'untested', reason: 'The model gives no probabilities of classes.', passes: examples }
  if (labels) {
    const right = own.filter((row, i) => argmax(row) === labels[i]).length
    const chance =
      Math.max(...[...new Set(labels)].map((one) => labels.filter((other) => other === one).length)) / examples
    const { low } = wilsonInterval(right, examples)
    const floor = Math.max(1 / own[0]!.length, new Set(labels).size > 1 ? chance : 0)
    const accuracy = { share: right / examples, low, chance: floor }
    const figures = `It is right on ${right} of ${examples} examples (95 % interval from ${(100 * low).toFixed(0)} %); chance is ${(100 * floor).toFixed(0)} %.`
    return { outcome: low > floor ? 'knows' : 'knows-nothing', reason: figures, accuracy, passes: examples }
  }
  const network = information(own)
  if (!isTestable(model)) {
    const reason = 'It has no weights to randomise, and no labels were given to hold it to.'
    return { outcome: 'untested', reason, passes: examples }
  }
  const others: number[] = []
  for (let i = 0; i < copies; i++) {
    const copy = await randomisedCopy(model, seed + 1000 + i)
    try {
      others.push(information((await probabilities(copy, input))!))
    } finally {
      copy.dispose()
    }
  }
  const most = Math.max(...others)
  const knows = network > most
  const reason = knows
    ? `Its predictions tell the examples apart: ${network.toFixed(2)} bits, its ${copies} randomised copies at most ${most.toFixed(2)}.`
    : `Its predictions tell the examples apart no better than those of its randomised copies: ${network.toFixed(3)} bits against ${most.toFixed(3)}.`
  return {
    outcome: knows ? 'knows' : 'knows-nothing',
    reason,
    information: { network, copies: others },
    passes: examples * (copies + 1),
  }
}

async function probabilities(model: Model, input: NDArray): Promise<number[][] | undefined> {
  const { finalActivation, card } = model
  if (finalActivation === 'sigmoid' || (finalActivation === 'none' && card?.output !== 'probabilities'))
    return undefined
  const rows: number[][] = []
  for (let example = 0; example < input.shape[0]!; example++) {
    const one = { shape: [1, ...input.shape.slice(1)], data: rowOf(input, example) }
    const outputs = await model.predict({ [model.inputs[0]!.name]: one }, { space: 'probability' })
    const [...row] = outputs[model.outputs[0]!.name]!.data
    rows.push(row.length === 1 ? [1 - row[0]!, row[0]!] : row)
  }
  return rows
}

/** Bits of mutual information between the example and its predicted class. */
function information(rows: readonly (readonly number[])[]): number {
  const mean = rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length)
  return entropy(mean) - rows.reduce((sum, row) => sum + entropy(row), 0) / rows.length
}

const entropy = (row: readonly number[]): number => row.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0)

const argmax = (row: readonly number[]): number => row.indexOf(Math.max(...row))
