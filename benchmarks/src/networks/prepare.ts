import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { prepareImage, randomStream } from '@explainnet/core'
import { readKeras } from '@explainnet/keras'
import { readImage, readModelCard, saveModel } from '@explainnet/node'
import { pollenModelPath } from '@explainnet/studies'
import { cache } from '../paths.ts'
import { isBuilt, type networks } from './index.ts'
import { drawWeights } from './weights.ts'

/** A network as every process finds it. */
export interface PreparedNetwork {
  readonly name: string
  readonly title: string
  /** A tfjs model folder. */
  readonly folder: string
  /** Raw float32 values, little-endian, row-major. */
  readonly inputs: { readonly path: string; readonly shape: readonly number[] }
  /** In words, for the tables. */
  readonly weights: string
  readonly images: string
}

/** Examples for each network: the batch of the gradient columns. */
export const examples = 8

/** Builds a network with its weights and writes it and its inputs where other processes can read them. */
export async function prepareNetwork(network: (typeof networks)[number]): Promise<PreparedNetwork> {
  const folder = isBuilt(network) ? join(cache, 'networks', network.name) : pollenModelPath
  let weights = 'trained'
  if (isBuilt(network)) {
    const file = inData(network.weights)
    const model = network.build()
    if (file) await readKeras(await readFile(file), { architecture: model })
    else drawWeights(model, 0)
    await saveModel(folder, model, network.card)
    model.dispose()
    if (!file) weights = 'random'
  }
  const source = inData(network.images)
  const shape = [examples, ...network.shape]
  const values = source ? await readExamples(folder, source) : noise(shape, network.range)
  const path = join(cache, 'networks', `${network.name}.inputs.bin`)
  await mkdir(join(cache, 'networks'), { recursive: true })
  await writeFile(path, new Uint8Array(values.buffer))
  const images = source ? 'the first image of each of the first 8 classes' : 'uniform noise'
  return { name: network.name, title: network.title, folder, inputs: { path, shape }, weights, images }
}

/** The path in the folder of the data sets, if it is there. */
function inData(path: string | undefined): string | undefined {
  const data = process.env['EXPLAINNET_DATA']
  if (!data || path === undefined || !existsSync(join(data, path))) return undefined
  return join(data, path)
}

/** The first file of each of the first classes, both in order of their names, as the model's card wants it. */
async function readExamples(folder: string, source: string): Promise<Float32Array> {
  const { input: preprocessing } = (await readModelCard(folder))!
  const classes = (await readdir(source)).sort().slice(0, examples)
  const rows: Float32Array[] = []
  for (const name of classes) {
    const [first] = (await readdir(join(source, name))).sort()
    rows.push(prepareImage(await readImage(join(source, name, first!)), preprocessing!).input.data)
  }
  const values = new Float32Array(rows.length * rows[0]!.length)
  rows.forEach((row, i) => {
    values.set(row, i * row.length)
  })
  return values
}

function noise(shape: readonly number[], [low, high]: readonly [number, number]): Float32Array {
  const random = randomStream(1)
  const size = shape.reduce((product, side) => product * side, 1)
  return Float32Array.from({ length: size }, () => low + (high - low) * random.uniform())
}
