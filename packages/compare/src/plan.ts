import type { Budget, ComparedMethod } from './api.ts'
import { perturbations } from './measure.ts'

const usualPasses = 60_000
/** Copies of the network that are wholly randomised, each with a seed of its own; one more has its upper half randomised. */
const usualCopies = 2
/** Examples that the costlier checks take at most. */
const [sanityExamples, robustnessExamples] = [8, 3]

/** How much of everything a comparison takes, and what it has spent. */
export interface Plan {
  readonly budget: Budget
  readonly examples: number
  readonly onSanity: number
  readonly onRobustness: number
  /** Wholly randomised copies; none for a model without weights. */
  readonly copies: number
  /** Passes that it takes to judge one method's maps, whatever made them: two curves and what drop takes. */
  readonly judging: number
  readonly spent: number
  /** The maps that a method has to make. */
  maps(method: ComparedMethod): number
  /** Passes that are left. */
  left(): number
  /** Counts passes; with the time they took, a budget of time can be told in passes. */
  spend(passes: number, milliseconds?: number): void
  /** So many passes in the unit of the budget: `700 passes`, `about 70 s`. */
  words(passes: number): string
}

export function planFor(examples: number, testable: boolean, budget: Budget = { passes: usualPasses }): Plan {
  const started = performance.now()
  const [onSanity, onRobustness] = [Math.min(examples, sanityExamples), Math.min(examples, robustnessExamples)]
  const copies = testable ? usualCopies : 0
  let spent = 0
  const timed = { passes: 0, milliseconds: 0 }
  const millisecondsAPass = () => timed.milliseconds / Math.max(1, timed.passes)
  return {
    budget,
    examples,
    onSanity,
    onRobustness,
    copies,
    judging: examples * 32,
    get spent() {
      return spent
    },
    maps: ({ method }) =>
      examples +
      (testable ? onSanity * (copies + 1) : 0) +
      (method.deterministic ? 0 : onSanity) +
      onRobustness * (perturbations + 1),
    left: () =>
      Math.min(
        budget.passes === undefined ? Infinity : budget.passes - spent,
        budget.milliseconds === undefined
          ? Infinity
          : (budget.milliseconds - (performance.now() - started)) / Math.max(millisecondsAPass(), 1e-3),
      ),
    spend(passes, milliseconds) {
      spent += passes
      if (milliseconds === undefined) return
      timed.passes += passes
      timed.milliseconds += milliseconds
    },
    words: (passes) =>
      budget.milliseconds === undefined
        ? `${passes} passes`
        : `${passes} passes, which is ${Math.ceil((passes * millisecondsAPass()) / 1000)} s here`,
  }
}

/** `4000 passes and 10 s`. */
export const wordsFor = ({ passes, milliseconds }: Budget): string =>
  [passes === undefined ? '' : `${passes} passes`, milliseconds === undefined ? '' : `${milliseconds / 1000} s`]
    .filter(Boolean)
    .join(' and ')
