import { join } from 'node:path'

const folder = join(import.meta.dirname, '..')

/** What is made once and kept between runs; never committed. */
export const cache = join(folder, '.cache')
export const results = join(folder, 'results')
export const report = join(folder, 'RESULTS.md')
export const requirements = join(folder, 'requirements.txt')
/** The repository. */
export const root = join(folder, '..')
