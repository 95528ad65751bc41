import * as tf from '@tensorflow/tfjs-core'
import type {
  ClassTarget,
  ExampleTarget,
  FunctionTarget,
  Model,
  NamedArrays,
  NamedTensors,
  ResolvedTarget,
  ScoreFunction,
  ScoreSpec,
  Space,
  Target,
} from './api.ts'
import { rowOf, sizeOf, takeRows } from './arrays.ts'
import { predictInChunks } from './chunks.ts'
import { type Classes, readClasses } from './classes.ts'
import { ExplainError } from './errors.ts'
import type { Session } from './session.ts'

/** A resolved target with what is needed to score other rows by it. */
export interface Goal {
  readonly resolved: ResolvedTarget
  readonly target: FunctionTarget | undefined
}

/**
 * Resolves targets for a batch: looks up labels, finds predictions, scores the inputs. One forward pass a row.
 * `usualSpace` is that of classes when the options name none.
 */
export async function resolveGoals(session: Session, inputs: NamedArrays, usualSpace: Space): Promise<Goal[]> {
  const { model } = session
  const { target = 'prediction', space } = session.options
  const count = Object.values(inputs)[0]!.shape[0]!
  const logits = await predictInChunks(session, inputs, 'logit')
  const classes = readClasses(model, logits)
  const wanted = perExample(target, count, classes)
  const goals: Goal[] = []
  for (const { input, target: one } of wanted)
    goals.push(await resolve(model, inputs, logits, classes, input, one, space, usualSpace))
  const spaces = new Set(goals.map((goal) => goal.resolved.space))
  if (spaces.size > 1) {
    throw new ExplainError(
      'bad-option',
      'Some targets of the batch want logits and some probabilities.',
      'Explain them in two calls, or give `space`.',
    )
  }
  return goals
}

function perExample(
  target: Target,
  count: number,
  classes: Classes | undefined,
): { input: number; target: ExampleTarget }[] {
  if (isList(target)) {
    if (target.length !== count) {
      throw new ExplainError(
        'bad-shape',
        `${target.length} targets were given for ${count} examples.`,
        'Give one target for all, or one for each example.',
      )
    }
    return target.map((one, input) => ({ input, target: one }))
  }
  const inputs = Array.from({ length: count }, (_, input) => input)
  if (typeof target === 'object' && 'top' in target) {
    const { top } = target
    if (!classes) throw noClasses('The top classes')
    if (!Number.isInteger(top) || top < 1 || top > classes.count) {
      throw new ExplainError(
        'index-out-of-range',
        `The top ${top} of ${classes.count} classes were asked for.`,
        `Ask for 1 to ${classes.count}.`,
      )
    }
    return inputs.flatMap((input) => {
      const scores = classes.scores(input, 'logit')
      const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b)
      return order.slice(0, top).map((index) => ({ input, target: index }))
    })
  }
  return inputs.map((input) => ({ input, target }))
}

const isList = (target: Target): target is readonly ExampleTarget[] => Array.isArray(target)

async function resolve(
  model: Model,
  inputs: NamedArrays,
  logits: NamedArrays,
  classes: Classes | undefined,
  input: number,
  target: ExampleTarget,
  space: Space | undefined,
  usualSpace: Space,
): Promise<Goal> {
  const prediction = classes?.prediction(input)
  if (typeof target === 'object' && 'score' in target) {
    const itsSpace = target.space ?? space ?? 'logit'
    const alone = takeRows(inputs, [input])
    const outputs = itsSpace === 'logit' ? takeRows(logits, [input]) : await model.predict(alone, { space: itsSpace })
    const score = await checkFunction(target, outputs)
    return {
      target,
      resolved: { input, kind: 'function', name: target.name, score, space: itsSpace, prediction },
    }
  }
  if (!classes || !prediction) throw noClasses(`Target ${JSON.stringify(target)}`)
  const itsSpace = space ?? usualSpace
  const scores = classes.scores(input, itsSpace)
  if (typeof target === 'object') {
    const of = classes.find(target.of)
    const against = classes.find(target.against)
    const name = `${classes.name(of)} − ${classes.name(against)}`
    const score = scores[of]! - scores[against]!
    const probability = classes.probability(input, of)
    return {
      target: undefined,
      resolved: { input, kind: 'contrast', name, index: of, against, score, space: itsSpace, probability, prediction },
    }
  }
  const index = target === 'prediction' ? prediction.index : classes.find(target)
  return {
    target: undefined,
    resolved: {
      input,
      kind: 'class',
      name: classes.name(index),
      index,
      score: scores[index]!,
      space: itsSpace,
      probability: classes.probability(input, index),
      prediction,
    },
  }
}

const noClasses = (what: string) =>
  new ExplainError(
    'unsupported-model',
    `${what} needs class scores, and the model's first output is not [batch, classes].`,
    'Give a function target: { name, score: (outputs) => one number a row }.',
  )

/** The score of `of` minus the score of `against`. */
export const contrast = (of: ClassTarget, against: ClassTarget) => ({ of, against })

/** Scores one row alone and beside another one: the first score must not change. Returns it. */
async function checkFunction(target: FunctionTarget, outputs: NamedArrays): Promise<number> {
  const alone = await applyFunction(target, outputs, 1)
  const doubled: Record<string, { shape: number[]; data: Float32Array }> = {}
  for (const [name, { shape, data }] of Object.entries(outputs)) {
    // The second row is another one on purpose: reversed and shifted.
    const other = Float32Array.from(data, (_, i) => data[data.length - 1 - i]! + 1 + i * 0.01)
    const both = new Float32Array(2 * data.length)
    both.set(data)
    both.set(other, data.length)
    doubled[name] = { shape: [2, ...shape.slice(1)], data: both }
  }
  const beside = await applyFunction(target, doubled, 2)
  if (Math.abs(alone[0]! - beside[0]!) > 1e-4 * Math.max(1, Math.abs(alone[0]!))) {
    throw new ExplainError(
      'mixed-rows',
      `Target '${target.name}' gives an example ${alone[0]} alone and ${beside[0]} beside another one.`,
      'Make it reduce over every axis but the first.',
    )
  }
  return alone[0]!
}

async function applyFunction(target: FunctionTarget, outputs: NamedArrays, rows: number): Promise<Float32Array> {
  const scores = tf.tidy(() => {
    const tensors: NamedTensors = {}
    for (const [name, { shape, data }] of Object.entries(outputs)) tensors[name] = tf.tensor(data, [...shape])
    return checkedScores(target, tensors, rows)
  })
  try {
    return Float32Array.from(await scores.data())
  } finally {
    scores.dispose()
  }
}

function checkedScores(target: FunctionTarget, outputs: NamedTensors, rows: number): tf.Tensor1D {
  const scores = target.score(outputs)
  if (scores?.shape?.length !== 1 || scores.shape[0] !== rows) {
    throw new ExplainError(
      'bad-shape',
      `Target '${target.name}' gave shape [${scores?.shape ?? 'none'}] for ${rows} rows.`,
      'Return a 1-D tensor with one number a row.',
    )
  }
  return scores
}

type ClassScore = ScoreSpec['rows'][number]

/** How a row's score comes out of its class scores: Σ coefficient × output + offset. */
function coefficients(
  model: Model,
  { index, against }: ClassScore,
  space: Space,
  width: number,
): { weights: [number, number][]; offset: number } {
  if (model.finalActivation === 'binary-sigmoid' && width === 1) {
    // Class 1 scores +logit or p, class 0 scores −logit or 1 − p.
    const unit = (label: number): [number, number] => {
      if (label === 1) return [1, 0]
      return space === 'logit' ? [-1, 0] : [-1, 1]
    }
    const [a, b] = unit(index)
    const [c, d] = against === undefined ? [0, 0] : unit(against)
    return { weights: [[0, a - c]], offset: b - d }
  }
  const weights: [number, number][] = [[index, 1]]
  if (against !== undefined) weights.push([against, -1])
  return { weights, offset: 0 }
}

const classScore = ({ target, resolved: { index, against } }: Goal): ClassScore | undefined =>
  target ? undefined : { index: index!, ...(against === undefined ? {} : { against }) }

/** The score of each row in tf ops, row i being scored by goal `goals[i]`. */
export function scoreFunction(model: Model, goals: readonly Goal[], space: Space): ScoreFunction {
  const classes = goals.map(classScore)
  if (classes.every((one) => one !== undefined)) return scoreFromSpec(model, { space, rows: classes })
  const functions = new Set(goals.map((goal) => goal.target))
  const by = (target: FunctionTarget | undefined, outputs: NamedTensors) =>
    target ? checkedScores(target, outputs, goals.length) : scoreClasses(model, classes, outputs, space)
  const score = (outputs: NamedTensors): tf.Tensor1D => {
    if (functions.size === 1) return by([...functions][0], outputs)
    // Rows with different functions: score all rows by each, keep each row's own.
    const parts = [...functions].map((target) => {
      const mask = tf.tensor1d(goals.map((goal) => (goal.target === target ? 1 : 0)))
      return tf.mul(mask, by(target, outputs))
    })
    return parts.reduce((sum, part) => tf.add(sum, part)) as tf.Tensor1D
  }
  return Object.assign(score, { space })
}

/** The score function that a spec describes, for whoever runs the passes of a model elsewhere. */
export const scoreFromSpec = (model: Model, spec: ScoreSpec): ScoreFunction =>
  Object.assign((outputs: NamedTensors) => scoreClasses(model, spec.rows, outputs, spec.space), {
    space: spec.space,
    spec,
  })

/** Rows without a class score 0. */
function scoreClasses(
  model: Model,
  rows: readonly (ClassScore | undefined)[],
  outputs: NamedTensors,
  space: Space,
): tf.Tensor1D {
  const output = outputs[model.outputs[0]!.name]!
  const width = output.shape[1]!
  const matrix = new Float32Array(rows.length * width)
  const offsets = new Float32Array(rows.length)
  rows.forEach((one, row) => {
    if (!one) return
    const { weights, offset } = coefficients(model, one, space, width)
    for (const [column, weight] of weights) matrix[row * width + column]! += weight
    offsets[row] = offset
  })
  const weighted = tf.mul(output, tf.tensor2d(matrix, [rows.length, width]))
  return tf.add(tf.sum(weighted, 1), tf.tensor1d(offsets)) as tf.Tensor1D
}

/** The score of each row from plain outputs. */
export async function scoreArrays(
  model: Model,
  goals: readonly Goal[],
  outputs: NamedArrays,
  space: Space,
): Promise<Float32Array> {
  if (goals.some((goal) => goal.target)) {
    const score = scoreFunction(model, goals, space)
    const whole: FunctionTarget = { name: goals.find((goal) => goal.target)!.target!.name, score }
    return applyFunction(whole, outputs, goals.length)
  }
  const output = outputs[model.outputs[0]!.name]!
  const width = sizeOf(output.shape.slice(1))
  return Float32Array.from(goals, (goal, row) => {
    const values = rowOf(output, row)
    const { weights, offset } = coefficients(model, classScore(goal)!, space, width)
    return weights.reduce((sum, [column, weight]) => sum + weight * values[column]!, offset)
  })
}
