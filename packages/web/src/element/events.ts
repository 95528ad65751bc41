import type { Attribution, ExplainError } from '@explainnet/core/plain'
import type { Look, Settings } from './state.ts'

/** What `<explain-net>` dispatches, by name, with `detail`; every event bubbles out of shadow trees. */
export interface ExplainNetEvents {
  /** A run begins. */
  'explain-start': Record<string, never>
  /** A running estimate; `done` is the share of the work, 0 … 1. The last one is final. */
  'explain-estimate': { readonly attribution: Attribution; readonly done: number }
  'explain-done': { readonly attribution: Attribution }
  /** Not for runs that were cancelled or replaced. */
  'explain-error': { readonly error: ExplainError }
  /** The reader changed something by the controls. */
  'explain-change': { readonly settings: Settings; readonly look: Look }
  /** The reader's crosshair: shares of the picture, and the map's value there. Empty when it is put away. */
  'explain-probe': { readonly x?: number; readonly y?: number; readonly value?: number }
}

declare global {
  interface HTMLElementEventMap extends ExplainNetEventMap {}
}

type ExplainNetEventMap = { [Name in keyof ExplainNetEvents]: CustomEvent<ExplainNetEvents[Name]> }
