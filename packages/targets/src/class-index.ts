import { ExplainError } from '@explainnet/core'

export function checkIndex(index: number, classes: number): void {
  if (Number.isInteger(index) && index >= 0 && index < classes) return
  throw new ExplainError('index-out-of-range', `Class ${index} was asked for.`, `The model has 0 to ${classes - 1}.`)
}
