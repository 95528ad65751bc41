import { ExplainError } from '@explainnet/core/plain'
import type { Explainer } from '../api.ts'
import { ExplainNetElement } from './explain-net.ts'

export interface DefineOptions {
  /** Makes the explainer of all elements of this name that are given none, when the first of them needs it. */
  readonly connect?: (() => Promise<Explainer>) | undefined
  /** Default `explain-net`. */
  readonly tag?: string | undefined
}

/** Defines the custom element. Does nothing where the name is taken by it already, or where there is no DOM. */
export function defineExplainNet({ connect = noExplainer, tag = 'explain-net' }: DefineOptions = {}): void {
  if (!('customElements' in globalThis) || customElements.get(tag)) return
  let connecting: Promise<Explainer> | undefined
  customElements.define(
    tag,
    class extends ExplainNetElement {
      protected override connect(): Promise<Explainer> {
        connecting ??= connect()
        // What failed may work later.
        connecting.catch(() => {
          connecting = undefined
        })
        return connecting
      }
    },
  )
}

const noExplainer = () =>
  Promise.reject(
    new ExplainError(
      'backend-missing',
      'The element has no explainer.',
      'Set its `explainer` property, or define it by `defineExplainNet({ connect })`.',
    ),
  )
