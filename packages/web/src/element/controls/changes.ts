import type { Look, Settings } from '../state.ts'

/** What the controls ask of the element. */
export interface Changes {
  /** `soon`: a slider is being moved, more is to come. */
  settings(part: Partial<Settings>, soon?: boolean): void
  look(part: Partial<Look>): void
  run(): void
  cancel(): void
  restart(): void
  files(files: readonly File[]): void
  download(kind: 'png' | 'json'): void
}
