import { describe, expect, it } from 'vitest'
import { decodeBlob } from './decode-blob.ts'
import { pictureHeader } from './picture-header.ts'
import { readImage } from './read-image.ts'
import { toTransferable } from './to-transferable.ts'

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )
const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
const sha256 = async (data: Uint8Array | Uint8ClampedArray) =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(data)))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')

/** Every pixel another, opaque. */
function canvas(width = 5, height = 4): OffscreenCanvas {
  const made = new OffscreenCanvas(width, height)
  const context = made.getContext('2d')!
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      context.fillStyle = `rgb(${x * 40} ${y * 50} ${(x * y * 7) % 256})`
      context.fillRect(x, y, 1, 1)
    }
  }
  return made
}
const wanted = (width = 5, height = 4) =>
  Array.from({ length: width * height }, (_, i) => [i % width, Math.floor(i / width)] as const).flatMap(([x, y]) => [
    x * 40,
    y * 50,
    (x * y * 7) % 256,
  ])

async function image(source: string): Promise<HTMLImageElement> {
  const made = new Image()
  made.src = source
  await made.decode()
  return made
}

/** 24×16, lying on its side: EXIF orientation 6. Red on the left, green at the top, before it is turned. */
const onItsSide =
  '/9j/4QAiRXhpZgAASUkqAAgAAAABABIBAwABAAAABgAAAAAAAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAQABgDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABgAH/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/EABYBAQEBAAAAAAAAAAAAAAAAAAUDBP/EACERAAAFAgcAAAAAAAAAAAAAAAAFFaHhImIEMTJBUWFx/9oADAMBAAIRAxEAPwBiMjQyBwxdnU0ip0VaK+dvOxpaZompOuaQCk3tI//Z'

describe('readImage', () => {
  it.each([
    ['docs/pollen-sim.png', '632136cd6b6c08363117774787dc6eb0a3a31927e5cfc0f33cc5a3d684d18dbe'],
    ['packages/datasets/pollen-sim.webp', '357d1593651b29615c0fc690be6e210baaef2e3558ebb2f278c2bca5f5a350a1'],
  ])('gives of %s, bit for bit, what @explainnet/node gives', async (path, digest) => {
    const picture = await readImage(new URL(`/${path}`, location.href))
    expect(picture.notes).toEqual([])
    expect(await sha256(picture.data)).toBe(digest)
  })

  it('gives the same pixels of whatever shows them', async () => {
    const drawn = canvas()
    const file = await drawn.convertToBlob()
    const url = URL.createObjectURL(file)
    const onPage = Object.assign(document.createElement('canvas'), { width: 5, height: 4 })
    onPage.getContext('2d')!.drawImage(drawn, 0, 0)
    const late = new Image()
    late.src = url
    const sources = {
      OffscreenCanvas: drawn,
      Blob: file,
      File: new File([file], 'a.png'),
      URL: new URL(url),
      HTMLCanvasElement: onPage,
      ImageData: drawn.getContext('2d')!.getImageData(0, 0, 5, 4),
      ImageBitmap: await createImageBitmap(drawn),
      VideoFrame: new VideoFrame(drawn, { timestamp: 0 }),
      'HTMLImageElement, not yet loaded': late,
    }
    for (const [name, source] of Object.entries(sources)) {
      for (const given of [source, (await toTransferable(source)).image]) {
        const { width, height, channels, data } = await readImage(given)
        expect({ width, height, channels, data: Array.from(data) }, name).toEqual({
          width: 5,
          height: 4,
          channels: 3,
          data: wanted(),
        })
      }
    }
    sources.VideoFrame.close()
  })

  it('gives the frame that a video shows', async () => {
    const video = document.createElement('video')
    expect(await refusal(readImage(video))).toMatchObject({
      code: 'bad-image',
      message: expect.stringMatching(/frame/),
    })
    const drawn = Object.assign(document.createElement('canvas'), { width: 16, height: 16 })
    const context = drawn.getContext('2d')!
    context.fillStyle = 'rgb(200 0 0)'
    context.fillRect(0, 0, 16, 16)
    video.muted = true
    const stream = drawn.captureStream()
    video.srcObject = stream
    const loaded = new Promise((resolve) => video.addEventListener('loadeddata', resolve))
    void video.play()
    context.fillRect(0, 0, 16, 16)
    await loaded
    const { width, height, data } = await readImage(video)
    expect([width, height]).toEqual([16, 16])
    expect(Math.abs(data[0]! - 200)).toBeLessThan(6)
    expect(data[1]).toBeLessThan(6)
    for (const track of stream.getTracks()) track.stop()
  })

  it('lays transparency on white, and says so', async () => {
    const pixels = new ImageData(new Uint8ClampedArray([10, 20, 30, 0, 11, 200, 30, 128, 1, 2, 3, 255]), 3, 1)
    const white = [255, 255, 255, 132, 227, 142, 1, 2, 3]
    const { data, notes } = await readImage(pixels)
    expect(Array.from(data)).toEqual(white)
    expect(notes).toEqual(['its alpha channel was laid over white'])
    const drawn = new OffscreenCanvas(3, 1)
    drawn.getContext('2d')!.putImageData(pixels, 0, 0)
    const file = await readImage(await drawn.convertToBlob())
    expect(file.notes).toEqual(notes)
    for (const [i, value] of file.data.entries()) expect(Math.abs(value - white[i]!)).toBeLessThanOrEqual(1)
  })

  it('turns a photograph upright by its EXIF orientation, also where it is scaled down', async () => {
    const file = new Blob([bytesOf(onItsSide)])
    const { width, height, data, notes } = await readImage(file)
    expect([width, height, notes]).toEqual([16, 24, ['turned upright by its EXIF orientation']])
    const at = (x: number, y: number) =>
      Array.from(data.subarray((y * 16 + x) * 3, (y * 16 + x) * 3 + 2), (c) => c > 128)
    // The red left is at the top now, the green top at the right.
    expect([at(2, 2), at(13, 2), at(13, 20), at(2, 20)]).toEqual([
      [true, false],
      [true, true],
      [false, true],
      [false, false],
    ])
    const { bitmap, turned, from } = await decodeBlob(file, 'it', 100)
    expect([bitmap.width, bitmap.height, turned, from]).toEqual([8, 12, true, { width: 16, height: 24 }])
    bitmap.close()
  })

  it('knows the size of a file before it is unpacked', async () => {
    const drawn = canvas(24, 16)
    for (const type of ['image/png', 'image/jpeg', 'image/webp']) {
      const bytes = new Uint8Array(await (await drawn.convertToBlob({ type })).arrayBuffer())
      expect(pictureHeader(bytes), type).toEqual({ width: 24, height: 16, turned: false })
      expect(pictureHeader(bytes.subarray(0, 15))).toBeUndefined()
    }
    const lossless = bytesOf('UklGRjIAAABXRUJQVlA4TCUAAAAvF8ADAB8gEEjaH3qN+Y/5D44ChNlGk5zkJO9/BBH9j1J9bgBPAA==')
    expect(pictureHeader(lossless)).toEqual({ width: 24, height: 16, turned: false })
    expect(pictureHeader(bytesOf('R0lGODlhGAAQAPAAAAAAAP///yH5BAAAAAAA'))).toEqual({
      width: 24,
      height: 16,
      turned: false,
    })
    expect(pictureHeader(new TextEncoder().encode('no picture at all, but text of some length'))).toBeUndefined()
  })

  it('draws an SVG in the size that it gives itself', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="6" height="3"><rect width="6" height="3" fill="#00f"/></svg>'
    for (const type of ['image/svg+xml', '']) {
      const { width, height, data } = await readImage(new Blob([svg], { type }))
      expect([width, height, ...data.slice(0, 3)]).toEqual([6, 3, 0, 0, 255])
    }
    const { image: drawn } = await toTransferable(new Blob([svg]))
    expect(drawn).toBeInstanceOf(ImageBitmap)
  })

  it('scales a photograph of 12,000 pixels a side down, says so, and lets timers run while its pixels are read', async () => {
    const file = await hugePNG(12_000)
    let answers = 0
    const timer = setInterval(() => {
      answers += 1
    })
    const { width, height, data, notes } = await readImage(file)
    clearInterval(timer)
    expect(answers).toBeGreaterThan(20)
    expect([width, height]).toEqual([4096, 4096])
    expect(data.length).toBe(4096 * 4096 * 3)
    expect(notes).toEqual(['scaled down from 12000×12000 to 4096×4096 pixels'])
  })

  it('reads in a worker what a page posts there', async () => {
    const worker = new Worker(new URL('./fixtures/reader.ts', import.meta.url), { type: 'module' })
    const ask = (source: unknown, transfer: Transferable[] = []) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data)
        worker.onerror = (event) => reject(new Error(event.message))
        worker.postMessage(source, transfer)
      })
    const drawn = canvas()
    const element = await image(URL.createObjectURL(await drawn.convertToBlob()))
    for (const source of [drawn, element, await drawn.convertToBlob()]) {
      const { image: posted, transfer } = await toTransferable(source)
      expect(await ask(posted, [...transfer])).toEqual(wanted())
    }
    expect(await ask(new Blob(['<svg></svg>']))).toMatch(/bad-image.*worker/)
    worker.terminate()
  })
})

describe('what is no picture is refused, with the cure:', () => {
  it.each([
    ['an empty file', new File([], 'none.png'), /none\.png is empty/],
    ['text', new File(['some text'], 'notes.txt'), /notes\.txt is not a picture/],
    ['a hostile name', new File(['x'], '<img src=x onerror=alert(1)>'), /<img src=x onerror=alert\(1\)> is not/],
    ['a damaged PNG', new Blob([bytesOf('iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAIAAADJUWIX')]), /damaged or cut short/],
    ['an SVG that is none', new Blob(['<svg'], { type: 'image/svg+xml' }), /SVG/],
    ['a decompression bomb', new Blob([bomb()]), /100000×100000 pixels/],
    ['a canvas without pixels', new OffscreenCanvas(0, 5), /0×5/],
    ['something else', {} as Blob, /no picture/],
    ['nothing', undefined as unknown as Blob, /no picture/],
  ])('%s', async (_, source, words) => {
    const error = await refusal(readImage(source))
    expect(error).toMatchObject({ code: 'bad-image', message: expect.stringMatching(words) })
    expect((error as { cure: string }).cure).not.toBe('')
  })

  it('a bitmap that was closed', async () => {
    const bitmap = await createImageBitmap(canvas())
    bitmap.close()
    expect(await refusal(readImage(bitmap))).toMatchObject({
      code: 'bad-image',
      message: expect.stringMatching(/closed/),
    })
  })

  it('an <img> that did not load', async () => {
    const missing = new Image()
    missing.src = '/nowhere.png'
    expect(await refusal(readImage(missing))).toMatchObject({
      code: 'bad-image',
      message: expect.stringMatching(/nowhere\.png did not load/),
    })
  })

  it('a URL of nothing', async () => {
    const url = new URL('/packages/web/nowhere.png', location.href)
    expect(await refusal(readImage(url))).toMatchObject({
      code: 'bad-file',
      message: expect.stringMatching(/nowhere\.png.*404/),
    })
  })

  it('pixels of another host that did not give leave', async () => {
    // The page's own server under another name, which to the browser is another host.
    const other = new URL('/docs/pollen-sim.png', location.href)
    other.hostname = location.hostname === 'localhost' ? '127.0.0.1' : 'localhost'
    const element = await image(other.href)
    const drawn = canvas()
    drawn.getContext('2d')!.drawImage(element, 0, 0)
    for (const source of [element, drawn, await createImageBitmap(element)]) {
      for (const read of [readImage, toTransferable]) {
        expect(await refusal(read(source))).toMatchObject({
          code: 'bad-image',
          message: expect.stringMatching(/another host.*crossorigin/),
        })
      }
    }
  })
})

/** The header of a PNG of 100,000 pixels a side. */
function bomb(): Uint8Array<ArrayBuffer> {
  const bytes = bytesOf('iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAIAAADJUWIX')
  const view = new DataView(bytes.buffer)
  view.setUint32(16, 100_000)
  view.setUint32(20, 100_000)
  return bytes
}

/** A grey PNG of `side` × `side`, made of its chunks: a canvas of that size would take half a gigabyte. */
async function hugePNG(side: number): Promise<Blob> {
  const rows = new Blob(Array.from({ length: side }, () => new Uint8Array(side + 1).fill(7).fill(0, 0, 1)))
  const packed = await new Response(rows.stream().pipeThrough(new CompressionStream('deflate'))).bytes()
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, side)
  view.setUint32(4, side)
  header[8] = 8
  return new Blob([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('IDAT', packed),
    chunk('IEND', new Uint8Array()),
  ])
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12 + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  bytes.set(new TextEncoder().encode(type), 4)
  bytes.set(data, 8)
  let crc = 0xffffffff
  for (const byte of bytes.subarray(4, 8 + data.length)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  view.setUint32(8 + data.length, ~crc >>> 0)
  return bytes
}
