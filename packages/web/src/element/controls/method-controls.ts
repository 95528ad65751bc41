import type { MethodDescription, RemoteModel } from '../../api.ts'
import { create, type Piece } from '../create.ts'
import type { State } from '../state.ts'
import type { Changes } from './changes.ts'
import { createSelect } from './choice.ts'
import { createOptionField } from './option-field.ts'

/** The method, and a field for each option that it describes. */
export function createMethodControls(changes: Changes): Piece<State> {
  // Options belong to the method that they were chosen for.
  const picker = createSelect('Method', (method) => changes.settings({ method, options: {} }), 'method')
  const fields = create('div', { class: 'options' })
  const seed = createOptionField(
    'seed',
    { type: 'integer', text: 'Draws other random numbers.', min: 0, default: 0 },
    undefined,
    (value) => changes.settings({ seed: typeof value === 'number' ? value : 0 }),
  )
  let made: readonly [MethodDescription | undefined, RemoteModel | undefined] = [undefined, undefined]
  let pieces: readonly (readonly [name: string, field: Piece<unknown>])[] = []
  let values: Readonly<Record<string, unknown>> = {}

  return {
    element: create('div', { class: 'group', part: 'method-controls' }, picker.element, fields),
    update({ settings, progress }) {
      const methods = progress.explainer?.methods ?? []
      const current = methods.find(({ name }) => name === (settings.method || progress.method))
      picker.update({ groups: [{ choices: methodChoices(methods, progress.model) }], value: current?.name ?? '' })

      const { options, layer } = settings
      values = typeof options === 'string' ? parsed(options) : options
      if (made[0] !== current || made[1] !== progress.model) {
        made = [current, progress.model]
        pieces = Object.entries(current?.options ?? {}).map(([name, option]) => {
          const field = createOptionField(name, option, progress.model, (value, soon) =>
            name === 'layer'
              ? changes.settings({ layer: value as string | undefined })
              : changes.settings({ options: withValue(values, name, value) }, soon),
          )
          return [name, field] as const
        })
        const all = pieces.map(([, field]) => field.element)
        fields.replaceChildren(...all, ...(current && !current.deterministic ? [seed.element] : []))
      }
      for (const [name, field] of pieces) field.update(name === 'layer' ? (layer ?? values['layer']) : values[name])
      seed.update(settings.seed)
    },
  }
}

function methodChoices(methods: readonly MethodDescription[], model: RemoteModel | undefined) {
  // A black box names no layers.
  const layerless = model !== undefined && model.layers.length === 0
  return methods.map(({ name, needs }) => ({
    value: name,
    text: name,
    ...(layerless && needs === 'layers' ? { disabled: true } : {}),
  }))
}

function withValue(values: Readonly<Record<string, unknown>>, name: string, value: unknown): Record<string, unknown> {
  const { [name]: _, ...others } = values
  return value === undefined ? others : { ...others, [name]: value }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    // The run has said so.
    return {}
  }
}
