import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { ExplainError } from '@explainnet/core'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeImage, readImage, writeImage } from '../index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explainnet-image-'))
})
afterAll(() => rm(folder, { recursive: true }))

const [red, green, blue, white] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
] as const

const raw = (pixels: readonly number[], width: number, height: number): Sharp => {
  const channels = (pixels.length / width / height) as 1 | 2 | 3 | 4
  return sharp(Uint8Array.from(pixels), { raw: { width, height, channels } })
}

async function file(name: string, content: Sharp | Uint8Array | string): Promise<string> {
  const path = join(folder, name)
  await writeFile(
    path,
    content instanceof Uint8Array || typeof content === 'string' ? content : await content.toBuffer(),
  )
  return path
}

/** Pixels that do not compress, so that a file can be cut or damaged in the middle of them. */
const noise = (side: number): Sharp => {
  let state = 1
  const pixels = Array.from({ length: side * side * 3 }, () => {
    state = (state * 48271) % 2147483647
    return state & 255
  })
  return raw(pixels, side, side)
}

async function refusal(path: string): Promise<ExplainError> {
  const error = await readImage(path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ExplainError)
  const { code, message, cure } = error as ExplainError
  expect(code).toBe('bad-image')
  expect(message).toContain(path)
  expect(message).not.toContain('\n')
  expect(cure).not.toBe('')
  return error as ExplainError
}

const pixelsOf = async (path: string) => {
  const { width, height, channels, data } = await readImage(path)
  expect(channels).toBe(3)
  expect(data.length).toBe(width * height * 3)
  return { width, height, pixels: Array.from(data) }
}

describe('a picture that is not ordinary 8-bit RGB becomes it', () => {
  it('RGB is taken as it is', async () => {
    const path = await file('rgb.png', raw([...red, ...green, ...blue, 1, 2, 3], 2, 2).png())
    expect(await pixelsOf(path)).toEqual({ width: 2, height: 2, pixels: [...red, ...green, ...blue, 1, 2, 3] })
    expect((await readImage(path)).notes).toEqual([])
  })
  it('one pixel', async () => {
    const path = await file('one.png', raw([7, 8, 9], 1, 1).png())
    expect(await pixelsOf(path)).toEqual({ width: 1, height: 1, pixels: [7, 8, 9] })
  })
  it('greyscale, PNG and JPEG', async () => {
    const grey = () => raw([10, 200], 2, 1).toColourspace('b-w')
    const png = await file('grey.png', grey().png())
    expect((await sharp(png).metadata()).channels).toBe(1)
    expect((await pixelsOf(png)).pixels).toEqual([10, 10, 10, 200, 200, 200])
    const jpeg = await file('grey.jpg', raw(new Array(64).fill(90), 8, 8).toColourspace('b-w').jpeg())
    expect((await sharp(jpeg).metadata()).channels).toBe(1)
    expect((await pixelsOf(jpeg)).pixels).toEqual(new Array(192).fill(90))
  })
  it('grey with alpha, over white', async () => {
    const path = await file('grey-alpha.png', raw([100, 255, 100, 0], 2, 1).toColourspace('b-w').png())
    expect((await sharp(path).metadata()).channels).toBe(2)
    expect((await pixelsOf(path)).pixels).toEqual([100, 100, 100, ...white])
  })
  it('RGBA, over white: opaque stays, transparent is white, half is half', async () => {
    const path = await file('rgba.png', raw([...red, 255, ...red, 0, 0, 0, 0, 128], 3, 1).png())
    const { pixels } = await pixelsOf(path)
    expect(pixels.slice(0, 6)).toEqual([...red, ...white])
    for (const value of pixels.slice(6)) expect(Math.abs(value - 127)).toBeLessThanOrEqual(1)
    expect((await readImage(path)).notes).toEqual(['its alpha channel was laid over white'])
  })
  it('16 bits, RGB and grey: the high byte', async () => {
    const deep = (values: number[], width: number, channels: 1 | 3) =>
      sharp(Uint16Array.from(values), { raw: { width, height: 1, channels } })
    const rgb = await file('rgb16.png', deep([65535, 0, 32896, 257, 514, 65535], 2, 3).toColourspace('rgb16').png())
    expect((await sharp(rgb).metadata()).depth).toBe('ushort')
    expect((await pixelsOf(rgb)).pixels).toEqual([255, 0, 128, 1, 2, 255])
    const grey = await file('grey16.png', deep([0, 25700, 65535], 3, 1).toColourspace('grey16').png())
    expect((await sharp(grey).metadata()).depth).toBe('ushort')
    expect((await pixelsOf(grey)).pixels).toEqual([0, 0, 0, 100, 100, 100, ...white])
  })
  it('a palette', async () => {
    const path = await file('palette.png', raw([...red, ...green, ...blue, ...red], 2, 2).png({ palette: true }))
    expect((await sharp(path).metadata()).isPalette).toBe(true)
    expect((await pixelsOf(path)).pixels).toEqual([...red, ...green, ...blue, ...red])
  })
  it.each(['webp', 'tiff', 'gif', 'avif'] as const)('%s', async (format) => {
    const path = await file(
      `other.${format}`,
      raw([...red, ...red, ...red, ...red], 2, 2).toFormat(format, { lossless: true }),
    )
    for (const [i, value] of (await pixelsOf(path)).pixels.entries()) {
      expect(Math.abs(value - red[i % 3]!)).toBeLessThanOrEqual(1)
    }
  })
  it('another colour profile is converted, not ignored', async () => {
    const path = await file('wide.png', raw([200, 100, 50], 1, 1).withIccProfile('p3').png())
    const stored = await sharp(path, { ignoreIcc: true }).raw().toBuffer()
    expect(Array.from(stored)).not.toEqual([200, 100, 50])
    for (const [i, value] of (await pixelsOf(path)).pixels.entries()) {
      expect(Math.abs(value - [200, 100, 50][i]!)).toBeLessThanOrEqual(1)
    }
  })
  it('CMYK', async () => {
    const reds = Array.from({ length: 64 }, () => red).flat()
    const path = await file('cmyk.jpg', raw(reds, 8, 8).toColourspace('cmyk').jpeg({ quality: 100 }))
    expect((await sharp(path).metadata()).space).toBe('cmyk')
    const [r, g, b] = (await pixelsOf(path)).pixels
    // The press's gamut holds no pure red, but nothing else may it be taken for.
    expect(r).toBeGreaterThan(200)
    expect(g).toBeLessThan(80)
    expect(b).toBeLessThan(80)
  })
  // What each orientation must show of [[red, green, blue], [white, 0, 0]] stored, by EXIF's own table of rows and columns.
  const black = [0, 0, 0] as const
  it.each([
    [1, 3, [red, green, blue, white, black, black]],
    [2, 3, [blue, green, red, black, black, white]],
    [3, 3, [black, black, white, blue, green, red]],
    [4, 3, [white, black, black, red, green, blue]],
    [5, 2, [red, white, green, black, blue, black]],
    [6, 2, [white, red, black, green, black, blue]],
    [7, 2, [black, blue, black, green, white, red]],
    [8, 2, [blue, black, green, black, red, white]],
  ])('EXIF orientation %i is turned upright', async (orientation, width, expected) => {
    const stored = raw([red, green, blue, white, black, black].flat(), 3, 2)
    const path = await file(`exif-${orientation}.png`, stored.withMetadata({ orientation }).png())
    expect((await sharp(path).metadata()).orientation).toBe(orientation)
    expect(await pixelsOf(path)).toEqual({ width, height: 6 / width, pixels: expected.flat() })
  })
  it('the first frame of an animation', async () => {
    const frames = raw([...red, ...red, ...blue, ...blue], 1, 4).toBuffer()
    const animated = sharp(await frames, { raw: { width: 1, height: 4, channels: 3, pageHeight: 2 } })
    const path = await file('animated.gif', animated.gif({ loop: 0, delay: [100, 100] }))
    expect((await sharp(path).metadata()).pages).toBe(2)
    expect(await pixelsOf(path)).toEqual({ width: 1, height: 2, pixels: [...red, ...red] })
    expect((await readImage(path)).notes).toContain('the first of 2 frames')
  })
  it('bytes in memory, by the name that they are given', async () => {
    const bytes = await raw([1, 2, 3], 1, 1).png().toBuffer()
    expect(Array.from((await decodeImage(bytes, 'upload')).data)).toEqual([1, 2, 3])
    await expect(decodeImage(new Uint8Array(), 'upload')).rejects.toThrow('upload is empty')
  })
})

describe('a file that is no whole picture is refused in one line with its name', () => {
  it('empty', async () => {
    expect((await refusal(await file('empty.png', ''))).message).toContain('is empty')
  })
  it('not there: bad-file', async () => {
    const path = join(folder, 'nowhere.png')
    await expect(readImage(path)).rejects.toMatchObject({ code: 'bad-file', message: expect.stringContaining(path) })
    await expect(readImage(folder)).rejects.toMatchObject({
      code: 'bad-file',
      message: expect.stringContaining('folder'),
    })
  })
  it("a text with a picture's ending", async () => {
    expect((await refusal(await file('text.jpg', 'Dear Sir,\nthis is no picture.'))).message).toContain('not a picture')
  })
  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff'] as const)('a %s cut short', async (format) => {
    const bytes = await noise(64).toFormat(format).toBuffer()
    for (const share of [0.95, 0.5, 0.1, 0.01]) {
      await refusal(await file(`cut-${share}.${format}`, bytes.subarray(0, Math.ceil(bytes.length * share))))
    }
  })
  it('damaged in the middle', async () => {
    const jpeg = await noise(64).jpeg().toBuffer()
    await refusal(await file('damaged.jpg', jpeg.fill(0xff, 1000, 1500)))
    const png = await noise(64).png().toBuffer()
    await refusal(await file('damaged.png', png.fill(3, 1000, 1040)))
  })
  it('20,000 × 20,000 pixels in a file of 50 kB, before anything of them is unpacked', async () => {
    const path = await file('huge.png', blackSquare(20_000))
    const before = process.memoryUsage().rss
    expect((await refusal(path)).message).toContain('20000×20000')
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6)
  })
})

/** A 1-bit PNG, made by hand, since making it with an image library would unpack it. */
function blackSquare(side: number): Uint8Array {
  const chunk = (type: string, data: Uint8Array) => {
    const content = Buffer.concat([Buffer.from(type), data])
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    const check = Buffer.alloc(4)
    check.writeUInt32BE(crc32(content))
    return Buffer.concat([length, content, check])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header[8] = 1
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc((side / 8 + 1) * side))),
    chunk('IEND', new Uint8Array()),
  ])
}

describe('writing a picture', () => {
  const picture = { width: 2, height: 1, channels: 3 as const, data: Uint8Array.of(...red, ...blue) }

  it.each(['png', 'webp', 'PNG'])('as .%s keeps every pixel', async (ending) => {
    const path = join(folder, 'made', `out.${ending}`)
    await writeImage(path, picture)
    expect((await pixelsOf(path)).pixels).toEqual([...red, ...blue])
  })
  it.each(['jpg', 'jpeg'])('as .%s comes close, transparency on white', async (ending) => {
    const path = join(folder, `out.${ending}`)
    await writeImage(path, { width: 8, height: 8, channels: 4, data: new Uint8Array(256) })
    expect((await sharp(path).metadata()).format).toBe('jpeg')
    expect((await pixelsOf(path)).pixels).toEqual(new Array(192).fill(255))
  })
  it('keeps transparency where the format has it', async () => {
    const path = join(folder, 'alpha.png')
    await writeImage(path, { width: 1, height: 1, channels: 4, data: Uint8ClampedArray.of(9, 8, 7, 50) })
    expect(Array.from(await sharp(path).raw().toBuffer())).toEqual([9, 8, 7, 50])
  })
  it('refuses another ending, values that do not fit, and a place that cannot be written, and leaves nothing behind', async () => {
    const before = await readdir(folder)
    await expect(writeImage(join(folder, 'a.doc'), picture)).rejects.toMatchObject({ code: 'bad-option' })
    await expect(writeImage(join(folder, 'a.png'), { ...picture, width: 5 })).rejects.toMatchObject({
      code: 'bad-image',
    })
    const file = join(folder, 'out.jpg')
    const below = writeImage(join(file, 'below', 'a.png'), picture)
    await expect(below).rejects.toMatchObject({ code: 'unwritable', message: expect.not.stringContaining('\n') })
    const folderName = join(folder, 'folder.png')
    await writeImage(join(folderName, 'x.png'), picture)
    await expect(writeImage(folderName, picture)).rejects.toMatchObject({ code: 'unwritable' })
    expect(await readdir(folder)).toEqual([...before, 'folder.png'].sort())
  })
  it('replaces what was there', async () => {
    const path = join(folder, 'twice.png')
    await writeImage(path, picture)
    await writeImage(path, { ...picture, data: Uint8Array.of(1, 2, 3, 4, 5, 6) })
    expect((await pixelsOf(path)).pixels).toEqual([1, 2, 3, 4, 5, 6])
    expect((await readFile(path)).length).toBeGreaterThan(0)
  })
})
