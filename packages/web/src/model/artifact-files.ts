import { modelJSON } from '@explainnet/core'
import type { io } from '@tensorflow/tfjs-core'

/** What a network saves, as the files of a model. */
export function filesOfArtifacts(artifacts: io.ModelArtifacts): File[] {
  const weights = 'weights.bin'
  return [
    new File([modelJSON(artifacts, weights, artifacts.weightSpecs ?? [])], 'model.json'),
    new File([artifacts.weightData ?? []].flat(), weights),
  ]
}
