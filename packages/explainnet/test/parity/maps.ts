import {
  type AttributionMethod,
  explain,
  type LayeredModel,
  type Model,
  type NamedArrays,
  type NDArray,
} from '@explainnet/core'
import * as tf from '@tensorflow/tfjs-core'
import { servedMethods } from 'explainnet/methods'
import { type Subject, subjects } from './networks.ts'

/** Where the defaults would take hundreds of passes. */
const options: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'smooth-grad': { samples: 4 },
  'smooth-grad-squared': { samples: 4 },
  'var-grad': { samples: 4 },
  'integrated-gradients': { steps: 6, baseline: 'zero' },
  rise: { masks: 16, cells: 4 },
  occlusion: { window: 5, stride: 4 },
  lime: { count: 9, samples: 20 },
  shap: { count: 6, samples: 28 },
}
const onTables: typeof options = { rise: { masks: 16 }, occlusion: {} }
const ofLayers = (name: string) => servedMethods[name]!({}).needs === 'layers'

/** A method on a network: `grad-cam of image`. JSON. */
export interface Case {
  readonly method: string
  readonly subject: string
}

/** Every method that there is, on every network that it takes. */
export const cases: readonly Case[] = Object.keys(subjects).flatMap((subject) =>
  Object.keys(servedMethods)
    .filter((method) => !(subject === 'table' && ofLayers(method)))
    .map((method) => ({ method, subject })),
)

/** What a method made of both examples, and a hash of what it showed the model. */
export interface Found {
  readonly values: readonly number[]
  readonly rows: string
}

const methodOf = ({ method, subject }: Case): AttributionMethod<'layers'> =>
  servedMethods[method]!({
    ...options[method],
    ...(subject === 'table' ? onTables[method] : {}),
  }) as AttributionMethod<'layers'>

export async function mapOf(which: Case, { model, input }: Subject): Promise<Found> {
  const seen = recorded(model)
  const { values } = await explain(seen.model, input, methodOf(which), { seed: 7 })
  return { values: Array.from(values), rows: seen.hash() }
}

/** The second example alone, five rows a pass. */
export async function mapOfSecond(which: Case, { model, input }: Subject): Promise<Float32Array> {
  const size = input.data.length / 2
  const alone: NDArray = { shape: [1, ...input.shape.slice(1)], data: input.data.slice(size) }
  return (await explain(model, alone, methodOf(which), { seed: 7, maxChunk: 5 })).values
}

/** The same model, which hashes every row that it is given, bit for bit; how the rows were cut into passes leaves no trace. */
function recorded(model: LayeredModel): { model: LayeredModel; hash(): string } {
  const hashes = new Map<string, number>()
  const note = (kind: string, inputs: NamedArrays) => {
    for (const { data } of Object.values(inputs)) hashes.set(kind, hashed(data, hashes.get(kind)))
  }
  const noting =
    <A extends readonly [NamedArrays, ...never[]], R>(kind: string, pass: (...given: A) => R) =>
    (...given: A): R => {
      note(kind, given[0])
      return pass(...given)
    }
  return {
    model: {
      ...model,
      predict: noting('predict', model.predict as Model['predict']),
      scoreAndGradient: noting('gradient', model.scoreAndGradient),
      activation: noting('activation', model.activation),
      layerScoreAndGradient: noting('layer', model.layerScoreAndGradient),
    },
    hash: () => JSON.stringify([...hashes].sort()),
  }
}

/** FNV-1a over the bytes. */
export function hashed(numbers: Float32Array | Float64Array | Uint32Array, from = 0x811c9dc5): number {
  let hash = from
  for (const byte of new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
    hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** The tensors that `run` leaves behind. */
export async function leftBy(run: () => Promise<unknown>): Promise<number> {
  const before = tf.memory().numTensors
  await run()
  return tf.memory().numTensors - before
}
