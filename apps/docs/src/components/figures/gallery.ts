import type { Gallery } from '../../generate/gallery/gallery.ts'

const made = import.meta.glob<Gallery>('/.generated/gallery.json', { eager: true, import: 'default' })

/** The pictures that the build has made before the pages. */
export const gallery: Gallery = Object.values(made)[0]!

/** The address of one of them. */
export const galleryAddress = (file: string): string =>
  `${import.meta.env.BASE_URL.replace(/\/?$/, '/')}gallery/${file}`

/** The data's paper, to be cited wherever its pictures or results are shown. */
export const citation = {
  text: 'Gonçalves et al. 2016, “Feature extraction and machine learning for the classification of Brazilian Savannah pollen grains”, PLoS ONE 11(6) e0157044',
  address: 'https://doi.org/10.1371/journal.pone.0157044',
} as const
