import type { Baseline, GradientOptions, LayeredModel, LayerRef, LayerTask, NamedArrays, Rows, Space } from './api.ts'
import { rowOf, takeRows } from './arrays.ts'
import { type BaselineValues, resolveBaselines } from './baseline.ts'
import { inChunks, predictInChunks, predicting } from './chunks.ts'
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
  const { model } = session
  const size = goals.length
  const originals: Rows = { count: size, example: (row) => row }
  const space = goals[0]!.resolved.space
  let inputScores: Promise<Float32Array> | undefined

  /** Makes rows chunk by chunk, and hands out what `pass` makes of them. */
  async function* chunks<T extends Found>(
    kind: string,
    rows: Rows,
    backward: boolean,
    pass: (model: LayeredModel, batch: NamedArrays, goals: Goal[], start: number) => Promise<T>,
  ): AsyncGenerator<{ result: T; start: number; examples: number[] }> {
    const prepare = (start: number, count: number) => {
      const examples = examplesOf(rows, start, count)
      const batch = makeRows(inputs, rows, start, examples)
      const chunkGoals = examples.map((example) => goals[example]!)
      return (on: LayeredModel) => pass(on, batch, chunkGoals, start)
    }
    for await (const { result, start, count } of inChunks(session, kind, rows.count, backward, prepare)) {
      const examples = examplesOf(rows, start, count)
      refuseNonFinite(result, examples)
      yield { result, start, examples }
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
      const pass = async (on: LayeredModel, batch: NamedArrays, chunkGoals: Goal[]) => {
        const outputs = await on.predict(batch, { space: wanted, signal: session.signal })
        return scoreArrays(model, chunkGoals, outputs, wanted)
      }
      for await (const { result, start, examples } of chunks(predicting(wanted), rows, false, pass)) {
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
      const pass = async (on: LayeredModel, batch: NamedArrays, chunkGoals: Goal[], start: number) => {
        const options: GradientOptions = {
          rule,
          reference: reference && makeRows(inputs, reference, start, examplesOf(reference, start, chunkGoals.length)),
        }
        return on.scoreAndGradient(batch, scoreFunction(model, chunkGoals, space), options)
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
      const pass = (on: LayeredModel, batch: NamedArrays, chunkGoals: Goal[]) =>
        on.layerScoreAndGradient(batch, scoreFunction(model, chunkGoals, space), layer, { rule })
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
      const pass = (on: LayeredModel, batch: NamedArrays) => on.activation(batch, layer)
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

/** What the model makes of a baseline: its score by each example's target, its class and probability. */
async function judgeBaseline(
  session: Session,
  goals: readonly Goal[],
  baseline: BaselineValues,
  space: Space,
  derived: boolean,
): Promise<Baseline> {
  const { model } = session
  const examples = goals.map((_, example) => example)
  const inputs = baseline.shared ? takeRows(baseline.inputs, [0]) : baseline.inputs
  const outputs = await predictInChunks(session, inputs, space)
  const logits = space === 'logit' ? outputs : await predictInChunks(session, inputs, 'logit')
  const ofExamples = baseline.shared ? takeRows(outputs, new Array(goals.length).fill(0)) : outputs
  const scores = await scoreArrays(model, goals, ofExamples, space)
  refuseNonFinite(scores, examples)
  if (!derived) {
    const classes = readClasses(model, logits)
    const predictions = classes ? examples.map((example) => classes.prediction(baseline.shared ? 0 : example)) : []
    session.baselines.push({ name: baseline.name, weight: baseline.weight, scores: Array.from(scores), predictions })
  }
  return { name: baseline.name, weight: baseline.weight, inputs: baseline.inputs, scores }
}
