import { explain, type LayeredModel } from '@explainnet/core'
import { saliency } from '@explainnet/saliency'

export interface StudyReport {
  /** The path of the page. */
  readonly report: string
  /** What `results.json` holds. */
  readonly results: Readonly<Record<string, unknown>>
}

/** On what a study was run, for the head of its report and for its results. */
export async function setting(model: LayeredModel) {
  const shape = model.inputs[0]!.shape.slice(1) as number[]
  const blank = { shape: [1, ...shape], data: new Float32Array(shape.reduce((product, size) => product * size, 1)) }
  const { certificate } = await explain(model, blank, saliency())
  const { model: explained, backend, versions } = certificate
  const facts: [name: string, value: string][] = [
    ['Model', `${explained.name ?? explained.kind} (SHA-256 ${explained.sha256?.slice(0, 12) ?? 'unknown'}…)`],
    ['Backend', [backend.name, backend.device].filter(Boolean).join(', ')],
    [
      'Versions',
      Object.entries(versions)
        .map((entry) => entry.join(' '))
        .join(', '),
    ],
  ]
  return { facts, provenance: { model: { name: explained.name, sha256: explained.sha256 }, backend, versions } }
}
