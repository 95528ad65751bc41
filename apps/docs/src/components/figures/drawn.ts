import type { DrawnFigures } from '../../generate/gallery/draw-figures.ts'

const made = import.meta.glob<DrawnFigures>('/.generated/figures/figures.json', { eager: true, import: 'default' })

/** The figures that the build has drawn before the pages. */
export const figures: DrawnFigures = Object.values(made)[0]!
