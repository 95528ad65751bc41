import { io } from '@tensorflow/tfjs-core'
import { ExplainError } from '../errors.ts'

/** What a tf.LayersModel and a tf.GraphModel have. */
export interface SavableModel {
  save(handler: io.IOHandler): Promise<io.SaveResult>
}

/** What a network would save. Throws `unsupported-model`. */
export async function artifactsOf(model: SavableModel): Promise<io.ModelArtifacts> {
  let artifacts: io.ModelArtifacts | undefined
  await model.save(
    io.withSaveHandler(async (given) => {
      artifacts = given
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } }
    }),
  )
  if (!artifacts?.weightData) {
    throw new ExplainError(
      'unsupported-model',
      'The model gave no weights to save.',
      'Give a tf.LayersModel or tf.GraphModel.',
    )
  }
  return artifacts
}

/** The text of the `model.json` of what was saved, whose weights, `weights`, are in the file `name` beside it. */
export function modelJSON(artifacts: io.ModelArtifacts, name: string, weights: io.WeightsManifestEntry[]): string {
  const { modelTopology, format, generatedBy, convertedBy, userDefinedMetadata } = artifacts
  const weightsManifest = [{ paths: [name], weights }]
  return JSON.stringify({ format, generatedBy, convertedBy, userDefinedMetadata, modelTopology, weightsManifest })
}
