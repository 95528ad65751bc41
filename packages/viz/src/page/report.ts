import type { ReportData, ReportFigure, ReportItem, ReportTable } from './data.ts'
import { base64, columnFormat, figures, type Html, html } from './html.ts'
import { itemSection, thumbnail, warningsOf } from './item.ts'
import { script, scriptHash } from './script.ts'
import { style } from './style.ts'

/**
 * A report as one HTML file that works offline: pictures, letters and style are inside, nothing is fetched (a content
 * security policy sees to it), and every string of the data is escaped. The same data give the same bytes.
 */
export function report(data: ReportData): string {
  const { title, lead, facts = [], items = [], figures: pictures = [], tables = [], notes = [] } = data
  const policy = `default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'; base-uri 'none'; form-action 'none'`
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${{ html: style() }}</style>
</head>
<body>
<header><h1>${title}</h1>${lead && html`<p class="lead">${lead}</p>`}${
    facts.length > 0 &&
    html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
  }</header>
<main>
${items.length > 0 && html`${summary(items)}${controls(items)}${items.map((item, i) => itemSection(item, `item-${i + 1}`))}`}${
  pictures.length > 0 && html`<h2>Figures</h2>${pictures.map(figureCard)}`
}${tables.length > 0 && html`<h2>Tables</h2>${tables.map(tableCard)}`}${
  notes.length > 0 && html`<h2>Notes</h2><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`
}
</main>
<footer><p>Maps are scaled one by one: full colour is the 99th percentile of their own absolute values. A map shows what the model used, not what is true.</p></footer>
<script>${{ html: script }}</script>
</body>
</html>
`
  return page.html
}

function summary(items: readonly ReportItem[]): Html {
  const rows = items.map((item, i) => {
    const warnings = warningsOf(item).length
    const source = thumbnail(item, 88)
    return html`<tr><td>${source && html`<img src="${source}" alt="">`}</td><th scope="row"><a href="#item-${i + 1}">${item.title}</a></th><td>${item.target}</td><td class="number">${
      item.probability === undefined ? '–' : item.probability.toFixed(3)
    }</td><td class="number optional">${item.maps.length}</td><td class="number${warnings > 0 && ' bad'}">${warnings || 'none'}</td></tr>`
  })
  return html`<h2>Summary</h2><div class="card"><div class="scroll" tabindex="0" role="region" aria-label="Summary"><table class="summary"><caption>${items.length} explained ${items.length === 1 ? 'example' : 'examples'}</caption><thead><tr><td></td><th scope="col">Example</th><th scope="col">Explained</th><th scope="col" class="number">Probability</th><th scope="col" class="number optional">Maps</th><th scope="col" class="number">Warnings</th></tr></thead><tbody>${rows}</tbody></table></div></div>`
}

function controls(items: readonly ReportItem[]): Html | undefined {
  const heading = html`<h2>Maps</h2>`
  if (!items.some((item) => item.image)) return heading
  const outlined = items.some((item) => item.outline)
  return html`${heading}<fieldset class="controls" aria-label="How maps are shown"><label><input type="radio" name="show" id="show-overlay" checked>Overlay</label><label><input type="radio" name="show" id="show-map">Map alone</label><label><input type="radio" name="show" id="show-image">Image alone</label>${
    outlined && html`<label><input type="checkbox" id="show-outline" checked>Outline of the trait</label>`
  }<label class="only-script">Opacity <input type="range" id="opacity" min="0" max="100" value="90"></label></fieldset>`
}

function figureCard({ title, caption, svg }: ReportFigure): Html {
  const wide = Number(/^<svg[^>]* width="(\d+)/.exec(svg)?.[1] ?? 0) > 680
  return html`<section class="card"><h3 class="heard">${title}</h3><figure class="figure"><div class="scroll" tabindex="0" role="region" aria-label="${title}"><img class="${wide && 'wide'}" src="data:image/svg+xml;base64,${base64(svg)}" alt="${caption ?? title}"></div>${
    caption && html`<figcaption>${caption}</figcaption>`
  }</figure></section>`
}

function tableCard({ caption, columns, rows }: ReportTable): Html {
  const numeric = columns.map((_, c) => rows.length > 0 && rows.every((row) => typeof row[c] === 'number'))
  const formats = columns.map((_, c) => columnFormat(rows.map((row) => row[c])))
  return html`<div class="card"><div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${columns.map(
    (column, c) => html`<th scope="col"${numeric[c] && html` class="number"`}>${column}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, c) =>
        typeof cell === 'number'
          ? html`<td class="number">${(formats[c] ?? figures)(cell)}</td>`
          : html`<td>${cell}</td>`,
      )}</tr>`,
  )}</tbody></table></div></div>`
}
