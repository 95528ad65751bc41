import type {
  Baseline,
  GradientOptions,
  LayeredModel,
  LayerRef,
  LayerTask,
  NamedArrays,
  NDArray,
  Rows,
  Space,
} from './api.ts'
import { rowOf, sizeOf, takeRows } from './arrays.ts'
import { type BaselineValues, resolveBaselines } from './baseline.ts'
import { readClasses } from './classes.ts'
import { type Found, refuseNonFinite } from './finite.ts'
import { findLayer } from './layer.ts'
import type { Session } from './session.ts'
import { type Goal, scoreArrays, scoreFunction } from './target.ts'

/** Streams of `task.baselines` are numbered apart from those that methods draw. */
const baselineStream = 0x62617365

/**
 * The task of a session. It has every member; which of them a method may use follows from what it needs, and `explain`
 * has checked that the model can.
 */
export function createTask(session: Session, goals: readonly Goal[], inputs: NamedArrays, derived = false): LayerTask {
  const model = session.model as LayeredModel
  const size = goals.length
  const originals: Rows = { count: size, example: (row) => row }
  const space = goals[0]!.resolved.space
  let inputScores: Promise<Float32Array> | undefined

  /** Cuts rows into chunks, makes each when its turn comes, and hands out what `pass` makes of it. */
  async function* chunks<T extends Found>(
    kind: string,
    rows: Rows,
    backward: boolean,
    pass: (batch: NamedArrays, goals: Goal[], start: number) => Promise<T>,
  ): AsyncGenerator<{ result: T; start: number; examples: number[] }> {
    for (let start = 0; start < rows.count; ) {
      const count = Math.min(session.chunkSize(kind), rows.count - start)
      const examples = Array.from({ length: count }, (_, i) => rows.example(start + i))
      const batch = makeRows(inputs, rows, start, examples)
      const chunkGoals = examples.map((example) => goals[example]!)
      const result = await session.run(kind, count, backward, () => pass(batch, chunkGoals, start))
      refuseNonFinite(result, examples)
      yield { result, start, examples }
      start += count
    }
  }

  const task: LayerTask = {
    model,
    size,
    inputs,
    targets: goals.map((goal) => goal.resolved),
    signal: session.signal,
    originals,

    async *scores(rows, options = {}) {
      // A function target says itself which outputs it reads.
      const wanted = goals.some((goal) => goal.target)
        ? space
        : (options.space ?? session.options.space ?? 'probability')
      const pass = async (batch: NamedArrays, chunkGoals: Goal[]) => predictScores(session, chunkGoals, batch, wanted)
      for await (const { result, start, examples } of chunks(`score ${wanted}`, rows, false, pass)) {
        for (const [i, example] of examples.entries()) yield { row: start + i, example, score: result[i]! }
      }
    },

    scoresAtInputs() {
      inputScores ??= (async () => {
        if (!derived) return Float32Array.from(goals, (goal) => goal.resolved.score)
        const values = new Float32Array(size)
        for await (const { row, score } of task.scores(originals, { space })) values[row] = score
        return values
      })()
      return inputScores
    },

    async *gradients(rows, { rule, reference } = {}) {
      const pass = async (batch: NamedArrays, chunkGoals: Goal[], start: number) => {
        const options: GradientOptions = {
          rule,
          reference: reference && makeRows(inputs, reference, start, examplesOf(reference, start, chunkGoals.length)),
        }
        return model.scoreAndGradient(batch, scoreFunction(model, chunkGoals, space), options)
      }
      const kind = `gradient${rule ? ' with rule' : ''}${reference ? ' paired' : ''}`
      for await (const { result, start, examples } of chunks(kind, rows, true, pass)) {
        const all = Object.entries(result.gradients)
        for (const [i, example] of examples.entries()) {
          const gradients = Object.fromEntries(all.map(([name, array]) => [name, rowOf(array, i)]))
          yield { row: start + i, example, score: result.scores[i]!, gradients }
        }
      }
    },

    layer(choice) {
      const found = findLayer(model, choice)
      session.layer = found.layer
      if (found.warning) session.warn('small-layer', found.warning)
      return found.layer
    },

    async *layerGradients(rows, layer, { rule } = {}) {
      const pass = (batch: NamedArrays, chunkGoals: Goal[]) =>
        model.layerScoreAndGradient(batch, scoreFunction(model, chunkGoals, space), layer, { rule })
      for await (const { result, start, examples } of chunks(`layer gradient ${key(layer)}`, rows, true, pass)) {
        for (const [i, example] of examples.entries()) {
          yield {
            row: start + i,
            example,
            score: result.scores[i]!,
            shape: result.activation.shape.slice(1),
            activation: rowOf(result.activation, i),
            gradient: rowOf(result.gradient, i),
          }
        }
      }
    },

    async *activations(rows, layer) {
      const pass = (batch: NamedArrays) => model.activation(batch, layer)
      for await (const { result, start, examples } of chunks(`activation ${key(layer)}`, rows, false, pass)) {
        const shape = result.shape.slice(1)
        for (const [i, example] of examples.entries()) {
          yield { row: start + i, example, shape, activation: rowOf(result, i) }
        }
      }
    },

    async baselines(option) {
      const values = resolveBaselines(option, {
        specs: model.inputs,
        card: model.card,
        inputs,
        random: session.random([baselineStream]),
        warn: (message) => session.warn('no-card', message),
      })
      const resolved: Baseline[] = []
      for (const one of values) resolved.push(await judgeBaseline(session, goals, one, space, derived))
      return resolved
    },

    random: (...path) => session.random(path),

    derive(rows) {
      const examples = examplesOf(rows, 0, rows.count)
      const own = examples.map((example) => goals[example]!)
      return createTask(session, own, makeRows(inputs, rows, 0, examples), true)
    },

    report(done) {
      if (!derived) session.options.onProgress?.(Math.min(1, Math.max(0, done)))
    },
    warn: (code, message, example) => session.warn(code, message, derived ? undefined : example),
  }
  return task
}

const key = (layer: LayerRef) => `${layer.name}:${layer.call ?? ''}`

const examplesOf = (rows: Rows, start: number, count: number) =>
  Array.from({ length: count }, (_, i) => rows.example(start + i))

function makeRows(inputs: NamedArrays, rows: Rows, start: number, examples: readonly number[]): NamedArrays {
  const batch = takeRows(inputs, examples)
  if (rows.fill) {
    for (let i = 0; i < examples.length; i++) {
      const into = Object.fromEntries(Object.entries(batch).map(([name, array]) => [name, rowOf(array, i)]))
      rows.fill(start + i, into)
    }
  }
  return batch
}

async function predictScores(session: Session, goals: readonly Goal[], batch: NamedArrays, space: Space) {
  const { model, signal } = session
  const outputs = await model.predict(batch, { space, signal })
  return scoreArrays(model, goals, outputs, space)
}

/** What the model makes of a baseline: its score by each example's target, its class and probability. */
async function judgeBaseline(
  session: Session,
  goals: readonly Goal[],
  baseline: BaselineValues,
  space: Space,
  derived: boolean,
): Promise<Baseline> {
  const { model, signal } = session
  const scores = new Float32Array(goals.length)
  const predictions: { index: number; name: string; probability?: number | undefined }[] = []
  const rows = baseline.shared ? 1 : goals.length
  for (let row = 0; row < rows; ) {
    const count = Math.min(session.chunkSize('baseline'), rows - row)
    const batch = takeRows(
      baseline.inputs,
      Array.from({ length: count }, (_, i) => row + i),
    )
    const outputs = await session.run('baseline', count, false, () => model.predict(batch, { space, signal }))
    const logits =
      space === 'logit'
        ? outputs
        : await session.run('baseline', count, false, () => model.predict(batch, { space: 'logit', signal }))
    const classes = readClasses(model, logits)
    const judged = baseline.shared ? goals.map((_, i) => ({ example: i, row: 0 })) : chunkOf(row, count)
    const copies = repeatRows(outputs, judged)
    const own = await scoreArrays(
      model,
      judged.map((one) => goals[one.example]!),
      copies,
      space,
    )
    refuseNonFinite(
      own,
      judged.map((one) => one.example),
    )
    judged.forEach((one, i) => {
      scores[one.example] = own[i]!
      if (classes) predictions[one.example] = classes.prediction(one.row)
    })
    row += count
  }
  if (!derived) {
    session.baselines.push({ name: baseline.name, weight: baseline.weight, scores: Array.from(scores), predictions })
  }
  return { name: baseline.name, weight: baseline.weight, inputs: baseline.inputs, scores }
}

const chunkOf = (start: number, count: number) =>
  Array.from({ length: count }, (_, row) => ({ example: start + row, row }))

function repeatRows(outputs: NamedArrays, judged: readonly { row: number }[]): NamedArrays {
  const shared = Object.values(outputs)[0]!.shape[0] === 1 && judged.length > 1
  if (!shared) return outputs
  const copies: Record<string, NDArray> = {}
  for (const [name, { shape, data }] of Object.entries(outputs)) {
    const repeated = new Float32Array(judged.length * sizeOf(shape))
    for (let i = 0; i < judged.length; i++) repeated.set(data, i * data.length)
    copies[name] = { shape: [judged.length, ...shape.slice(1)], data: repeated }
  }
  return copies
}
