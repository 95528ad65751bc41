/** One thing that a method must do: a sentence and a way to find out. No test runner is needed. */
export interface Check {
  /** One word or two, the same for every method: `chunks`, `leaks`, `completeness`. */
  readonly about: string
  /** A sentence; where the check does not apply to the method it says so. */
  readonly name: string
  /** Why the check does not apply to this method; `run` then does nothing. */
  readonly skipped?: string | undefined
  /** Throws an Error that says what was wrong. */
  run(): Promise<void>
}

export function check(
  about: string,
  name: string,
  run: () => void | Promise<void>,
  skipped?: string | false | undefined,
): Check {
  if (skipped) return { about, name: `${name} (does not apply: ${skipped})`, skipped, run: async () => {} }
  return { about, name, run: async () => run() }
}

export function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}
