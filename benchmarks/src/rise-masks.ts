// `node --conditions=source src/rise-masks.ts [network] [pictures] [reference masks]` in this folder: how many masks each estimator
// of RISE needs. Prints the mean Spearman correlation with a map of many masks, over pictures and seeds.
import { type Attribution, explain } from '@explainnet/core'
import { loadModel, useBackend } from '@explainnet/node'
import { type RiseOptions, rise } from '@explainnet/rise'
import { networks } from './networks/index.ts'
import { prepareNetwork } from './networks/prepare.ts'
import { readExamples } from './processes/examples.ts'
import { take } from './processes/operations.ts'

const [name = 'mnist-1d', pictures = '4', reference = '60000'] = process.argv.slice(2)
const seeds = [1, 2, 3, 4]

await useBackend('wasm')
const { folder, inputs } = await prepareNetwork(networks.find((one) => one.name === name)!)
const model = await loadModel(folder)
const all = await readExamples({ path: inputs.path, shape: [...inputs.shape] })
const masks = [250, 500, 1000, 2000, 4000, 8000].filter((count) => count <= Number(reference) / 4)
const sums = new Map<string, number>()
for (let picture = 0; picture < Number(pictures); picture++) {
  const run = (options: Partial<RiseOptions>, seed: number) =>
    explain(model, take(all, { name: 'forward', row: picture }), rise(options), { seed })
  const truth = ranks(await run({ masks: Number(reference) }, 99))
  for (const estimator of ['paper', 'centred'] as const) {
    for (const count of masks) {
      for (const seed of seeds) {
        const key = `${estimator}\t${count}`
        const found = correlation(ranks(await run({ masks: count, estimator }, seed)), truth)
        sums.set(key, (sums.get(key) ?? 0) + found / (seeds.length * Number(pictures)))
      }
    }
  }
}
for (const [key, value] of sums) console.log(`${key}\t${value.toFixed(3)}`)

function ranks({ values }: Attribution): Float64Array {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!)
  const found = new Float64Array(values.length)
  for (const [rank, position] of order.entries()) found[position] = rank
  return found
}

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (a.length - 1) / 2
  let [product, square] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    product += (a[i]! - mean) * (b[i]! - mean)
    square += (a[i]! - mean) ** 2
  }
  return product / square
}
