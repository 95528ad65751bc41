import type {
  DifferentiableModel,
  ExplainOptions,
  GradientTask,
  LayeredModel,
  LayerTask,
  Model,
  ModelInput,
  NamedArrays,
  Space,
  Task,
} from './api.ts'
import { takeRows } from './arrays.ts'
import { readInputs } from './read-inputs.ts'
import { Session } from './session.ts'
import { type Goal, resolveGoals } from './target.ts'
import { createTask } from './task.ts'

/** A session with its targets resolved and its task made: what `explain` and `openTask` start from. */
export interface Prepared {
  readonly session: Session
  readonly goals: readonly Goal[]
  /** As the user gave them; the task has a row for each target. */
  readonly given: NamedArrays
  readonly task: LayerTask
}

export async function prepare(
  model: Model,
  input: ModelInput,
  options: ExplainOptions,
  usualSpace: Space,
): Promise<Prepared> {
  const session = new Session(model, options)
  session.checkAbort()
  const given = await readInputs(model.inputs, input)
  const goals = await resolveGoals(session, given, usualSpace)
  const inputs = takeRows(
    given,
    goals.map((goal) => goal.resolved.input),
  )
  return { session, goals, given, task: createTask(session, goals, inputs) }
}

/** A task, and what it has cost so far. */
export type Opened<M extends Model> = {
  readonly task: M extends LayeredModel ? LayerTask : M extends DifferentiableModel ? GradientTask : Task
  /** Rows that went forward and backward so far. */
  cost(): { readonly forward: number; readonly backward: number }
}

/**
 * The task that a method would be given, for work that makes no map: judging one, say. Targets are resolved as by
 * `explain`; scores are of the probability unless `space` says otherwise; rows go through in chunks that fit `memory`.
 *
 * Cost: one forward pass an example to resolve the target. Throws as `explain` does.
 */
export async function openTask<M extends Model>(
  model: M,
  input: ModelInput,
  options: ExplainOptions = {},
): Promise<Opened<M>> {
  const { session, task } = await prepare(model, input, options, 'probability')
  return {
    task: task as Opened<M>['task'],
    cost: () => ({ forward: session.forward, backward: session.backward }),
  }
}
