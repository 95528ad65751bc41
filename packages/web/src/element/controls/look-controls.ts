import { type ColourName, colourNames, isDiverging } from '@explainnet/viz'
import { create, type Piece } from '../create.ts'
import type { Sign, State, View } from '../state.ts'
import type { Changes } from './changes.ts'
import { createRadios, createSelect } from './choice.ts'

/** How the map is shown: nothing here computes anything anew. */
export function createLookControls(changes: Changes): Piece<State> {
  const view = createRadios<View>(
    'Show',
    'view',
    [
      { value: 'original', text: 'Original' },
      { value: 'map', text: 'Map' },
      { value: 'both', text: 'Both' },
    ],
    (value) => changes.look({ view: value }),
  )
  const sign = createRadios<Sign>(
    'Influence',
    'sign',
    [
      { value: 'both', text: 'For and against' },
      { value: 'positive', text: 'For' },
      { value: 'negative', text: 'Against' },
    ],
    (value) => changes.look({ sign: value }),
  )
  const opacity = create('input', { type: 'range', min: '0', max: '1', step: '0.01', part: 'opacity' })
  opacity.addEventListener('input', () => changes.look({ opacity: opacity.valueAsNumber }))
  const colours = createSelect(
    'Colours',
    (name) => changes.look({ colours: (name || undefined) as ColourName }),
    'colours',
  )
  const groups = [
    { choices: [{ value: '', text: 'automatic' }] },
    { label: 'Diverging', choices: colourNames.filter(isDiverging).map(named) },
    { label: 'Sequential', choices: colourNames.filter((name) => !isDiverging(name)).map(named) },
  ]
  return {
    element: create(
      'div',
      { class: 'group', part: 'look-controls' },
      view.element,
      create('label', { class: 'field' }, create('span', {}, 'Opacity of the map'), opacity),
      colours.element,
      sign.element,
    ),
    update({ look }) {
      view.update(look.view)
      sign.update(look.sign)
      colours.update({ groups, value: look.colours ?? '' })
      if (opacity.valueAsNumber !== look.opacity) opacity.value = String(look.opacity)
      opacity.disabled = look.view !== 'both'
    },
  }
}

const named = (name: ColourName) => ({ value: name, text: name })
