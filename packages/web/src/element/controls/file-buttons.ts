import { create } from '../create.ts'
import type { Changes } from './changes.ts'

/** The same as dropping, for keyboards and fingers. */
export function createFileButtons(changes: Changes): HTMLElement {
  return create(
    'div',
    { class: 'buttons', part: 'files' },
    fileButton('Picture…', { accept: 'image/*' }, changes),
    fileButton('Model…', { multiple: true }, changes),
  )
}

function fileButton(
  text: string,
  attributes: Readonly<Record<string, string | boolean>>,
  changes: Changes,
): HTMLElement {
  const input = create('input', { type: 'file', class: 'told', ...attributes })
  input.addEventListener('change', () => {
    changes.files([...(input.files ?? [])])
    // The same file, chosen again, is a change again.
    input.value = ''
  })
  return create('label', { class: 'button' }, input, create('span', {}, text))
}
