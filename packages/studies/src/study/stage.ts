/** What every stage of a study takes. */
export interface StageOptions {
  /** Where costly results are kept, so that a run that was stopped goes on. */
  readonly folder: string
  readonly signal?: AbortSignal | undefined
  /** `share` of this stage, 0 … 1, and what is being done. */
  readonly onProgress?: ((share: number, text: string) => void) | undefined
}
