import type { Certificate } from '@explainnet/core'
import { colourOf, hex, isDiverging } from '../marks/colour-map.ts'
import { colourise, defaultColours } from '../marks/colourise.ts'
import { contourPath, outlineOf } from '../marks/contour.ts'
import { pixelsOf, pngDataUri, shrink } from '../marks/pixels.ts'
import { normalise } from '../values/normalise.ts'
import { resizeBilinear } from '../values/resize.ts'
import type { ReportItem, ReportMap } from './data.ts'
import { figures, type Html, html, percent } from './html.ts'

// Twice the side of a map on the page.
const side = 384

export function itemSection(item: ReportItem, id: string): Html {
  const warnings = warningsOf(item)
  const { image } = item
  // One copy of the picture lies under all maps.
  const picture = image && html` style="--aspect:${image.width}/${image.height};--image:url(${thumbnail(item, side)})"`
  return html`<section class="card" id="${id}"><div class="head"><h3>${item.title}</h3><p>explained: <b>${item.target}</b>${
    item.probability !== undefined && html`, probability <b>${item.probability.toFixed(3)}</b>`
  }</p></div>${item.note && html`<p>${item.note}</p>`}<div class="maps"${picture}>${originalFigure(item)}${item.maps.map(
    (map) => mapFigure(item, map),
  )}</div>${traitBars(item)}${certificateTable(item)}${
    warnings.length > 0 && html`<ul class="warnings">${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>`
  }${certificates(item)}</section>
`
}

function certificates({ maps }: ReportItem): Html | undefined {
  if (!maps.some((map) => map.certificate)) return undefined
  return html`<details><summary>Certificates as JSON</summary>${maps.map(
    ({ method, certificate }) =>
      certificate &&
      html`<details><summary>${method}</summary><pre tabindex="0">${JSON.stringify(certificate, null, 2)}</pre></details>`,
  )}</details>`
}

/** What the certificates of an item warn of, each once, with the methods it holds for. */
export function warningsOf(item: ReportItem): string[] {
  const methods = new Map<string, string[]>()
  for (const { method, certificate, example = 0 } of item.maps) {
    for (const warning of certificate?.warnings ?? []) {
      if (warning.example !== undefined && warning.example !== example) continue
      const known = methods.get(warning.message) ?? []
      if (!known.includes(method)) methods.set(warning.message, [...known, method])
    }
  }
  return [...methods].map(([message, names]) => `${names.join(', ')}: ${message}`)
}

/** The item's picture, or nothing for signals. */
export const thumbnail = (item: ReportItem, size: number) =>
  item.image && pngDataUri(shrink(pixelsOf(item.image), size))

function originalFigure(item: ReportItem): Html | undefined {
  const source = thumbnail(item, side)
  if (!source) return undefined
  return html`<figure><div class="stack"><img src="${source}" alt="${item.title}, as the model sees it">${outlineSvg(item)}</div><figcaption><b>Original</b></figcaption></figure>`
}

function outlineSvg({ image, outline }: ReportItem): Html | undefined {
  if (!image || !outline) return undefined
  const { width, height } = image
  const d = contourPath(outlineOf({ width, height, data: outline }).rings)
  return html`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true"><path d="${d}"/><path d="${d}"/></svg>`
}

function mapFigure(item: ReportItem, entry: ReportMap): Html {
  const { method, map, example = 0, reduction, unit, note, certificate } = entry
  const grid = normalise(map, example, { reduction })
  const colours = defaultColours(grid)
  const { image } = item
  const fitted = image ? resizeBilinear(grid, image.width, image.height) : grid
  const source = pngDataUri(shrink(colourise(fitted, { colours, alpha: 'relevance' }), side))
  const zero = hex(colourOf(colours, 0))
  const alt = `${method} map of ${item.title} for ${item.target}`
  const over = html`<img class="over${!image && ' crisp'}" src="${source}" alt="${alt}">`
  const under = image && html`<div class="under"></div>`
  const stops = Array.from({ length: 17 }, (_, i) => hex(colourOf(colours, isDiverging(colours) ? i / 8 - 1 : i / 16)))
  const limit = figures(grid.limit)
  const ends = isDiverging(colours) ? [`−${limit}`, '0', limit] : ['0', limit]
  const layer = certificate?.layer
  return html`<figure><div class="stack${!image && ' alone'}" style="--zero:${zero}">${under}${over}${outlineSvg(item)}</div>${
    grid.flat
      ? html`<p class="soft">flat: every value is the same</p>`
      : html`<div class="ramp" style="background:linear-gradient(90deg,${stops.join()})"></div><div class="ends">${ends.map((end) => html`<span>${end}</span>`)}</div>`
  }<figcaption><b>${method}</b>${unit && html`<span class="soft">${unit} </span>`}${
    layer && html`<span class="soft">at ${layer.name} </span>`
  }${note && html`<span class="soft">${note}</span>`}</figcaption></figure>`
}

function traitBars(item: ReportItem): Html | undefined {
  type Bar = { name: string; share: number; interval?: readonly [number, number] | undefined; control?: boolean }
  const bars: Bar[] = item.maps.flatMap(({ method, trait }) => (trait ? [{ name: method, ...trait }] : []))
  if (bars.length === 0) return undefined
  for (const control of item.maps.flatMap((map) => map.trait?.controls ?? [])) {
    if (!bars.some((bar) => bar.control && bar.name === control.name)) bars.push({ ...control, control: true })
  }
  const largest = Math.max(...bars.map((bar) => Math.max(bar.share, bar.interval?.[1] ?? 0)), 1e-9)
  const at = (share: number) => `${Math.round((Math.max(0, share) / largest) * 1e4) / 100}%`
  return html`<h4>Share of the relevance on the planted trait, beside controls</h4><div class="bars" role="list">${bars.map(
    ({ name, share, interval, control }) => {
      const [low, high] = interval ?? [0, 0]
      const range = interval && ` (${percent(low)} to ${percent(high)})`
      return html`<div class="bar" role="listitem"><span>${name}${control && html` <span class="soft">control</span>`}</span><span class="track${control && ' control'}" aria-hidden="true"><i style="width:${at(share)}"></i>${
        interval && html`<u style="left:${at(low)};width:${at(high - low)}"></u>`
      }</span><span class="value">${percent(share)}${range && html`<span class="soft">${range}</span>`}</span></div>`
    },
  )}</div>`
}

function certificateTable(item: ReportItem): Html | undefined {
  const rows = item.maps.flatMap(({ method, certificate, example = 0 }) =>
    certificate ? [{ method, certificate, example }] : [],
  )
  if (rows.length === 0) return undefined
  const heads = [
    'Completeness gap',
    'Relative',
    'Last change',
    'Standard error',
    'R²',
    'Evaluations',
    'Forward + backward passes',
  ]
  return html`<h4>How far the maps can be trusted</h4><p class="soft">A dash: the method makes no such claim. Baseline: what the model takes the baseline itself for.</p><div class="scroll" tabindex="0" role="region" aria-label="Certificates of ${item.title}"><table class="certificates"><caption>Certificates</caption><thead><tr><th scope="col">Method</th>${heads.map(
    (head) => html`<th scope="col" class="number">${head}</th>`,
  )}<th scope="col">Baseline</th></tr></thead><tbody>${rows.map(({ method, certificate, example }) => {
    const { completeness, change, standardError, fit, evaluations } = certificate.evidence
    const told = [completeness?.delta, completeness?.relative, change, standardError, fit, evaluations]
    const numbers = told.map((list) => list?.[example])
    const { forward, backward } = certificate.cost
    return html`<tr><th scope="row">${method}</th>${numbers.map(
      (value) => html`<td class="number">${value === undefined ? '–' : figures(value)}</td>`,
    )}<td class="number">${forward} + ${backward}</td><td>${baselineText(certificate, example)}</td></tr>`
  })}</tbody></table></div>`
}

function baselineText({ baselines }: Certificate, example: number): string {
  const texts = baselines.map(({ name, predictions }) => {
    const own = predictions[example]
    if (!own) return name
    return `${name}: ${own.name}${own.probability === undefined ? '' : `, p = ${own.probability.toFixed(3)}`}`
  })
  return texts.join('; ') || '–'
}
