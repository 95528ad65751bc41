import { describe, expect, it } from 'vitest'
import type { ModelCard, TensorSpec } from '../api.ts'
import { checkCard, prepareImage, preprocessingFor } from './index.ts'

const input = (...shape: (number | null)[]): TensorSpec => ({ name: 'x', shape, dtype: 'float32', axes: [] })
const fit = (shape: (number | null)[], card?: ModelCard) => preprocessingFor({ inputs: [input(...shape)], card })

describe('how pixels become input', () => {
  it('is what the card says, completed by the size of the input', () => {
    const given = { range: [-1, 1] as const, resize: 'crop' as const }
    expect(fit([null, 7, 9, 3], { input: given })).toEqual({ preprocessing: { ...given, size: [7, 9] } })
    expect(fit([null, null, null, 3], { input: given })).toEqual({ preprocessing: given })
    expect(fit([null, null, null, 3], { input: { size: [5, 6] } })).toEqual({ preprocessing: { size: [5, 6] } })
  })
  it('is grey where the input has one channel, unless the card says so itself', () => {
    expect(fit([null, 7, 9, 1], { input: {} }).preprocessing).toEqual({ size: [7, 9], channelOrder: 'grey' })
    const grey = { size: [7, 9] as const, channelOrder: 'grey' as const }
    expect(fit([null, 7, 9, 1], { input: grey }).preprocessing).toEqual(grey)
  })
  it('fits the input that it is for, so that the picture goes in', () => {
    const image = { width: 4, height: 2, channels: 3 as const, data: new Uint8Array(24) }
    for (const shape of [
      [null, 7, 9, 1],
      [null, 7, 9, 3],
    ]) {
      expect(prepareImage(image, fit(shape).preprocessing).input.shape.slice(1)).toEqual(shape.slice(1))
    }
  })
  it('is guessed where no card says, and warns', () => {
    for (const card of [undefined, { labels: ['a'] }]) {
      expect(fit([null, 7, 9, 3], card)).toEqual({
        preprocessing: { size: [7, 9], range: [0, 1] },
        warning: { code: 'guessed', message: expect.stringMatching(/guessing.*9×7/) },
      })
    }
    expect(fit([null, 7, 9, 3], { input: {} }).warning).toBeUndefined()
  })
  it('is not there for what is no image', () => {
    for (const shape of [
      [null, 40],
      [null, 7, 9, 4],
    ])
      expect(() => fit(shape)).toThrow('is not one image')
    expect(() => preprocessingFor({ inputs: [input(null, 7, 9, 3), input(null, 7, 9, 3)] })).toThrow('is not one image')
  })
})

describe('a card that contradicts the model is refused, naming the field and what the model takes', () => {
  it.each<[(number | null)[], ModelCard['input'], RegExp]>([
    [[null, 7, 9, 3], { size: [9, 7] }, /'input\.size' is \[9,7\], but the model takes \[any, 7, 9, 3\]/],
    [[null, null, 9, 3], { size: [7, 8] }, /'input\.size'/],
    [[null, 7, 9, 3], { channelOrder: 'grey' }, /'input\.channelOrder' is "grey"/],
    [[null, 7, 9, 1], { channelOrder: 'bgr' }, /'input\.channelOrder' is "bgr"/],
    [[null, 7, 9, 5], { range: [0, 1] }, /'input\.channelOrder' is "rgb"/],
    [[null, 7, 9, 1], { mean: [1, 2, 3] }, /'input\.mean'/],
  ])('%j with %j', (shape, preprocessing, message) => {
    expect(() => checkCard({ input: preprocessing }, [input(...shape)])).toThrow(message)
    expect(() => fit(shape, { input: preprocessing })).toThrow(message)
  })
  it('what agrees, or says nothing of pixels, passes', () => {
    checkCard({ input: { size: [7, 9], channelOrder: 'bgr' } }, [input(null, 7, null, 3)])
    checkCard({ input: { size: [7, 9], channelOrder: 'grey' } }, [input(null, null, null, null)])
    checkCard({ input: { size: [7, 9], mean: [1] } }, [input(null, 7, 9, 1)])
    checkCard({ labels: ['a'] }, [input(null, 40)])
    checkCard({ input: { size: [7, 9] } }, [input(null, 40)])
  })
})
