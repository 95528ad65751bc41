export type { ServedTargets } from './explain.ts'
export type { MethodFactory, ServedMethods } from './methods.ts'
export type { ServedModels } from './models.ts'
export { type ServeOptions, type ServeScope, serveExplainer } from './serve.ts'
