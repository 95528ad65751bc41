/** The panels as one HTML file, and as JSON. */
import {
  type Attribution,
  type Preprocessing,
  prepareImage,
  type RawImage,
  toJSON,
  toRaw,
} from '@explainnet/core/plain'
import { type ReportData, report } from '@explainnet/viz'
import type { Picture } from './picture.ts'
import { traitShare } from './trait-share.ts'

/** What the panels show: maps of one picture by one network for one target. */
export interface Shown {
  readonly picture: Picture
  readonly preprocessing: Preprocessing
  readonly attributions: readonly Attribution[]
  /** Where the same can be seen again. */
  readonly address: string
}

export async function htmlReport({ picture, preprocessing, attributions, address }: Shown): Promise<string> {
  const { certificate } = attributions[0]!
  const target = certificate.targets[0]!
  const seen = toRaw(prepareImage(rawOf(picture.image), preprocessing).input, preprocessing)
  const traits = await Promise.all(attributions.map((one) => traitShare(one, picture, preprocessing)))
  const facts: [string, string][] = [
    ['Network', certificate.model.name ?? certificate.model.kind],
    ['Target', target.name],
    ['Backend', certificate.backend.name],
    ['Seed', String(certificate.seed)],
    ['Settings', address],
  ]
  return report({
    title: `${picture.name}, explained`,
    lead: 'Computed in the browser. The picture is shown as the network sees it.',
    facts,
    items: [
      {
        title: picture.name,
        image: seen,
        target: target.name,
        probability: target.probability,
        outline: traits[0]?.outline,
        maps: attributions.map((attribution, i) => ({
          method: attribution.certificate.method.name,
          map: Object.values(attribution.maps)[0]!,
          certificate: attribution.certificate,
          trait: traits[i]?.trait,
        })),
      },
    ],
  } satisfies ReportData)
}

/** A list of attributions, each as `fromJSON` of core reads it. */
export const jsonReport = ({ attributions }: Shown): string =>
  `[${attributions.map((one) => toJSON(one)).join(',\n')}]\n`

function rawOf({ width, height, data: rgba }: ImageData): RawImage {
  const data = new Uint8ClampedArray(width * height * 3)
  for (let i = 0; i < width * height; i++) data.set(rgba.subarray(i * 4, i * 4 + 3), i * 3)
  return { width, height, channels: 3, data }
}
