import { createHash } from 'node:crypto'
import type { Certificate } from '@explainnet/core'
import { describe, expect, it } from 'vitest'
import type { ReportData } from './data.ts'
import { columnFormat, figures } from './html.ts'
import { report } from './report.ts'
import { script, scriptHash } from './script.ts'
import { style } from './style.ts'

const image = { width: 8, height: 6, channels: 3 as const, data: Uint8Array.from({ length: 144 }, (_, i) => i) }
const certificate: Certificate = {
  apiVersion: 1,
  method: { name: 'integrated-gradients' },
  model: { kind: 'layers', finalActivation: 'softmax' },
  targets: [],
  baselines: [
    {
      name: 'black',
      weight: 1,
      scores: [0, 1],
      predictions: [
        { index: 0, name: 'other', probability: 0.9 },
        { index: 1, name: 'cecropia', probability: 0.25 },
      ],
    },
  ],
  seed: 0,
  inputs: { sha256: '', shapes: {} },
  backend: { name: 'cpu' },
  versions: {},
  cost: { forward: 65, backward: 64, milliseconds: 1 },
  evidence: { completeness: { delta: [9, -0.0125], relative: [9, 0.002] }, evaluations: [9, 64] },
  warnings: [
    { code: 'dead-map', message: 'Only of the other example.', example: 0 },
    { code: 'baseline-classified', message: 'The baseline is itself classified.', example: 1 },
  ],
}
const map = {
  shape: [2, 3, 4, 1],
  axes: ['batch', 'height', 'width', 'channel'],
  domain: 'input' as const,
  data: Float32Array.from({ length: 24 }, (_, i) => i - 15),
}
const data = (text: string): ReportData => ({
  title: text,
  lead: text,
  facts: [[text, text]],
  items: [
    {
      title: text,
      image,
      target: text,
      probability: 0.75,
      note: text,
      outline: Uint8Array.from({ length: 48 }, (_, i) => (i % 8 > 2 ? 1 : 0)),
      maps: [
        {
          method: text,
          map,
          example: 1,
          unit: text,
          note: text,
          certificate: { ...certificate, warnings: [...certificate.warnings, { code: text, message: text }] },
          trait: { share: 0.4, interval: [0.3, 0.5], controls: [{ name: text, share: 0.1 }] },
        },
      ],
    },
  ],
  figures: [
    {
      title: text,
      caption: text,
      svg: `<svg xmlns="http://www.w3.org/2000/svg" width="900"><desc>${text}</desc></svg>`,
    },
  ],
  tables: [{ caption: text, columns: [text, 'n'], rows: [[text, 0.123456]] }],
  notes: [text],
})

describe('hostile strings stay text', () => {
  const tagsOf = (page: string) => page.match(/<\/?[a-z][^\s>]*/gi)
  const harmless = tagsOf(report(data('x')))
  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</style><script>alert(1)</script>',
    '</title><svg onload=alert(1)>',
    '</pre></details><iframe src="https://example.org">',
    '<!-- --><![CDATA[',
    '&lt;script&gt;&amp;',
    'url(https://example.org/x.png);}</style>',
  ])('%s', (text) => {
    const page = report(data(text))
    // The same elements in the same order as with a harmless name, and the text is there, escaped.
    expect(tagsOf(page)).toEqual(harmless)
    expect(page.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\son[a-z]+=/i)
    expect(page.match(/<script>/g)).toHaveLength(1)
  })
})

describe('the report', () => {
  const page = report(data('a name'))

  it('asks for nothing outside itself, and its policy forbids it', () => {
    const outside = page
      .replaceAll(/http:\/\/www\.w3\.org\/\S+/g, '')
      .match(/(?:src|href)="(?!data:|#)[^"]*"|url\((?!data:)|@import|https?:/g)
    expect(outside).toBeNull()
    expect(page).toContain('default-src &#39;none&#39;')
  })

  it('allows its own script by hash', () => {
    expect(scriptHash).toBe(createHash('sha256').update(script).digest('base64'))
    expect(page).toContain(`<script>${script}</script>`)
  })

  it('is the same bytes each time', () => expect(report(data('a name'))).toBe(page))

  it('shows the figures of the example that it is about', () => {
    expect(page).toContain('−0.0125')
    expect(page).toContain('65 + 64')
    expect(page).toContain('black: cecropia, p = 0.250')
    expect(page).toContain('The baseline is itself classified.')
    expect(page.split('Certificates as JSON')[0]).not.toContain('Only of the other example.')
  })

  it('names every picture or marks it as decoration, and captions every table', () => {
    for (const tag of page.match(/<img[^>]*>/g)!) expect(tag).toMatch(/ alt="/)
    expect(page.match(/<table/g)!.length).toBe(page.match(/<caption/g)!.length)
    expect(page.match(/<h1/g)).toHaveLength(1)
  })

  it('says so when a map is flat', () => {
    const flat = { ...map, data: new Float32Array(24) }
    const item = { title: 'i', image, target: 't', maps: [{ method: 'm', map: flat }] }
    expect(report({ title: 't', items: [item] })).toContain('every value is the same')
  })

  it('shows a signal without an image, and needs nothing but a title', () => {
    const signal = {
      shape: [1, 5, 1],
      axes: ['batch', 'time', 'channel'],
      domain: 'input' as const,
      data: Float32Array.of(1, 2, 3, -4, 0),
    }
    expect(
      report({ title: 't', items: [{ title: 's', target: '5', maps: [{ method: 'm', map: signal }] }] }),
    ).toContain('crisp')
    expect(report({ title: 't' })).toContain('<h1>t</h1>')
  })
})

it('numbers are short and readable', () => {
  expect([0.00012345, 1234.5, 1e-9, 2.5e7, 0, -0.5, Number.NaN].map(figures)).toEqual([
    '0.000123',
    '1230',
    '1.0e−9',
    '2.5e7',
    '0',
    '−0.5',
    '–',
  ])
})

it('a column of a table has one number of decimals', () => {
  expect([0.412, -0.2, 0.25, Number.NaN].map(columnFormat([0.412, -0.2, 0.25, Number.NaN]))).toEqual([
    '0.412',
    '−0.200',
    '0.250',
    '–',
  ])
  expect([12, 3456789].map(columnFormat([12, 3456789]))).toEqual(['12', '3456789'])
})

describe('text is readable in both colour schemes', () => {
  const schemes = [...style().matchAll(/:root\{(?:color-scheme:light dark;)?(--page[^}]*)\}/g)].map((match) =>
    Object.fromEntries(match[1]!.split(';').map((pair) => pair.split(':') as [string, string])),
  )
  const luminance = (colour: string) => {
    const full = colour.length === 4 ? colour.replaceAll(/[0-9a-f]/g, '$&$&') : colour
    const [r, g, b] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(full.slice(at, at + 2), 16) / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  }
  const contrast = (a: string, b: string) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x)
    return (high! + 0.05) / (low! + 0.05)
  }
  it.each([0, 1])('scheme %i', (i) => {
    const scheme = schemes[i]!
    for (const ground of ['--page', '--card']) {
      for (const text of ['--ink', '--soft', '--accent', '--warn-ink']) {
        expect(contrast(scheme[text]!, scheme[ground]!), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
      }
    }
    expect(contrast(scheme['--warn-ink']!, scheme['--warn']!)).toBeGreaterThanOrEqual(4.5)
  })
})
