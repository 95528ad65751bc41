/** What is made of the maps. */
import type { Attribution, Preprocessing } from '@explainnet/core'
import type { Shown } from './demo-report.ts'
import type { Picture } from './picture.ts'
import { traitShare } from './trait-share.ts'

const percent = (share: number) => `${Math.round(share * 100)} %`

/** One sentence under a map; empty where no trait was planted. */
export async function shareText(
  attribution: Attribution,
  picture: Picture,
  preprocessing: Preprocessing,
): Promise<string> {
  const found = await traitShare(attribution, picture, preprocessing)
  if (!found) return ''
  const { share, controls } = found.trait
  const others = controls?.map(({ name, share }) => `${name} ${percent(share)}`).join(', ')
  return `${percent(share)} of the positive relevance lies on the planted trait. To compare: ${others}.`
}

export async function saveReport(format: 'html' | 'json', shown: Shown): Promise<void> {
  const { htmlReport, jsonReport } = await import('./demo-report.ts')
  const [text, type] =
    format === 'html' ? [await htmlReport(shown), 'text/html'] : [jsonReport(shown), 'application/json']
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = `explanation.${format}`
  link.click()
  // The browser has taken hold of it by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
