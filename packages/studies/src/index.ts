export * from './models.ts'
export * from './study/index.ts'
