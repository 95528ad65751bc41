import { type ClassTarget, contrast, ExplainError, type Target } from '@explainnet/core'

/** `--target 3`, `--target urtica`, `--target top3`, with `--against` another class. */
export function readTarget(target: string | undefined, against: string | undefined): Target {
  const top = /^top(\d+)$/.exec(target ?? '')
  if (against !== undefined) {
    if (target === undefined || top) {
      throw new ExplainError('bad-option', '--against needs one class to compare.', 'Give it by --target.')
    }
    return contrast(readClass(target), readClass(against))
  }
  if (top) return { top: Number(top[1]) }
  return target === undefined ? 'prediction' : readClass(target)
}

const readClass = (text: string): ClassTarget => (/^-?\d+$/.test(text) ? Number(text) : text)
