import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type RawImage, randomStream } from '@explainnet/core'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  CorruptFilesError,
  type Decode,
  labelFromFileName,
  listFolder,
  readFolder,
  sortFlatFolder,
  splitFolder,
} from './index.ts'

const data = process.env['EXPLAINNET_DATA']
let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'explainnet-datasets-'))
})
afterEach(() => rm(root, { recursive: true }))

const put = async (path: string, bytes: Uint8Array | string) => {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), bytes)
}

// A file format for these tests: width, height, then the pixels.
const encode = ({ width, height, data }: RawImage) => Uint8Array.from([width, height, ...data])
const decode: Decode = async (bytes, name) => {
  const [width, height] = [bytes[0]!, bytes[1]!]
  if (bytes.length !== 2 + width * height * 3) throw new Error(`${name} is no picture`)
  return { width, height, channels: 3, data: bytes.slice(2) }
}

/** Random soft blobs: pictures that are like each other only where `seed` is the same. */
function picture(seed: number, change: (value: number, x: number, y: number) => number = (value) => value): RawImage {
  const random = randomStream(seed)
  const lattice = Array.from({ length: 64 }, () => 255 * random.uniform())
  const [width, height] = [40, 32]
  const at = (x: number, y: number) => lattice[(Math.floor(y) % 8) * 8 + (Math.floor(x) % 8)]!
  const pixels = Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [(7 * (i % width)) / width, (7 * Math.floor(i / width)) / height]
    const [fx, fy] = [x % 1, y % 1]
    const top = at(x, y) * (1 - fx) + at(x + 1, y) * fx
    const bottom = at(x, y + 1) * (1 - fx) + at(x + 1, y + 1) * fx
    return change(top * (1 - fy) + bottom * fy, x, y)
  })
  return { width, height, channels: 3, data: Uint8ClampedArray.from(pixels.flatMap((v) => [v, v, v])) }
}

describe('labelFromFileName', () => {
  it.each([
    ['croton_12.jpg', 'croton'],
    ['senegalia (1).jpg', 'senegalia'],
    ['croton12.jpg', 'croton'],
    ['croton-07.JPEG', 'croton'],
    ['two_words_3.png', 'two_words'],
    ['type2_3.png', 'type2'],
    ['7_012.png', '7'],
    ['type2(3).png', 'type2'],
  ])('reads the class of %s', (name, label) => expect(labelFromFileName(name)).toBe(label))

  it.each(['croton.jpg', '12.jpg', '_12.jpg', 'croton (a).jpg'])('finds no class in %s', (name) => {
    expect(labelFromFileName(name)).toBeUndefined()
  })
})

describe('listFolder', () => {
  it('reads class folders and flat folders alike, in a fixed order, and passes over other files', async () => {
    for (const path of ['a/b/x_2.jpg', 'a/b/x_1.jpg', 'a/a/y.png', 'a/b/notes.txt', 'a/.DS_Store', 'a/b/._x.jpg']) {
      await put(path, 'x')
    }
    expect(await listFolder(join(root, 'a'))).toEqual([
      { path: 'a/y.png', label: 'a' },
      { path: 'b/x_1.jpg', label: 'b' },
      { path: 'b/x_2.jpg', label: 'b' },
    ])
    for (const path of ['flat/x (2).jpg', 'flat/x_1.jpg']) await put(path, 'x')
    expect(await listFolder(join(root, 'flat'))).toEqual([
      { path: 'x (2).jpg', label: 'x' },
      { path: 'x_1.jpg', label: 'x' },
    ])
  })

  it('takes only the classes that are asked for, and names those that are not there', async () => {
    for (const path of ['set/a/1.jpg', 'set/b/1.jpg', 'set/c/1.jpg']) await put(path, 'x')
    expect(await listFolder(join(root, 'set'), { classes: ['c', 'a'] })).toEqual([
      { path: 'a/1.jpg', label: 'a' },
      { path: 'c/1.jpg', label: 'c' },
    ])
    await expect(listFolder(join(root, 'set'), { classes: ['a', 'd', 'e'] })).rejects.toMatchObject({
      code: 'unknown-label',
      message: expect.stringMatching(/no images of d, e\. It has a, b, c\./),
    })
  })

  it('says what is wrong with a folder that is no data set', async () => {
    await expect(listFolder(join(root, 'none'))).rejects.toThrow(/none cannot be read/)
    await expect(listFolder(root)).rejects.toThrow(/has no images/)
    await put('odd.jpg', 'x')
    await put('fine_1.jpg', 'x')
    await expect(listFolder(root)).rejects.toThrow(/No class can be told .* odd\.jpg\./)
    await put('a/x.jpg', 'x')
    await expect(listFolder(root)).rejects.toThrow(/images beside its class folders/)
  })
})

describe('sortFlatFolder', () => {
  it('copies by name, overwrites nothing, and reports every file', async () => {
    for (const name of ['croton_1.jpg', 'croton (2).jpg', 'mabea_1.jpg', 'odd.jpg']) await put(`flat/${name}`, name)
    await put('sorted/mabea/mabea_1.jpg', 'another picture')
    const [from, to] = [join(root, 'flat'), join(root, 'sorted')]
    expect(await sortFlatFolder(from, to)).toEqual({
      copied: ['croton/croton (2).jpg', 'croton/croton_1.jpg'],
      already: [],
      conflicts: ['mabea/mabea_1.jpg'],
      unnamed: ['odd.jpg'],
    })
    expect(await readFile(join(to, 'mabea/mabea_1.jpg'), 'utf8')).toBe('another picture')
    expect(await readdir(from)).toHaveLength(4)
    expect((await sortFlatFolder(from, to)).already).toEqual(['croton/croton (2).jpg', 'croton/croton_1.jpg'])
  })

  it('names the target that cannot be written', async () => {
    await put('flat/croton_1.jpg', 'x')
    await put('file', 'x')
    await expect(sortFlatFolder(join(root, 'flat'), join(root, 'file'))).rejects.toMatchObject({ code: 'unwritable' })
  })
})

describe('readFolder', () => {
  const files = ['a/1.png', 'a/2.png', 'a/3.png', 'b/4.png'].map((path) => ({ path, label: path[0]! }))
  beforeEach(async () => {
    await put('a/1.png', encode(picture(1)))
    await put('a/2.png', '')
    await put('a/3.png', 'nonsense')
    await put('b/4.png', encode(picture(4)))
  })

  it('yields what can be read in order, then names every corrupt file', async () => {
    const seen: string[] = []
    const reading = (async () => {
      for await (const { path } of readFolder(root, files, { decode })) seen.push(path)
    })()
    const error = await reading.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(CorruptFilesError)
    expect((error as CorruptFilesError).files).toEqual([
      { path: 'a/2.png', reason: 'empty file' },
      { path: 'a/3.png', reason: 'a/3.png is no picture' },
    ])
    expect((error as CorruptFilesError).message).toMatch(/2 files in .*a\/2\.png \(empty file\); a\/3\.png/)
    expect(seen).toEqual(['a/1.png', 'b/4.png'])
  })

  it('skips them on request, and tells of each', async () => {
    const corrupt: string[] = []
    const images: RawImage[] = []
    const options = { decode, onCorrupt: 'skip', corrupt: (file: { path: string }) => corrupt.push(file.path) } as const
    for await (const { image } of readFolder(root, files, options)) images.push(image)
    expect(images).toHaveLength(2)
    expect(corrupt).toEqual(['a/2.png', 'a/3.png'])
  })
})

describe('splitFolder', () => {
  const fill = async (folder: string, name = (i: number) => `${i}.png`) => {
    for (let i = 0; i < 25; i++) {
      await put(`${folder}/a/${name(i)}`, encode(picture(i)))
      await put(`${folder}/b/${name(i)}`, encode(picture(100 + i)))
    }
  }
  const sizes = ({ train, validation, test }: Awaited<ReturnType<typeof splitFolder>>) =>
    [train, validation, test].map((side) => ['a', 'b'].map((label) => side.filter((e) => e.label === label).length))
  const hashes = (entries: readonly { sha256: string }[]) => entries.map((entry) => entry.sha256).sort()

  it('splits each class 64/16/20, every picture on exactly one side', async () => {
    await fill('set')
    const split = await splitFolder(join(root, 'set'), { decode })
    expect(sizes(split)).toEqual([
      [16, 16],
      [4, 4],
      [5, 5],
    ])
    const all = [...split.train, ...split.validation, ...split.test]
    expect(new Set(all.map((entry) => entry.path)).size).toBe(50)
    expect(split.labels).toEqual(['a', 'b'])
    expect(split.duplicates).toEqual([])
  })

  it('depends on the seed and the pictures, not on file names', async () => {
    await fill('set')
    await fill('renamed', (i) => `picture ${(i * 7) % 25}.png`)
    const [first, renamed, other] = await Promise.all([
      splitFolder(join(root, 'set'), { decode }),
      splitFolder(join(root, 'renamed'), { decode }),
      splitFolder(join(root, 'set'), { decode, seed: 1 }),
    ])
    expect(hashes(renamed.test)).toEqual(hashes(first.test))
    expect(hashes(other.test)).not.toEqual(hashes(first.test))
  })

  it('keeps identical and near-identical pictures on one side, across classes too', async () => {
    await fill('set')
    const copies: [string, RawImage][] = [
      ['a/copy.png', picture(3)],
      ['a/even.png', picture(0, () => 128)],
      ['b/even.png', picture(0, () => 128)],
      ['a/darker.png', picture(4, (value) => 0.8 * value + 10)],
      ['b/grainy.png', picture(5, (value, x, y) => value + 6 * Math.sin(40 * x + 70 * y))],
    ]
    for (const [path, image] of copies) await put(`set/${path}`, encode(image))
    for (const seed of [0, 1, 2, 3]) {
      const split = await splitFolder(join(root, 'set'), { decode, seed })
      expect([...split.duplicates].sort()).toEqual([
        ['a/3.png', 'a/copy.png'],
        ['a/4.png', 'a/darker.png'],
        ['a/5.png', 'b/grainy.png'],
        ['a/even.png', 'b/even.png'],
      ])
      for (const group of split.duplicates) {
        const holding = [split.train, split.validation, split.test].filter((side) =>
          side.some((entry) => group.includes(entry.path)),
        )
        expect(holding).toHaveLength(1)
      }
    }
  })

  it('refuses a corrupt file by name, or leaves it out and lists it', async () => {
    await fill('set')
    await put('set/a/broken.png', 'nonsense')
    await expect(splitFolder(join(root, 'set'), { decode })).rejects.toThrow(/a\/broken\.png/)
    const split = await splitFolder(join(root, 'set'), { decode, onCorrupt: 'skip' })
    expect(split.corrupt.map((file) => file.path)).toEqual(['a/broken.png'])
  })

  it('names the classes that have too few pictures for a split, or leaves them out', async () => {
    await fill('set')
    await put('set/lonely/1.png', encode(picture(200)))
    for (const name of ['1', '2', '3', '4', '5']) await put(`set/copies/${name}.png`, encode(picture(201)))
    await expect(splitFolder(join(root, 'set'), { decode })).rejects.toMatchObject({
      code: 'bad-file',
      message: expect.stringMatching(/too little of copies \(5 images\), lonely \(1 image\) for 3 sides/),
    })
    const { labels } = await splitFolder(join(root, 'set'), { decode, classes: ['b', 'a'] })
    expect(labels).toEqual(['a', 'b'])
  })

  it('refuses shares that are no split', async () => {
    await fill('set')
    await expect(splitFolder(join(root, 'set'), { decode, shares: [0.5, 0.5, 0.5] })).rejects.toThrow(/no split/)
  })

  it.skipIf(!data)('keeps the same grain of POLLEN23E on one side (needs EXPLAINNET_DATA)', async () => {
    const withSharp: Decode = async (bytes) => {
      const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
      return { width: info.width, height: info.height, channels: 3, data }
    }
    const split = await splitFolder(join(data!, 'pollen23e'), { decode: withSharp })
    expect([split.train, split.validation, split.test].map((side) => side.length)).toEqual([451, 113, 136])
    const sides = [split.train, split.validation, split.test].map((side) => new Set(side.map((entry) => entry.path)))
    for (const group of split.duplicates) {
      expect(sides.filter((side) => group.some((path) => side.has(path)))).toHaveLength(1)
    }
    expect(split.duplicates).toContainEqual(['mimosa/mimosa_23.jpg', 'mimosa/mimosa_25.jpg'])
    expect(split.duplicates).toContainEqual(['serjania/serjania_16.jpg', 'serjania/serjania_29.jpg'])
  })
})
