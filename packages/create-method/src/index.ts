export { type CreateMethodOptions, createMethod } from './create-method.ts'
export { type Kind, kinds } from './kinds.ts'
export { Refused } from './refused.ts'
