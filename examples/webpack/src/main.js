import { connectExplainer } from '@explainnet/web'

const explainer = await connectExplainer(
  () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
  { backend: 'wasm' },
)
const model = await explainer.load('quarters')
const image = { shape: [8, 8, 1], data: Float32Array.from({ length: 64 }, (_, i) => Number(i < 32 && i % 8 > 3)) }
const { values, certificate } = await explainer.explain(model, image, 'saliency')

const canvas = document.querySelector('canvas')
const context = canvas.getContext('2d')
values.forEach((value, i) => {
  context.fillStyle = value > 0 ? 'crimson' : 'gainsboro'
  context.fillRect(i % 8, Math.floor(i / 8), 1, 1)
})
document.querySelector('p').textContent = `${certificate.targets[0].name} on ${certificate.backend.name}`
