import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { ExplainError } from '@explainnet/core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeImage, readImage } from './read-image.ts'
import { writeImage } from './write-image.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explainnet-image-'))
})
afterAll(() => rm(folder, { recursive: true }))

const plain = (width = 4, height = 3) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 100, b: 50 } } })
const noisy = () =>
  sharp({
    create: {
      width: 90,
      height: 70,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
const firstPixel = async (bytes: Uint8Array) => Array.from((await decodeImage(bytes, 'x')).data.slice(0, 3))

/** A PNG of black pixels, one bit each: 400 million of them fit into 50 KB. */
function onePixelDeep(width: number, height: number): Buffer {
  const chunk = (type: string, content: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), content])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(content.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 1
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))), { level: 1 })
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))])
}

describe('every picture becomes 8-bit sRGB', () => {
  it.each([
    ['PNG', () => plain().png(), [200, 100, 50]],
    ['a palette', () => plain().png({ palette: true }), [200, 100, 50]],
    ['16 bits', () => plain().toColourspace('rgb16').png(), [200, 100, 50]],
    ['lossless WebP', () => plain().webp({ lossless: true }), [200, 100, 50]],
    ['TIFF', () => plain().tiff(), [200, 100, 50]],
    ['GIF', () => plain().gif(), [200, 100, 50]],
  ])('%s', async (_, make, pixel) => {
    expect(await firstPixel(await make().toBuffer())).toEqual(pixel)
  })
  it('greyscale, of 8 or 16 bits', async () => {
    for (const space of ['b-w', 'grey16']) {
      const [red, green, blue] = await firstPixel(await plain().toColourspace(space).png().toBuffer())
      expect([green, blue]).toEqual([red, red])
      expect(red).toBeGreaterThan(100)
    }
  })
  it('CMYK, within what the conversion there and back costs', async () => {
    const pixel = await firstPixel(await plain().toColourspace('cmyk').tiff().toBuffer())
    expect(Math.abs(pixel[0]! - 200)).toBeLessThan(8)
    expect(Math.abs(pixel[1]! - 100)).toBeLessThan(12)
  })
  it('another colour profile is converted, not ignored', async () => {
    const wide = await plain().withIccProfile('p3').png().toBuffer()
    const stored = await sharp(wide, { ignoreIcc: true }).raw().toBuffer()
    expect(Array.from(stored.subarray(0, 3))).not.toEqual([200, 100, 50])
    for (const [i, value] of (await firstPixel(wide)).entries()) {
      expect(Math.abs(value - [200, 100, 50][i]!)).toBeLessThanOrEqual(1)
    }
  })
  it('transparency is laid on white, and said', async () => {
    const background = { r: 255, g: 0, b: 0, alpha: 0.5 }
    const bytes = await sharp({ create: { width: 1, height: 1, channels: 4, background } })
      .png()
      .toBuffer()
    const image = await decodeImage(bytes, 'x')
    expect(Array.from(image.data)).toEqual([255, 127, 127])
    expect(image.notes).toEqual(['transparent pixels were laid on white'])
  })
  it('EXIF orientation turns the picture upright', async () => {
    const left = Buffer.from([255, 0, 0, 0, 0, 255])
    const bytes = await sharp(left, { raw: { width: 2, height: 1, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .tiff()
      .toBuffer()
    const image = await decodeImage(bytes, 'x')
    expect([image.width, image.height]).toEqual([1, 2])
    // A quarter turn clockwise brings the left pixel to the top.
    expect(Array.from(image.data)).toEqual([255, 0, 0, 0, 0, 255])
    expect(image.notes).toEqual(['turned upright by its EXIF orientation'])
  })
  it('one single pixel', async () => {
    const image = await decodeImage(await plain(1, 1).png().toBuffer(), 'x')
    expect(image).toMatchObject({ width: 1, height: 1, channels: 3, notes: [] })
  })
})

describe('what is no whole picture is refused in one line that names it', () => {
  const refused = async (promise: Promise<unknown>, code: string, message: RegExp) => {
    const error = await promise.then(
      () => undefined,
      (cause: unknown) => cause,
    )
    expect(error).toBeInstanceOf(ExplainError)
    expect((error as ExplainError).code).toBe(code)
    expect((error as ExplainError).message).toMatch(message)
    expect((error as ExplainError).message).not.toContain('\n')
  }
  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff'] as const)('a %s cut short', async (format) => {
    const bytes = await noisy().toFormat(format).toBuffer()
    for (const share of [0.2, 0.6, 0.95]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share))
      await refused(decodeImage(cut, 'cut'), 'bad-image', /^cut .*(truncated|beginning is damaged).*Give a whole/)
    }
  })
  it('a damaged one', async () => {
    const bytes = Buffer.from(await noisy().png().toBuffer())
    bytes.fill(0x55, bytes.length / 2, bytes.length / 2 + 50)
    await refused(decodeImage(bytes, 'hurt.png'), 'bad-image', /^hurt\.png is a damaged or truncated PNG file/)
  })
  it('an empty file', async () => {
    const path = join(folder, 'empty.jpg')
    await writeFile(path, '')
    await refused(readImage(path), 'bad-image', /empty\.jpg is empty/)
  })
  it('a text', () => refused(readImage(Buffer.from('hello')), 'bad-image', /not a picture/))
  it('a folder, and nothing at all', async () => {
    await refused(readImage(folder), 'bad-file', /is a folder/)
    await refused(readImage(join(folder, 'none.png')), 'bad-file', /none\.png does not exist/)
  })
  it('20,000 × 20,000 pixels, before they are unpacked', async () => {
    const bytes = onePixelDeep(20_000, 20_000)
    expect(bytes.length).toBeLessThan(1e6)
    const before = process.memoryUsage.rss()
    await refused(decodeImage(bytes, 'huge.png'), 'bad-image', /huge\.png has 20000×20000 pixels.*Scale it down/)
    expect(process.memoryUsage.rss() - before).toBeLessThan(100e6)
    expect((await decodeImage(onePixelDeep(2_000, 2_000), 'x')).width).toBe(2_000)
  })
})

describe('writing a picture', () => {
  const image = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 250, 251, 252) } as const
  it.each(['png', 'webp'])('as .%s loses nothing', async (ending) => {
    const path = join(folder, 'new', `a.${ending}`)
    await writeImage(path, image)
    expect(await readImage(path)).toMatchObject({ ...image, data: Buffer.from(image.data) })
    expect((await readdir(join(folder, 'new'))).filter((name) => name.endsWith('.part'))).toEqual([])
  })
  it('keeps opacity', async () => {
    const path = join(folder, 'clear.png')
    await writeImage(path, { width: 1, height: 1, channels: 4, data: Uint8Array.of(9, 8, 7, 0) })
    expect((await sharp(path).metadata()).hasAlpha).toBe(true)
  })
  it('refuses other endings, wrong sizes and places that cannot be written', async () => {
    await expect(writeImage(join(folder, 'a.bmp'), image)).rejects.toMatchObject({ code: 'bad-option' })
    await expect(writeImage(join(folder, 'a.png'), { ...image, width: 3 })).rejects.toMatchObject({ code: 'bad-image' })
    await writeFile(join(folder, 'file'), '')
    await expect(writeImage(join(folder, 'file', 'a.png'), image)).rejects.toMatchObject({
      code: 'unwritable',
      message: expect.stringContaining('a file is where a folder should be'),
    })
  })
})
