import { ExplainError } from '@explainnet/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type InThread, inThreadExplainer } from '../../test/element/in-thread-explainer.ts'
import { button, createElement, disc, find, next, painted } from '../../test/element/page.ts'
import type { ExplainNetElement } from './explain-net.ts'

let explainer: InThread
let element: ExplainNetElement

beforeEach(async () => {
  explainer = await inThreadExplainer()
  element = createElement({ connect: async () => explainer })
})
afterEach(() => element.remove())

/** Sets what is wrong, and hands out what the alert says. */
async function refused(settings: Partial<ExplainNetElement>): Promise<string> {
  Object.assign(element, { model: 'four', image: disc() }, settings)
  document.body.append(element)
  const { error } = (await next(element, 'explain-error')).detail
  await painted()
  const alert = find(element, '[role=alert]')
  expect(alert.hidden).toBe(false)
  expect(alert.textContent).toBe(error.message)
  expect(error.message, 'the cure is told').toContain(error.cure)
  return `${error.code}: ${alert.textContent}`
}

async function usableAfterwards(): Promise<void> {
  Object.assign(element, { model: 'four', image: disc(), method: 'saliency', options: {}, target: 'prediction' })
  await next(element, 'explain-done')
  await painted()
  expect(find(element, '[role=alert]').hidden).toBe(true)
  expect(element.attribution?.certificate.method.name).toBe('saliency')
}

describe('<explain-net> says what is wrong, and stays usable, with', () => {
  it('a model address that is not there', async () => {
    expect(await refused({ model: '/nowhere/model.json' })).toMatch(/bad-file: .*nowhere.*404/)
    await usableAfterwards()
  })

  it('a file that is no model', async () => {
    expect(await refused({ model: [new File(['hello'], 'letter.txt')] })).toMatch(/^bad-file: /)
    await usableAfterwards()
  })

  it('a picture that is not there, and one that is none', async () => {
    expect(await refused({ image: '/nowhere/grain.png' })).toMatch(/^bad-file: .*nowhere.*404/)
    expect(await refused({ image: new File(['hello'], 'letter.png', { type: 'image/png' }) })).toMatch(/^bad-image: /)
    await usableAfterwards()
  })

  it('a picture of another host that taints the canvas', async () => {
    const tainted = disc()
    // A picture in SVG with foreign content is as tainting as one of another host, and needs none.
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><foreignObject width="9" height="9"><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject></svg>`
    const image = new Image()
    image.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
    await image.decode()
    tainted.getContext('2d')!.drawImage(image, 0, 0)
    expect(() => tainted.getContext('2d')!.getImageData(0, 0, 1, 1)).toThrow(/tainted/)
    expect(await refused({ image: tainted })).toMatch(/^bad-image: .*(host|origin)/)
    await usableAfterwards()
  })

  it('a method that is not served, which it names with those that are', async () => {
    expect(await refused({ method: 'gradcam' })).toMatch(/bad-method: .*'gradcam'.*saliency, grad-cam/)
    await usableAfterwards()
  })

  it('options that are no JSON, are not the method’s, or are out of bounds', async () => {
    element.setAttribute('options', '{samples: 3')
    expect(await refused({ method: 'smooth-grad' })).toMatch(/^bad-option: .*JSON/)
    expect(await refused({ options: { sample: 3 } })).toMatch(/bad-option: .*'sample'.*noise, samples/)
    expect(await refused({ options: { samples: 0 } })).toMatch(/bad-option: .*at least 1/)
    await usableAfterwards()
  })

  it('a label that the model does not have', async () => {
    expect(await refused({ target: 'quercus' })).toMatch(/unknown-label: .*quercus/)
    await usableAfterwards()
  })

  it('no explainer, until it is given one', async () => {
    element = createElement()
    expect(await refused({})).toMatch(/backend-missing: .*explainer.*defineExplainNet/)
    expect(find<HTMLCanvasElement>(element, '[part=picture]').width, 'the picture is shown').toBeGreaterThan(0)
    element.explainer = explainer
    await next(element, 'explain-done')
    await painted()
    expect(find(element, '[role=alert]').hidden).toBe(true)
  })

  it('a browser without any backend, trying anew when asked', async () => {
    let works = false
    const none = new ExplainError('backend-missing', 'This browser has no WebGL.', "Use 'wasm'.")
    element = createElement({ connect: async () => (works ? explainer : Promise.reject(none)) })
    expect(await refused({})).toMatch(/no WebGL.*wasm/)
    works = true
    button(element, 'Explain again').click()
    await next(element, 'explain-done')
  })

  it('a device that was lost: it offers to start the worker anew', async () => {
    explainer.failNext(new ExplainError('backend-lost', 'The WebGL context was lost.', 'Start the worker anew.'))
    expect(await refused({})).toMatch(/backend-lost/)
    const restart = button(element, 'Start the worker anew')
    expect(restart.hidden).toBe(false)
    restart.click()
    await next(element, 'explain-done')
    expect(explainer.calls).toContain('restart')
    await painted()
    expect(restart.hidden).toBe(true)
  })
})

describe('<explain-net> takes', () => {
  it('a photograph of 12 000 pixels, and paints it small', async () => {
    element.image = new Blob([await whitePng(12_000, 1_500)], { type: 'image/png' })
    element.model = 'four'
    document.body.append(element)
    await next(element, 'explain-done')
    await painted()
    const { width, height } = find<HTMLCanvasElement>(element, '[part=picture]')
    expect([width, height]).toEqual([1024, 128])
    element.probe = { x: 0.5, y: 0.5 }
    expect(find(element, '[part=value]').textContent).toContain('Pixel 6000, 750')
  })
})

/** One bit a pixel: 2 MB of the same byte that shrink to some kilobytes. */
async function whitePng(width: number, height: number): Promise<Blob> {
  const rows = new Uint8Array(height * (1 + width / 8)).fill(255)
  for (let y = 0; y < height; y++) rows[y * (1 + width / 8)] = 0
  const packed = new Response(new Blob([rows]).stream().pipeThrough(new CompressionStream('deflate')))
  const header = new DataView(new ArrayBuffer(13))
  header.setUint32(0, width)
  header.setUint32(4, height)
  header.setUint8(8, 1)
  return new Blob([
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    ...chunk('IHDR', new Uint8Array(header.buffer)),
    ...chunk('IDAT', new Uint8Array(await packed.arrayBuffer())),
    ...chunk('IEND', new Uint8Array()),
  ])
}

function chunk(type: string, data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const body = new Uint8Array(4 + data.length)
  body.set(new TextEncoder().encode(type))
  body.set(data, 4)
  let crc = 0xffffffff
  for (const byte of body) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  const number = (value: number) => {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setUint32(0, value)
    return bytes
  }
  return [number(data.length), body, number(~crc >>> 0)]
}
