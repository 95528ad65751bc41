import { Tensor, version_core } from '@tensorflow/tfjs-core'
import { ExplainError } from '../errors.ts'

/** Throws `versions-differ` if a model's weight was made by another copy of tfjs-core than this package's. */
export function refuseSecondCopy(weight: object | undefined): void {
  if (!weight || Object.prototype.isPrototypeOf.call(Tensor.prototype, weight)) return
  throw new ExplainError(
    'versions-differ',
    `The model was made by another copy of @tensorflow/tfjs-core than the one used here (${version_core}).`,
    "Install one version only: see 'npm ls @tensorflow/tfjs-core', then dedupe, or alias it in the bundler.",
  )
}
