import { createCertificatePanel } from './certificate/panel.ts'
import type { Changes } from './controls/changes.ts'
import { createFileButtons } from './controls/file-buttons.ts'
import { createLookControls } from './controls/look-controls.ts'
import { createMethodControls } from './controls/method-controls.ts'
import { createRunControls } from './controls/run-controls.ts'
import { createTargetPicker } from './controls/target-picker.ts'
import { create } from './create.ts'
import { createStage, type Stage } from './picture/stage.ts'
import type { State } from './state.ts'
import { styles } from './styles.ts'

export interface ElementView extends Pick<Stage, 'picture' | 'reading'> {
  update(state: State): void
}

/** Fills a shadow root; `changes` hears of everything that the reader does. */
export function createView(shadow: ShadowRoot, changes: Changes): ElementView {
  const stage = createStage((probe) => changes.look({ probe }))
  const target = createTargetPicker(changes)
  const method = createMethodControls(changes)
  const look = createLookControls(changes)
  const run = createRunControls(changes)
  const certificate = createCertificatePanel()
  const controls = create(
    'div',
    { part: 'controls', class: 'controls' },
    createFileButtons(changes),
    target.element,
    method.element,
    look.element,
  )
  const side = create('div', { class: 'side' }, stage.element, run.element)
  shadow.adoptedStyleSheets = [styles()]
  shadow.append(create('div', { part: 'layout', class: 'layout' }, side, controls, certificate.element))
  const pieces = [stage, target, method, look, run, certificate]
  return {
    picture: stage.picture,
    reading: stage.reading,
    update(state) {
      for (const piece of pieces) piece.update(state)
    },
  }
}
