import { join } from 'node:path'
import {
  type AttributionMethod,
  backendRecord,
  ExplainError,
  explain,
  type LayeredModel,
  type Model,
  type NDArray,
  openTask,
  rowOf,
} from '@explainnet/core'
import { type ChannelRule, explanationMap, keepTop, positionMaps } from '@explainnet/metrics'
import { fileName } from '../study/explain-images.ts'
import { sha256, sha256OfValues } from '../study/kept.ts'
import { type KeptRows, keptRows } from './kept-rows.ts'

/** A row of the table. */
export interface TableMethod {
  /** Unique in a table; names its file. */
  readonly name: string
  /** As the table calls it. */
  readonly title: string
  readonly method: AttributionMethod
  /** How the channels of its maps become one value a position. Default `sum`. */
  readonly channels?: ChannelRule | undefined
}

/** What hiding the least relevant part of one example does to the probability of the class that was predicted. */
export interface ConfidenceChange {
  /** Probability before, 0 … 1. */
  readonly before: number
  /** After the studies' mask: `keepTop` of `@explainnet/metrics`. */
  readonly masked: number
  /** The share of positions that the mask kept: less than asked for where the map has ties. */
  readonly kept: number
  /** After the Grad-CAM++ paper's multiplication: `explanationMap` of `@explainnet/metrics`. */
  readonly weighed: number
  /** Rows through the model to make the map, and this example's share of the time. */
  readonly forward: number
  readonly backward: number
  readonly milliseconds: number
}

export interface MethodChanges {
  readonly method: TableMethod
  /** A row for each example, in their order. */
  readonly changes: readonly ConfidenceChange[]
}

export interface ConfidenceChangeOptions {
  readonly model: Model | LayeredModel
  /** One input each, `[1, …]`; read one block at a time. The model has one input. */
  readonly examples: AsyncIterable<NDArray> | Iterable<NDArray>
  /** How many there are, for `onProgress`. */
  readonly count: number
  readonly methods: readonly TableMethod[]
  /** The share that the mask keeps, over 0 and under 1. */
  readonly frac: number
  /** Default 0. */
  readonly seed?: number | undefined
  /** Where rows are kept, a file a method: a stopped run goes on, and a larger one computes only what is new. */
  readonly folder?: string | undefined
  /** Examples that are explained at once. The rows do not depend on it. Default 8. */
  readonly block?: number | undefined
  /** As for `explain`. */
  readonly memory?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Called after each method of each block; `share` 0 … 1 of the whole. */
  readonly onProgress?: ((share: number, text: string) => void) | undefined
}

/**
 * Explains the predicted class of every example by every method and measures its probability without what the map calls
 * least relevant. A row is what `explain` gives for that example alone with that seed: it depends on the model, the method,
 * the seed and the example, neither on its place nor on how work is shared out, and repeats to the last digit on wasm.
 *
 * Cost: the method's own, and three forward passes an example.
 *
 * @throws ExplainError `bad-option`, `unwritable`, `aborted`, and as `explain` does.
 */
export async function confidenceChanges(options: ConfidenceChangeOptions): Promise<MethodChanges[]> {
  const { model, methods, frac, block = 8, count } = options
  if (!(frac > 0 && frac < 1)) {
    throw new ExplainError('bad-option', `frac is ${frac}.`, 'Give the share to keep, over 0 and under 1.')
  }
  const stores = await Promise.all(
    methods.map(async (method) => keptRows<ConfidenceChange>(await fileOf(method, options))),
  )
  const found = methods.map((): ConfidenceChange[] => [])
  let done = 0
  for await (const inputs of blocksOf(options.examples, block)) {
    for (const [place, method] of methods.entries()) {
      found[place]!.push(...(await blockChanges(model, inputs, method, stores[place]!, options)))
      done += inputs.length
      options.onProgress?.(done / (count * methods.length), `${method.title}: ${found[place]!.length} of ${count}`)
    }
  }
  return methods.map((method, place) => ({ method, changes: found[place]! }))
}

/** The rows of one block: those that are known, and the others computed and kept. */
async function blockChanges(
  model: Model,
  inputs: readonly NDArray[],
  method: TableMethod,
  store: KeptRows<ConfidenceChange>,
  options: ConfidenceChangeOptions,
): Promise<ConfidenceChange[]> {
  const identities = inputs.map(({ data }) => sha256OfValues(data))
  const missing = [...new Map(identities.map((identity, i) => [identity, inputs[i]!]))].filter(
    ([identity]) => !store.known.has(identity),
  )
  if (missing.length > 0) {
    const batch = stack(missing.map(([, input]) => input))
    const changes = await changesOf(model, batch, method, options)
    await store.add(missing.map(([identity], i) => [identity, changes[i]!] as const))
  }
  return identities.map((identity) => store.known.get(identity)!)
}

async function changesOf(
  model: Model,
  batch: NDArray,
  { method, channels = 'sum' }: TableMethod,
  { frac, seed = 0, memory, signal }: ConfidenceChangeOptions,
): Promise<ConfidenceChange[]> {
  const { maps, certificate } = await explain(model as LayeredModel, batch, method, { seed, memory, signal })
  const spec = model.inputs[0]!
  const planes = positionMaps(maps[spec.name]!, { axes: spec.axes, shape: batch.shape }, channels)
  const size = certificate.targets.length
  const kept = new Array<number>(size).fill(0)
  const target = certificate.targets.map(({ index }) => index!)
  const { task } = await openTask<Model>(model, batch, { target, memory, signal })
  const rows = {
    count: 2 * size,
    example: (row: number) => row % size,
    fill(row: number, into: Readonly<Record<string, Float32Array>>) {
      const map = rowOf(planes, row % size)
      const factors = row < size ? keepTop(map, frac) : explanationMap(map)
      if (row < size) kept[row] = factors.reduce((sum, factor) => sum + factor, 0) / factors.length
      const values = into[spec.name]!
      const perPosition = values.length / factors.length
      for (let i = 0; i < values.length; i++) values[i]! *= factors[Math.floor(i / perPosition)]!
    },
  }
  const scores = new Float64Array(2 * size)
  for await (const { row, score } of task.scores(rows, { space: 'probability' })) scores[row] = score
  const { forward, backward, milliseconds } = certificate.cost
  return task.targets.map(({ probability }, example) => ({
    before: probability!,
    masked: scores[example]!,
    kept: kept[example]!,
    weighed: scores[size + example]!,
    forward: forward / size,
    backward: backward / size,
    milliseconds: milliseconds / size,
  }))
}

/** A file for everything that the rows of a method depend on but for the example itself; undefined if nothing is kept. */
async function fileOf(
  { name, method, channels = 'sum' }: TableMethod,
  { model, folder, frac, seed = 0 }: ConfidenceChangeOptions,
): Promise<string | undefined> {
  const fingerprint = await model.fingerprint?.()
  if (folder === undefined || fingerprint === undefined || method.spec === undefined) return undefined
  const { name: backend } = model.backend ?? backendRecord()
  const { module, export: factory, options, inner = null } = method.spec
  const key = sha256(JSON.stringify([fingerprint, module, factory, options, inner, channels, seed, frac, backend]))
  return join(folder, `${fileName(name)}.${key.slice(0, 12)}.jsonl`)
}

async function* blocksOf(examples: ConfidenceChangeOptions['examples'], size: number): AsyncGenerator<NDArray[]> {
  let block: NDArray[] = []
  for await (const example of examples) {
    block.push(example)
    if (block.length < size) continue
    yield block
    block = []
  }
  if (block.length > 0) yield block
}

function stack(inputs: readonly NDArray[]): NDArray {
  const [first] = inputs
  const data = new Float32Array(inputs.length * first!.data.length)
  inputs.forEach((input, i) => {
    data.set(rowOf(input, 0), i * first!.data.length)
  })
  return { shape: [inputs.length, ...first!.shape.slice(1)], data }
}
