import { fromJSON } from '@explainnet/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type InThread, inThreadExplainer } from '../../test/element/in-thread-explainer.ts'
import { button, control, createElement, disc, fileOf, find, next, painted } from '../../test/element/page.ts'
import type { ExplainNetElement } from './explain-net.ts'

let explainer: InThread
let element: ExplainNetElement

beforeEach(async () => {
  explainer = await inThreadExplainer()
  element = createElement({ connect: async () => explainer })
})
afterEach(() => element.remove())

async function explained(settings: Partial<ExplainNetElement> = {}): Promise<void> {
  Object.assign(element, { model: 'four', image: disc(), ...settings })
  document.body.append(element)
  await next(element, 'explain-done')
  await painted()
}

const pixelsOf = (canvas: HTMLCanvasElement) =>
  canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data.join()
const shown = () => pixelsOf(find<HTMLCanvasElement>(element, '[part=picture]'))

describe('<explain-net> explains', () => {
  it('from attributes alone, and tells of the start, of estimates and of the end', async () => {
    const told: string[] = []
    const host = document.createElement('div')
    for (const name of ['explain-start', 'explain-estimate', 'explain-done', 'explain-error'] as const) {
      host.addEventListener(name, () => told.push(name))
    }
    const settings = { model: 'four', src: disc().toDataURL(), method: 'smooth-grad', options: '{"samples": 120}' }
    for (const [name, value] of Object.entries(settings)) element.setAttribute(name, value)
    element.setAttribute('target', '2')
    element.setAttribute('seed', '7')
    host.append(element)
    document.body.append(host)
    const { attribution } = (await next(element, 'explain-done')).detail
    host.remove()
    expect(attribution.certificate).toMatchObject({
      method: { name: 'smooth-grad', spec: { options: { samples: 120 } } },
      targets: [{ index: 2, name: 'corylus' }],
      seed: 7,
    })
    expect(element.attribution).toBe(attribution)
    expect(told[0]).toBe('explain-start')
    expect(told.filter((name) => name === 'explain-estimate').length).toBeGreaterThan(1)
    expect(told.at(-1)).toBe('explain-done')
  })

  it('once for everything that is set in one go, by Grad-CAM and the prediction unless told otherwise', async () => {
    await explained({ seed: 3, opacity: 0.5 })
    expect(explainer.calls).toEqual(['load four', 'predict', 'explain grad-cam'])
    element.method = 'saliency'
    element.target = 'cecropia'
    const { certificate } = (await next(element, 'explain-done')).detail.attribution
    expect(certificate.targets[0]).toMatchObject({ index: 3 })
    expect(explainer.calls.slice(3), 'the model is loaded and asked once').toEqual(['explain saliency'])
  })

  it('with properties that were set before the element was defined', async () => {
    const late = document.createElement('explain-late') as ExplainNetElement
    Object.assign(late, { explainer, model: 'four', image: disc(), method: 'saliency' })
    document.body.append(late)
    const { defineExplainNet } = await import('./define.ts')
    const done = next(late, 'explain-done')
    defineExplainNet({ tag: 'explain-late' })
    expect((await done).detail.attribution.certificate.method.name).toBe('saliency')
    late.remove()
  })

  it('for two elements with one model, which is loaded once and freed with the last', async () => {
    const other = document.createElement(element.localName) as ExplainNetElement
    Object.assign(other, { model: 'slow', image: disc() })
    document.body.append(other)
    await explained({ model: 'slow' })
    if (!other.attribution) await next(other, 'explain-done')
    expect(explainer.calls.filter((call) => call === 'load slow')).toHaveLength(1)
    other.remove()
    await painted()
    expect(explainer.calls).not.toContain('unload')
    element.remove()
    await painted()
    expect(explainer.calls).toContain('unload')
  })
})

describe('<explain-net> shows', () => {
  it('original, map or both, with opacity, colours and sign, without explaining again', async () => {
    await explained({ method: 'saliency' })
    const calls = explainer.calls.length
    const seen = new Set([shown()])
    for (const look of [
      { view: 'original' },
      { view: 'map' },
      { view: 'both', opacity: 0.3 },
      { colours: 'viridis' },
      { colours: undefined, sign: 'positive' },
      { sign: 'negative' },
      { outline: { width: 2, height: 2, data: [1, 0, 0, 0] } },
    ] as const) {
      Object.assign(element, look)
      expect(seen.size, JSON.stringify(look)).toBe(seen.add(shown()).size - 1)
    }
    expect(explainer.calls).toHaveLength(calls)
  })

  it('the map where the model saw the picture, through the letterbox', async () => {
    await explained({ method: 'saliency', image: disc(60, 40) })
    const { values } = element.attribution!
    // 60 × 40 lies in rows 4 … 19 of 24 × 24: the picture's first row is the map's fifth.
    element.probe = { x: 0.01, y: 0.01 }
    const sum = values[4 * 24 * 3]! + values[4 * 24 * 3 + 1]! + values[4 * 24 * 3 + 2]!
    const text = find(element, '[part=value]').textContent
    expect(text).toContain('Pixel 0, 0')
    expect(Number(text.match(/: ([−\d.e]+),/)![1]!.replaceAll('−', '-'))).toBeCloseTo(sum, 4)
  })

  it('the value under the pointer, and says where it is, for others to follow', async () => {
    await explained()
    const stage = find(element, '[part=stage]')
    const box = find(element, '[part=picture]').getBoundingClientRect()
    const told = next(element, 'explain-probe')
    stage.dispatchEvent(
      new PointerEvent('pointermove', { clientX: box.left + box.width / 4, clientY: box.top + box.height / 2 }),
    )
    const { x, y, value } = (await told).detail
    expect([x, y]).toEqual([expect.closeTo(0.25, 2), expect.closeTo(0.5, 2)])
    expect(value).toBeTypeOf('number')
    expect(find(element, '[part=value]').textContent).toMatch(/^Pixel 1[45], 20: /)
    stage.dispatchEvent(new PointerEvent('pointerleave', { pointerType: 'mouse' }))
    expect(element.probe).toBeUndefined()
  })

  it('a crosshair that arrow keys move by cells of the map, telling each value politely', async () => {
    await explained()
    const stage = find(element, '[part=stage]')
    const press = (key: string, shiftKey = false) =>
      stage.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, cancelable: true }))
    press('Home')
    press('ArrowRight')
    const told = find(element, '[part=figure] [aria-live=polite]')
    const first = told.textContent
    expect(first).toMatch(/^Pixel 3, \d+: /)
    press('ArrowRight', true)
    expect(told.textContent).toMatch(/^Pixel 28, \d+: /)
    expect(element.probe!.x).toBeCloseTo(11.5 / 24, 5)
    expect(press('Escape')).toBe(true)
    expect(element.probe).toBeUndefined()
    expect(press('a'), 'other keys are the page’s').toBe(true)
    expect(press('ArrowDown'), 'the page does not scroll').toBe(false)
  })

  it('the certificate in words, and what is doubtful before anything else', async () => {
    await explained({ method: 'smooth-grad', options: { samples: 3 }, target: 0 })
    const facts = find(element, '[part=facts]').textContent
    expect(facts).toContain('class urtica (number 0)')
    expect(facts).toMatch(/smooth-grad of saliency.*samples 3/)
    expect(facts).toMatch(/\d+ forward, \d+ backward passes/)
    expect(facts).toContain('SHA-256')
    expect(find(element, '[part=doubts]').textContent).toMatch(/Chance makes up .*more samples/)
    expect(find(element, '[role=status]').textContent).toMatch(/thing.* to doubt/)
  })

  it('a label and a file name with markup as text', async () => {
    const hostile = '<img src=x onerror="globalThis.hacked = true">'
    const own = await inThreadExplainer([hostile, `${hostile}2`, `${hostile}3`, `${hostile}4`])
    await explained({ explainer: own, image: await fileOf(disc(), `${hostile}.png`) })
    expect(element.shadowRoot!.querySelectorAll('img')).toHaveLength(0)
    expect(find(element, '[role=status]').textContent).toContain(hostile)
    expect(find(element, '[part=picture]').getAttribute('aria-label')).toContain(hostile)
    expect(globalThis).not.toHaveProperty('hacked')
  })
})

describe('<explain-net> is driven', () => {
  it('by its pickers and fields, which are made of what the methods describe', async () => {
    await explained()
    const changes: unknown[] = []
    element.addEventListener('explain-change', ({ detail }) => changes.push(detail.settings.method))
    const method = control<HTMLSelectElement>(element, 'Method')
    expect([...method.options].map(({ value }) => value)).toEqual(['saliency', 'grad-cam', 'smooth-grad', 'rise'])
    const layer = control<HTMLSelectElement>(element, 'layer')
    layer.value = layer.options[2]!.value
    layer.dispatchEvent(new Event('change'))
    let detail = (await next(element, 'explain-done')).detail
    expect(detail.attribution.certificate.layer?.name).toBe(layer.value)

    method.value = 'smooth-grad'
    method.dispatchEvent(new Event('change'))
    await next(element, 'explain-done')
    await painted()
    const samples = control(element, 'samples')
    samples.value = '0'
    samples.dispatchEvent(new Event('change'))
    expect(element.options, 'what is out of bounds is not sent').toEqual({})
    samples.value = '7'
    samples.dispatchEvent(new Event('change'))
    detail = (await next(element, 'explain-done')).detail
    expect(detail.attribution.certificate.method.spec?.options).toMatchObject({ samples: 7 })
    expect(changes).toEqual(['', 'smooth-grad', 'smooth-grad'])
  })

  it('by its target picker: the likeliest with their probabilities, then every class', async () => {
    await explained()
    const target = control<HTMLSelectElement>(element, 'Explain')
    const texts = [...target.options].map(({ text }) => text)
    expect(texts[0]).toMatch(/^the prediction: \w+, [\d.]+ %$/)
    expect(
      texts
        .slice(1)
        .map((text) => text.split(',')[0])
        .sort(),
    ).toEqual(['betula', 'cecropia', 'corylus', 'urtica'])
    target.value = '3'
    target.dispatchEvent(new Event('change'))
    const { attribution } = (await next(element, 'explain-done')).detail
    expect(attribution.certificate.targets[0]?.name).toBe('cecropia')
    element.target = { of: 'urtica', against: 'betula' }
    await next(element, 'explain-done')
    await painted()
    expect(target.selectedOptions[0]?.text).toBe('urtica − betula')
  })

  it('by files that are dropped or pasted', async () => {
    element.model = 'four'
    document.body.append(element)
    const data = new DataTransfer()
    data.items.add(await fileOf(disc(), 'grain.png'))
    const drop = new DragEvent('drop', { dataTransfer: data, cancelable: true })
    const done = next(element, 'explain-done')
    element.dispatchEvent(drop)
    expect(drop.defaultPrevented).toBe(true)
    await done
    await painted()
    expect(find(element, '[part=picture]').getAttribute('aria-label')).toContain('grain.png')
    const again = next(element, 'explain-done')
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, cancelable: true }))
    await again
  })

  it('to a PNG of the picture as it is shown, and to a JSON with the very numbers', async () => {
    await explained({ method: 'saliency', image: await fileOf(disc(), 'grain <1>.png') })
    const bitmap = await createImageBitmap(await element.picture())
    expect([bitmap.width, bitmap.height]).toEqual([540, 360])

    const links: HTMLAnchorElement[] = []
    const { click } = HTMLAnchorElement.prototype
    HTMLAnchorElement.prototype.click = function () {
      links.push(this)
    }
    button(element, 'Download JSON').click()
    button(element, 'Download PNG').click()
    while (links.length < 2) await painted()
    HTMLAnchorElement.prototype.click = click
    const name = `grain-1-.png-saliency-${element.attribution!.certificate.targets[0]!.name}`
    expect(links.map(({ download }) => download)).toEqual([`${name}.json`, `${name}.png`])
    const { attribution } = fromJSON(await (await fetch(links[0]!.href)).text())
    expect(attribution.values).toEqual(element.attribution!.values)
    expect(attribution.certificate).toEqual(JSON.parse(JSON.stringify(element.attribution!.certificate)))
  })
})
