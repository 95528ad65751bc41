import { create, type Piece } from '../create.ts'
import type { State } from '../state.ts'
import { doubts } from './doubts.ts'
import { facts } from './facts.ts'

/** What is doubtful stands open; the rest of the certificate unfolds. */
export function createCertificatePanel(): Piece<State> {
  const list = create('ul', {})
  const doubtful = create('div', { part: 'doubts', class: 'doubts' }, create('p', {}, 'What is doubtful'), list)
  const table = create('dl', { part: 'facts' })
  const details = create('details', { part: 'certificate' }, create('summary', {}, 'Certificate'), table)
  const element = create(
    // No landmark: a page may have several.
    'div',
    { class: 'certificate', role: 'group', 'aria-label': 'Certificate of the map' },
    doubtful,
    details,
  )
  let shown: unknown
  return {
    element,
    update({ progress: { attribution, explainer, model, activity } }) {
      // A running estimate's certificate changes many times a second; it is told when it is final.
      const certificate = activity === 'done' || activity === 'cancelled' ? attribution?.certificate : undefined
      element.hidden = !attribution
      if (!certificate || shown === certificate) return
      shown = certificate
      const found = doubts(certificate, model?.warnings ?? [])
      list.replaceChildren(...found.map((text) => create('li', {}, text)))
      doubtful.hidden = found.length === 0
      const method = explainer?.methods.find(({ name }) => name === certificate.method.name)
      table.replaceChildren(
        ...facts(certificate, method).flatMap(([name, text]) => [create('dt', {}, name), create('dd', {}, text)]),
      )
    },
  }
}
