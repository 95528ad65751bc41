import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listTinyImageNet, readWordNames, reorganiseTinyImageNetValidation } from './index.ts'

let root: string
const put = async (path: string, bytes: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), bytes)
}
const annotation = (name: string, label: string) => `${name}\t${label}\t0\t32\t44\t62\n`

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'explainnet-tiny-imagenet-'))
  await put('words.txt', 'n01\tgoldfish, Carassius auratus\nn02\tcrane\nn03\tcrane, derrick\n')
  for (const label of ['n01', 'n02']) await put(`train/${label}/images/${label}_0.JPEG`, label)
  await put('train/n01/n01_boxes.txt', '')
  for (const i of [0, 1, 2]) await put(`val/images/val_${i}.JPEG`, `picture ${i}`)
  await put(
    'val/val_annotations.txt',
    annotation('val_0.JPEG', 'n01') + annotation('val_1.JPEG', 'n02') + annotation('val_9.JPEG', 'n02'),
  )
})
afterEach(() => rm(root, { recursive: true }))

const val = () => join(root, 'val')

describe('listTinyImageNet', () => {
  it('finds the images of train inside their class folders', async () => {
    expect(await listTinyImageNet(root, 'train')).toEqual([
      { path: 'train/n01/images/n01_0.JPEG', label: 'n01' },
      { path: 'train/n02/images/n02_0.JPEG', label: 'n02' },
    ])
  })

  it('labels a validation folder by its annotations, before, amid and after it is reorganised', async () => {
    const labels = async () => (await listTinyImageNet(root, 'val')).map(({ path, label }) => [path, label])
    expect(await labels()).toEqual([
      ['val/images/val_0.JPEG', 'n01'],
      ['val/images/val_1.JPEG', 'n02'],
    ])
    await put('val/n02/val_9.JPEG', 'picture 9')
    expect(await labels()).toContainEqual(['val/n02/val_9.JPEG', 'n02'])
    await reorganiseTinyImageNetValidation(val(), { move: true })
    expect(await labels()).toEqual([
      ['val/n01/val_0.JPEG', 'n01'],
      ['val/n02/val_1.JPEG', 'n02'],
      ['val/n02/val_9.JPEG', 'n02'],
    ])
    await rm(join(val(), 'images'), { recursive: true })
    expect(await labels()).toHaveLength(3)
  })

  it('takes classes by number or by word, and asks back where a word is no one class', async () => {
    expect(await listTinyImageNet(root, 'train', { classes: ['goldfish'] })).toHaveLength(1)
    expect(await listTinyImageNet(root, 'val', { classes: ['n02', 'Carassius auratus'] })).toHaveLength(2)
    await expect(listTinyImageNet(root, 'train', { classes: ['crane'] })).rejects.toThrow(/numbers n02, n03/)
    await expect(listTinyImageNet(root, 'train', { classes: ['salmon'] })).rejects.toThrow(/no class salmon/)
    expect((await readWordNames(join(root, 'words.txt'))).get('n03')).toBe('crane, derrick')
  })
})

describe('reorganiseTinyImageNetValidation', () => {
  it('copies into class folders, and says what became of every image and annotation', async () => {
    await put('val/n02/val_1.JPEG', 'another picture')
    expect(await reorganiseTinyImageNetValidation(val())).toEqual({
      placed: ['n01/val_0.JPEG'],
      already: [],
      conflicts: ['n02/val_1.JPEG'],
      unlisted: ['val_2.JPEG'],
      missing: ['n02/val_9.JPEG'],
    })
    expect(await readFile(join(val(), 'n02/val_1.JPEG'), 'utf8')).toBe('another picture')
    expect(await readdir(join(val(), 'images'))).toHaveLength(3)
    expect((await reorganiseTinyImageNetValidation(val())).already).toEqual(['n01/val_0.JPEG'])
  })

  it('changes nothing on a dry run, and tells the same', async () => {
    const planned = await reorganiseTinyImageNetValidation(val(), { move: true, dryRun: true })
    expect(await readdir(val())).toEqual(['images', 'val_annotations.txt'])
    expect(await reorganiseTinyImageNetValidation(val(), { move: true })).toEqual(planned)
    expect(await readdir(join(val(), 'images'))).toEqual(['val_2.JPEG'])
  })

  it('goes on where it was stopped, and takes away only what lies whole in its class folder', async () => {
    await put('val/n01/val_0.JPEG', 'picture 0')
    await put('val/n02/.val_1.JPEG.part', 'pict')
    const { placed, already } = await reorganiseTinyImageNetValidation(val(), { move: true })
    expect({ placed, already }).toEqual({ placed: ['n02/val_1.JPEG'], already: ['n01/val_0.JPEG'] })
    expect(await readFile(join(val(), 'n02/val_1.JPEG'), 'utf8')).toBe('picture 1')
    const again = await reorganiseTinyImageNetValidation(val(), { move: true })
    expect(again.already).toEqual(['n01/val_0.JPEG', 'n02/val_1.JPEG'])
    expect(again.placed).toEqual([])
  })

  it('never follows a name out of the folder', async () => {
    await put('val/val_annotations.txt', annotation('../words.txt', 'n01'))
    await expect(reorganiseTinyImageNetValidation(val())).rejects.toThrow(/Line 1 of .* is no annotation/)
    await rm(join(val(), 'val_annotations.txt'))
    await expect(reorganiseTinyImageNetValidation(val())).rejects.toMatchObject({ code: 'bad-file' })
  })
})
