import { create, type Piece } from '../create.ts'

export interface Choice {
  readonly value: string
  readonly text: string
  readonly disabled?: boolean
}

interface ChoiceGroup {
  /** Absent: outside any group. */
  readonly label?: string
  readonly choices: readonly Choice[]
}

export interface Select extends Piece<{ readonly groups: readonly ChoiceGroup[]; readonly value: string }> {}

/** A labelled `<select>`, filled again only when what it offers has changed. */
export function createSelect(label: string, onChoice: (value: string) => void, part?: string): Select {
  const select = create('select', { part })
  select.addEventListener('change', () => onChoice(select.value))
  let offered = ''
  return {
    element: create('label', { class: 'field' }, create('span', {}, label), select),
    update({ groups, value }) {
      const offer = JSON.stringify(groups)
      if (offer !== offered) {
        offered = offer
        select.replaceChildren(...groups.flatMap(groupNodes))
      }
      if (select.value !== value) select.value = value
      select.disabled = groups.every(({ choices }) => choices.length === 0)
    },
  }
}

function groupNodes({ label, choices }: ChoiceGroup): Node[] {
  const options = choices.map(({ value, text, disabled }) => create('option', { value, disabled }, text))
  if (label === undefined) return options
  return options.length > 0 ? [create('optgroup', { label }, ...options)] : []
}

export interface Radios<T extends string> extends Piece<T> {
  disable(disabled: boolean): void
}

/** A group of radio buttons: one tab stop, arrow keys choose. */
export function createRadios<T extends string>(
  legend: string,
  name: string,
  choices: readonly { readonly value: T; readonly text: string }[],
  onChoice: (value: T) => void,
): Radios<T> {
  const inputs = choices.map(({ value }) => create('input', { type: 'radio', name, value }))
  const labels = choices.map(({ text }, i) => create('label', {}, inputs[i]!, create('span', {}, text)))
  const element = create('fieldset', { class: 'radios' }, create('legend', {}, legend), ...labels)
  inputs.forEach((input, i) => {
    input.addEventListener('change', () => onChoice(choices[i]!.value))
  })
  return {
    element,
    update(value) {
      for (const input of inputs) input.checked = input.value === value
    },
    disable(disabled) {
      element.disabled = disabled
    },
  }
}
