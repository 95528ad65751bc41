export {
  type ConfidenceChange,
  type ConfidenceChangeOptions,
  confidenceChanges,
  type MethodChanges,
  type TableMethod,
} from './changes.ts'
export { keepTop, weigh } from './kept-part.ts'
export { type PublishedFigure, type PublishedRow, published } from './published.ts'
export { randomMap } from './random-map.ts'
export { type ChangeSummary, type DropAndIncrease, summarise } from './summary.ts'
export { changesNotes, changesTable } from './table.ts'
