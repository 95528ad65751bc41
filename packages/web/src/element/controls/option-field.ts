import type { OptionDescription } from '@explainnet/core/plain'
import type { RemoteModel } from '../../api.ts'
import { create, type Piece } from '../create.ts'
import { createSelect } from './choice.ts'

type OnValue = (value: unknown, soon?: boolean) => void

/** A control for one described option; `undefined` stands for what the method does by itself. */
export function createOptionField(
  name: string,
  option: OptionDescription,
  model: RemoteModel | undefined,
  onValue: OnValue,
): Piece<unknown> {
  const label = labelOf(name)
  if (option.list && option.type !== 'baseline') return listField(label, option, onValue)
  switch (option.type) {
    case 'integer':
    case 'number':
      return numberField(label, option, onValue)
    case 'boolean':
      return checkBox(label, option, onValue)
    case 'choice':
    case 'segments':
      return choiceField(label, option, option.choices ?? [], onValue)
    case 'baseline':
      return choiceField(label, option, [...baselines, ...ownBaseline(option)], onValue)
    case 'layer':
      return choiceField(label, option, layersOf(model), onValue)
    case 'string':
      return textField(label, option, (text) => onValue(text === '' ? undefined : text))
  }
}

const baselines = ['black', 'grey', 'white', 'mean', 'blur', 'uniform', 'zero'] as const

/** Such as LIME's `segment-mean`, which no other method has. */
const ownBaseline = ({ default: own }: OptionDescription): string[] =>
  typeof own === 'string' && !baselines.some((name) => name === own) ? [own] : []

/** `kernelWidth` → `kernel width`. */
const labelOf = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

function layersOf(model: RemoteModel | undefined): string[] {
  const spatial = model?.layers.filter((layer) => layer.spatial && layer.from.length > 0).map((layer) => layer.name)
  return [...new Set([...(model?.camLayers ?? []), ...(spatial ?? [])])]
}

function numberField(label: string, option: OptionDescription, onValue: OnValue): Piece<unknown> {
  const whole = option.type === 'integer'
  const bounds = { min: option.min?.toString(), max: option.max?.toString() }
  const input = create('input', {
    type: 'number',
    ...bounds,
    step: whole ? '1' : 'any',
    placeholder: 'automatic',
    title: option.text,
  })
  const read = () => (input.value === '' ? undefined : input.valueAsNumber)
  // What is no number or out of bounds is marked by the browser, and not sent.
  input.addEventListener('change', () => {
    if (input.validity.valid) onValue(read())
  })
  const field = create('label', { class: 'field' }, create('span', {}, label), input)
  const slider = sliderFor(label, option)
  slider?.addEventListener('input', () => {
    input.value = slider.value
    onValue(slider.valueAsNumber, true)
  })
  return {
    element: create('div', { class: 'number' }, field, ...(slider ? [slider] : [])),
    update(value) {
      const shown = value ?? option.default
      const text = typeof shown === 'number' ? String(shown) : ''
      if (input.value !== text) input.value = text
      if (slider && text !== '') slider.value = text
    },
  }
}

/** Where neither end is described, a slider up to four times the usual value. */
function sliderFor(label: string, option: OptionDescription): HTMLInputElement | undefined {
  const usual = typeof option.default === 'number' ? option.default : undefined
  const max = option.max ?? (usual ? usual * 4 : undefined)
  if (usual === undefined || max === undefined) return undefined
  const min = option.min ?? 0
  const step = option.type === 'integer' ? 1 : (max - min) / 100
  return create('input', {
    type: 'range',
    min: String(min),
    max: String(max),
    step: String(step),
    'aria-label': `${label}, slider`,
  })
}

function checkBox(label: string, option: OptionDescription, onValue: OnValue): Piece<unknown> {
  const input = create('input', { type: 'checkbox', title: option.text })
  input.addEventListener('change', () => onValue(input.checked))
  return {
    element: create('label', { class: 'check' }, input, create('span', {}, label)),
    update(value) {
      input.checked = (value ?? option.default) === true
    },
  }
}

function choiceField(
  label: string,
  option: OptionDescription,
  choices: readonly string[],
  onValue: OnValue,
): Piece<unknown> {
  const select = createSelect(label, (value) => onValue(value === '' ? undefined : value))
  select.element.title = option.text
  const usual = typeof option.default === 'string' ? `automatic (${option.default})` : 'automatic'
  return {
    element: select.element,
    update(value) {
      const given = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
      // A value that no list foresees, such as { blur: 3 }, is shown all the same.
      const all = given === '' || choices.includes(given) ? choices : [...choices, given]
      const offered = [{ value: '', text: usual }, ...all.map((one) => ({ value: one, text: one }))]
      select.update({ groups: [{ choices: offered }], value: given })
    },
  }
}

function textField(label: string, option: OptionDescription, onText: (text: string) => void): Piece<unknown> {
  const input = create('input', { type: 'text', placeholder: 'automatic', title: option.text })
  input.addEventListener('change', () => onText(input.value.trim()))
  return {
    element: create('label', { class: 'field' }, create('span', {}, label), input),
    update(value) {
      const text = Array.isArray(value) ? value.join(', ') : value === undefined ? '' : String(value)
      if (input.value !== text) input.value = text
    },
  }
}

/** Several values with commas between them; a single one is no list. */
function listField(label: string, option: OptionDescription, onValue: OnValue): Piece<unknown> {
  const numeric = option.type === 'integer' || option.type === 'number'
  return textField(`${label}, one or several with commas`, option, (text) => {
    const parts = text.split(',').flatMap((part) => part.trim() || [])
    const values = numeric ? parts.map(Number) : parts
    onValue(values.length === 0 ? undefined : values.length === 1 && numeric ? values[0] : values)
  })
}
