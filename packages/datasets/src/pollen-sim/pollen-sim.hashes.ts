import { pollenSim, pollenSimPair } from './pollen-sim.ts'

/** SHA-256 of pictures of seed 0, by index; the ten classes once each. Regenerate only with a new major version. */
export const committedHashes: readonly string[] = [
  '1885227feb6f68fdb6aa7b0b740415afb7301a3688ee68533cd7842c907bd447',
  '11a7a9863a40336f74b0cb2b711e00ca8dca3f91b4cae1705ab91b748db7f4e4',
  '5cd1d0927b529e54da0aaa714692224a62b45bab3929694b864d068b941b06e7',
  '69e4e58f38defa59096d241952c9ede9385f8ab1420c37cd5cc81ee9b8700530',
  '6f9a9a2b8f10a4c18da8f4f3326a0ca939875455c44ad56093e81d78f66f2008',
  '31ed14a9a363ba04f1de1ec7ed0bd803663f7decb616c3c4f6a218b0552f5bc7',
  'dac68eb28ceab6ecaf455718e1eeea2afc691ad9f2d6d50bf4df07eb3b87a207',
  '924691630b3db71d06b691c582b374c2887e47eca21094b8350beb8fd368c97f',
  'cda835e7be2500fd27ce9527da0a6b84c2e97d6893d2e7f876f927333f33ffd8',
  '7ef3761e4a1d7dede8e666e8be625d4a064b60563b091f9cb124e9a36d7347cd',
]
export const committedPairHash = 'aba6cb33c9ba840119a604784c7f78eac058c153f1395b2a0ab0db5891c3bd0a'

async function sha256(bytes: Uint8ClampedArray): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes.slice())
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The same hashes, of the pictures as this engine renders them. */
export async function renderedHashes(): Promise<{ images: string[]; pair: string }> {
  const images = await Promise.all(committedHashes.map((_, index) => sha256(pollenSim({ seed: 0, index }).data)))
  return { images, pair: await sha256(pollenSimPair({ seed: 0, index: 0 }).data) }
}
