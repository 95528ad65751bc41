import type { Prediction, RemoteModel, RemoteTarget } from '../../api.ts'
import type { Piece } from '../create.ts'
import { percentText } from '../number-text.ts'
import type { State } from '../state.ts'
import type { Changes } from './changes.ts'
import { type Choice, createSelect } from './choice.ts'

/** The likeliest classes with their probabilities, every class, and the functions that the worker serves. */
export function createTargetPicker(changes: Changes): Piece<State> {
  const select = createSelect('Explain', (value) => changes.settings({ target: JSON.parse(value) }), 'target')
  return {
    element: select.element,
    update({ settings: { target }, progress: { predictions, model, explainer } }) {
      const best = predictions[0]
      const first = best ? `the prediction: ${predictionText(best)}` : 'the prediction'
      const groups = [
        { choices: [choice('prediction', first), ...unforeseen(target, model)] },
        { label: 'Most likely', choices: predictions.map((one) => choice(one.index, predictionText(one))) },
        {
          label: 'Functions',
          choices: (explainer?.served.targets ?? []).map((name) => choice({ served: name }, name)),
        },
        { label: 'All classes', choices: otherClasses(model, predictions) },
      ]
      select.update({ groups, value: JSON.stringify(indexOf(target, model)) })
    },
  }
}

const choice = (target: RemoteTarget, text: string): Choice => ({ value: JSON.stringify(target), text })

const predictionText = ({ label, probability }: Prediction) =>
  probability === undefined ? label : `${label}, ${percentText(probability)}`

/** A class by its label is the class by its index. */
function indexOf(target: RemoteTarget, model: RemoteModel | undefined): RemoteTarget {
  const index = typeof target === 'string' && target !== 'prediction' ? model?.card?.labels?.indexOf(target) : -1
  return index === undefined || index < 0 ? target : index
}

/** A target that no list has: a contrast, or a label that the model does not know, of which the error tells. */
function unforeseen(target: RemoteTarget, model: RemoteModel | undefined): Choice[] {
  const found = indexOf(target, model)
  if (typeof found === 'number' || found === 'prediction') return []
  if (typeof found === 'string') return [choice(found, found)]
  if ('of' in found) return [choice(found, `${className(found.of, model)} − ${className(found.against, model)}`)]
  return 'top' in found ? [choice(found, `the ${found.top} most likely`)] : []
}

const className = (target: number | string, model: RemoteModel | undefined) =>
  typeof target === 'string' ? target : (model?.card?.labels?.[target] ?? `class ${target}`)

function otherClasses(model: RemoteModel | undefined, predictions: readonly Prediction[]): Choice[] {
  const count = model?.card?.labels?.length ?? classCount(model)
  const listed = new Set(predictions.map(({ index }) => index))
  const indices = Array.from({ length: count }, (_, index) => index).filter((index) => !listed.has(index))
  return indices.map((index) => choice(index, className(index, model)))
}

/** Of the first output; a single unit is two classes. */
function classCount(model: RemoteModel | undefined): number {
  const last = model?.outputs[0]?.shape.at(-1) ?? 0
  return last === 1 ? 2 : last
}
