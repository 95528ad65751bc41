export {
  type ConfidenceChange,
  type ConfidenceChangeOptions,
  confidenceChanges,
  type MethodChanges,
  type TableMethod,
} from './changes.ts'
export { type PublishedFigure, type PublishedRow, published } from './published.ts'
export { type RandomMapOptions, randomMap } from './random-map.ts'
export { type ChangeIntervals, type ChangeSummary, summarise } from './summary.ts'
export { changesNotes, changesTable } from './table.ts'
