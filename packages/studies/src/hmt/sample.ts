import { randomStream } from '@explainnet/core'
import type { LabelledFile } from '@explainnet/datasets/folder'

/** So many files of every class, drawn by the seed, in the order of the list. Of a smaller class all. */
export function stratifiedSample(files: readonly LabelledFile[], perClass: number, seed: number): LabelledFile[] {
  const labels = [...new Set(files.map(({ label }) => label))].sort()
  const chosen = new Set<LabelledFile>()
  for (const [place, label] of labels.entries()) {
    const random = randomStream(seed, place)
    const left = files.filter((file) => file.label === label)
    for (let i = 0; i < perClass && left.length > 0; i++) chosen.add(left.splice(random.integer(left.length), 1)[0]!)
  }
  return files.filter((file) => chosen.has(file))
}
