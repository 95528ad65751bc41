/** What can go wrong, one word each. */
export type ErrorCode =
  | 'aborted'
  | 'backend-lost'
  | 'backend-missing'
  | 'bad-card'
  | 'bad-file'
  | 'bad-image'
  | 'bad-method'
  | 'bad-option'
  | 'bad-shape'
  | 'budget-too-small'
  | 'gradients-not-registered'
  | 'index-out-of-range'
  | 'mixed-rows'
  | 'needs-gradients'
  | 'needs-layers'
  | 'no-gradient-for-op'
  | 'non-finite-input'
  | 'non-finite-output'
  | 'not-transferable'
  | 'nested-pass'
  | 'out-of-memory'
  | 'prediction-failed'
  | 'several-maps'
  | 'unknown-baseline'
  | 'unknown-input'
  | 'unknown-label'
  | 'unknown-layer'
  | 'unsupported-model'
  | 'unwritable'
  | 'versions-differ'

/** The one error type of this project: a code to branch on, what was wrong, and what to do about it. */
export class ExplainError extends Error {
  readonly code: ErrorCode
  /** What was wrong: the message without the cure. */
  readonly what: string
  /** One sentence: what to do. */
  readonly cure: string

  constructor(code: ErrorCode, what: string, cure: string, options?: { cause?: unknown }) {
    super(`${what} ${cure}`, options)
    this.name = 'ExplainError'
    this.code = code
    this.what = what
    this.cure = cure
  }
}
