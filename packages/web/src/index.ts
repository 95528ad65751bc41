export type * from './api.ts'
export type { BackendOptions } from './backend/adapter.ts'
export { onBackendLost } from './backend/backend-lost.ts'
export { type BackendInfo, type BackendName, backendNames, useBackend } from './backend/use-backend.ts'
