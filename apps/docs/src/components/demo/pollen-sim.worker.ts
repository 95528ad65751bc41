/** Renders pollenSim pictures of the test split beside the page's thread. */
import { pollenSim, pollenSimSplit } from '@explainnet/datasets'
import { answerBy } from './ask-worker.ts'
import type { Rendered, RenderRequest } from './pollen-sim.ts'

const [first] = pollenSimSplit('test', 1)

answerBy(render, ({ image }) => [image.data.buffer])

function render({ picture, size, mask }: RenderRequest): Rendered {
  const { data, className, mask: trait } = pollenSim({ seed: 0, index: first! + picture, size, mask })
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255)
  for (let i = 0; i < size * size; i++) pixels.set(data.subarray(i * 3, i * 3 + 3), i * 4)
  return { image: new ImageData(pixels, size, size), className, mask: trait }
}
