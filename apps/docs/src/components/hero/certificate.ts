import type { Attribution, Evidence } from '@explainnet/core'
import { gridOf } from '@explainnet/viz'
import type { BackendInfo } from '@explainnet/web'
import type { Rendered } from '../demo/pollen-sim.ts'

interface Shown {
  readonly attribution: Attribution
  readonly backend: BackendInfo
  readonly rendered: Rendered
}

/** Writes what the result says about itself into the places that wait for it. */
export function showCertificate(root: HTMLElement, { attribution, backend, rendered }: Shown): void {
  const { certificate } = attribution
  const { name, probability = 0 } = certificate.targets[0]!
  const { forward, backward } = certificate.cost
  const write = (field: string, text: string) => {
    root.querySelector(`[data-field="${field}"]`)!.textContent = text
  }
  write('answer', `${name}, p = ${probability.toFixed(2)}; planted: ${rendered.className}`)
  write('evidence', evidenceOf(certificate.evidence))
  write('trait', shareOf(attribution, rendered))
  write('cost', `${forward} forward, ${backward} backward passes`)
  write('backend', `${backend.name}${certificate.backend.device ? `, ${certificate.backend.device}` : ''}`)
  write('network', `${certificate.model.name}, SHA-256 ${certificate.model.sha256?.slice(0, 12) ?? '–'}…`)
  root.querySelector('[data-field="json"]')!.textContent = JSON.stringify(certificate, null, 2)
}

function evidenceOf({ completeness, evaluations, standardError }: Evidence): string {
  if (completeness) {
    const error = (100 * Math.abs(completeness.relative[0]!)).toFixed(2)
    return `Σ A off by ${error} %, ${evaluations?.[0]} evaluations`
  }
  if (standardError) return 'standard error in the certificate'
  return 'exact: nothing was drawn at random'
}

/** Of the map's positive relevance, what lies on the planted trait; picture and map have the same pixels. */
function shareOf({ maps }: Attribution, { mask }: Rendered): string {
  const { data } = gridOf(Object.values(maps)[0]!)
  const positive = (inside: boolean) =>
    data.reduce((sum, value, i) => sum + (!inside || mask?.[i] ? Math.max(0, value) : 0), 0)
  const total = positive(false)
  const area = mask?.reduce((sum, inside) => sum + inside, 0) ?? 0
  if (!area || !(total > 0)) return '–'
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`
  return `${percent(positive(true) / total)} on ${percent(area / data.length)} of the picture`
}
