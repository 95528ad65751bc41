import type { Certificate } from '@explainnet/core/plain'
import { doubts } from '../certificate/doubts.ts'
import { create, type Piece } from '../create.ts'
import { percentText } from '../number-text.ts'
import { isBusy, type State } from '../state.ts'
import type { Changes } from './changes.ts'

/** What is going on, how far it is, what went wrong, and the buttons for it. */
export function createRunControls(changes: Changes): Piece<State> {
  const status = create('p', { role: 'status', part: 'status', class: 'status' })
  const bar = create('progress', { part: 'progress', max: '1', 'aria-label': 'Progress' })
  const error = create('div', { role: 'alert', part: 'error', class: 'error' })
  const restart = button('Start the worker anew', () => changes.restart())
  const run = button('Explain again', () => changes.run())
  const cancel = button('Cancel', () => changes.cancel())
  const png = button('Download PNG', () => changes.download('png'))
  const json = button('Download JSON', () => changes.download('json'))
  let saidError: unknown
  return {
    element: create(
      'div',
      { class: 'group', part: 'run-controls' },
      status,
      bar,
      error,
      create('div', { class: 'buttons', part: 'buttons' }, restart, run, cancel, png, json),
    ),
    update({ progress }) {
      const busy = isBusy(progress)
      const text = statusText(progress)
      if (status.textContent !== text) status.textContent = text
      // Hidden without losing its place: nothing jumps when a run begins.
      bar.classList.toggle('idle', !busy)
      bar.setAttribute('aria-hidden', String(!busy))
      if (progress.share === undefined) bar.removeAttribute('value')
      else bar.value = progress.share
      if (saidError !== progress.error) {
        saidError = progress.error
        error.textContent = progress.error?.message ?? ''
      }
      error.hidden = !progress.error
      restart.hidden = progress.error?.code !== 'backend-lost'
      // A focused button that vanishes would drop the focus.
      run.disabled = busy
      cancel.disabled = !busy
      png.disabled = !progress.picture
      json.disabled = !progress.attribution || busy
    },
  }
}

function button(text: string, onClick: () => void): HTMLButtonElement {
  const node = create('button', { type: 'button', part: 'button' }, text)
  node.addEventListener('click', onClick)
  return node
}

function statusText({ activity, method, attribution, model }: State['progress']): string {
  switch (activity) {
    case 'waiting':
      return 'Waiting for a picture and a model.'
    case 'connecting':
      return 'Starting…'
    case 'reading':
      return 'Reading the picture…'
    case 'loading':
      return 'Loading the model…'
    case 'predicting':
      return 'Asking the model…'
    case 'explaining':
      return `Explaining by ${method}…`
    case 'cancelled':
      return attribution ? 'Cancelled; what was reached is shown.' : 'Cancelled.'
    case 'failed':
      return ''
    case 'done':
      return attribution
        ? doneText(method, attribution.certificate, doubts(attribution.certificate, model?.warnings ?? []).length)
        : ''
  }
}

function doneText(method: string, { targets }: Certificate, count: number): string {
  const target = targets[0]
  const sure = target?.probability === undefined ? '' : ` (${percentText(target.probability)})`
  const doubt =
    count === 0 ? 'Nothing doubtful was found.' : `${count} ${count === 1 ? 'thing' : 'things'} to doubt, see below.`
  return `${method} for ${target?.name}${sure}. ${doubt}`
}
