import {
  type Attribution,
  type AttributionMethod,
  type ExplainOptions,
  explain,
  type Model,
  type NamedArrays,
} from '@explainnet/core'
import type { Fixtures, ModelAndInputs, SubjectName } from './fixtures.ts'
import { type Subject, subject, subjectNames } from './models/networks.ts'
import { limitedTo } from './models/watched.ts'

/** A model and a batch for it. */
export interface Case extends ModelAndInputs {
  readonly name: string
}

/** What every check works with. */
export interface Bench {
  readonly make: () => AttributionMethod
  /** One of them, for what it says of itself. */
  readonly method: AttributionMethod
  readonly fixtures: Fixtures
  /** The network that most checks use: the first that the method explains. */
  readonly standard: Subject
  /** The standard network and those of the fixtures. */
  cases(): Promise<readonly Case[]>
  refuses(name: SubjectName): boolean
  /** Explains by a fresh method; the model has no more than the method says it needs. */
  explain(model: Model, inputs: NamedArrays, options?: ExplainOptions, method?: AttributionMethod): Promise<Attribution>
  stream(model: Model, inputs: NamedArrays, options?: ExplainOptions): AsyncGenerator<Attribution, void, undefined>
}

export function createBench(make: () => AttributionMethod, fixtures: Fixtures): Bench {
  const method = make()
  const refuses = (name: SubjectName) => fixtures.refuses?.includes(name) ?? false
  const first = subjectNames.find((name) => !refuses(name))
  if (!first) throw new Error('The fixtures refuse every network: then there is nothing to hold the method to.')
  const standard = subject(first)
  let cases: Promise<readonly Case[]> | undefined
  const limited = (model: Model) => limitedTo(method.needs, model) as never
  return {
    make,
    method,
    fixtures,
    standard,
    cases() {
      cases ??= Promise.all([
        standard,
        ...Object.entries(fixtures.models ?? {}).map(async ([name, make]) => ({ name, ...(await make()) })),
      ])
      return cases
    },
    refuses,
    explain: (model, inputs, options, own = make()) => explain(limited(model), inputs, own, options),
    stream: (model, inputs, options) => explain.stream(limited(model), inputs, make(), options),
  }
}
