import { ExplainError, type LoadedModel } from '@explainnet/core'
import { io } from '@tensorflow/tfjs-core'
import { filesOfArtifacts } from './artifact-files.ts'
import { loadFromFiles } from './from-files.ts'
import { keptFiles } from './kept-models.ts'
import type { LoadModelOptions } from './load-model.ts'
import { keptName } from './source.ts'

/** A model that `saveModel` keeps, or one that TensorFlow.js's own `model.save` put there. */
export async function loadFromIndexedDB(source: string, options: LoadModelOptions): Promise<LoadedModel> {
  const files = (await keptFiles(keptName(source))) ?? (await savedByTfjs(source))
  if (files) return loadFromFiles(files, options, (kind) => ({ kind, source }))
  throw new ExplainError(
    'bad-file',
    `The browser keeps no ${source}.`,
    'Save it first, on this very site: saveModel. Browsers clear what sites keep, some after a week.',
  )
}

async function savedByTfjs(source: string): Promise<File[] | undefined> {
  try {
    const artifacts = await io.getLoadHandlers(source)[0]?.load?.()
    return artifacts && filesOfArtifacts(artifacts)
  } catch {
    // It throws where there is none.
    return undefined
  }
}
