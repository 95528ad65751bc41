import {
  type ExampleTarget,
  ExplainError,
  type Model,
  type ModelInput,
  type NDArray,
  type Opened,
  openTask,
  rowOf,
  type Space,
  type Target,
  type Task,
  type TensorSpec,
  type Warning,
} from '@explainnet/core'
import type { Maps, MetricOptions, TrivialName } from './api.ts'
import { constantWarnings } from './positions/constant.ts'
import { isAttribution, mapOn, positionMaps } from './positions/position-maps.ts'
import { randomValues, ranking } from './positions/ranking.ts'
import { trivialMaps } from './positions/trivial-maps.ts'

/** A map that is judged, with everything that judging it needs. */
export interface Subject {
  readonly task: Task
  readonly cost: () => { readonly forward: number; readonly backward: number }
  /** The input that the maps lie on. */
  readonly spec: TensorSpec
  /** Its examples, `[n, …]`. */
  readonly input: NDArray
  /** Of one example. */
  readonly positions: number
  /** The judged map as it came. */
  readonly given: NDArray
  readonly seed: number
  /** The judged map first, as `map`, then the trivial ones: `[n, …positions]`. */
  readonly maps: readonly { readonly name: 'map' | TrivialName; readonly values: NDArray }[]
  readonly warnings: readonly Warning[]
}

/** Opens the task that a metric runs in, with targets as the map's own, and lays the maps on the input's positions. */
export async function openSubject(
  model: Model,
  given: ModelInput,
  maps: Maps,
  options: MetricOptions,
  { space, segments }: { readonly space?: Space; readonly segments?: 'value' | 'share' } = {},
): Promise<Subject> {
  const { seed = 0, signal, memory, maxChunk, onProgress } = options
  const target = options.target ?? targetOf(maps)
  const opened: Opened<Model> = await openTask(model, given, {
    target,
    space,
    seed,
    signal,
    memory,
    maxChunk,
    onProgress,
  })
  const { task } = opened
  checkTargets(maps, options, task)
  const spec = inputOf(model, options.of)
  const input = task.inputs[spec.name]!
  const ground = { name: spec.name, axes: spec.axes, shape: input.shape }
  const values = positionMaps(maps, ground, options.channels, segments)
  const all = trivialMaps(input, spec.axes, seed)
  const names = options.trivial ?? (Object.keys(all) as TrivialName[])
  const trivial = names.flatMap((name) => (all[name] ? [{ name, values: all[name] }] : []))
  return {
    task,
    cost: opened.cost,
    spec,
    input,
    positions: values.data.length / task.size,
    given: mapOn(maps, ground),
    seed,
    maps: [{ name: 'map', values }, ...trivial],
    warnings: constantWarnings(values),
  }
}

/** Positions of an example from the most relevant to the least, by one of the subject's maps. */
export function orderOf({ input, positions, seed }: Subject, values: NDArray, example: number): Uint32Array {
  return ranking(rowOf(values, example), randomValues(rowOf(input, example), positions, seed))
}

function inputOf(model: Model, of: string | undefined): TensorSpec {
  const spec = of === undefined ? model.inputs[0]! : model.inputs.find(({ name }) => name === of)
  if (spec && (of !== undefined || model.inputs.length === 1)) return spec
  throw new ExplainError(
    'unknown-input',
    of === undefined ? 'The model has several inputs.' : `The model has no input '${of}'.`,
    `Name the one that the map lies on, as \`of\`: ${model.inputs.map(({ name }) => name).join(', ')}.`,
  )
}

/** The space in which the attribution was made, which sums of it are comparable in. Default `logit`. */
export const spaceOf = (maps: Maps): Space =>
  isAttribution(maps) ? (maps.certificate.targets[0]?.space ?? 'logit') : 'logit'

/** What the attribution explained, for its own inputs. */
export function targetOf(maps: Maps): Target | undefined {
  if (!isAttribution(maps)) return undefined
  const { targets } = maps.certificate
  const inputs = new Set(targets.map(({ input }) => input)).size
  if (inputs < targets.length) return { top: targets.length / inputs }
  return targets.map(({ kind, name, index, against }): ExampleTarget => {
    if (kind === 'function') {
      throw new ExplainError('bad-option', `The map explains function '${name}'.`, 'Give it again as `target`.')
    }
    return against === undefined ? index! : { of: index!, against }
  })
}

function checkTargets(maps: Maps, { target }: MetricOptions, { targets }: Task): void {
  if (!isAttribution(maps) || target !== undefined) return
  const explained = maps.certificate.targets
  const same =
    explained.length === targets.length &&
    explained.every(({ index, against }, i) => index === targets[i]!.index && against === targets[i]!.against)
  if (same) return
  throw new ExplainError(
    'bad-shape',
    'The attribution explains other targets than the model gives for this input.',
    'Give the model and the input that were explained.',
  )
}
