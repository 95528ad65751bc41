export { type DefineOptions, defineExplainNet } from './define.ts'
export type { ExplainNetEvents } from './events.ts'
export { ExplainNetElement } from './explain-net.ts'
export type { Look, Outline, Point, Settings, Sign, View } from './state.ts'
