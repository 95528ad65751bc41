import { expectTypeOf, test } from 'vitest'
import type {
  AttributionMethod,
  DifferentiableModel,
  GradientTask,
  LayeredModel,
  LayerTask,
  Model,
  NDArray,
  Task,
} from './api.ts'
import { explain } from './explain.ts'

declare const blackBox: Model
declare const differentiable: DifferentiableModel
declare const layered: LayeredModel
declare const input: NDArray
declare const byPrediction: AttributionMethod<'predictions'>
declare const byGradient: AttributionMethod<'gradients'>
declare const byLayer: AttributionMethod<'layers'>

test('a method runs on every model that has what it needs', () => {
  explain(blackBox, input, byPrediction)
  explain(differentiable, input, byPrediction)
  explain(differentiable, input, byGradient)
  explain(layered, input, byGradient)
  explain(layered, input, byLayer)
})

test('a gradient method on a black box does not compile', () => {
  // @ts-expect-error a black box has no gradients
  explain(blackBox, input, byGradient)
  // @ts-expect-error nor layers
  explain(blackBox, input, byLayer)
  // @ts-expect-error a tf function names no layers
  explain(differentiable, input, byLayer)
  // @ts-expect-error streaming is no way around it
  explain.stream(blackBox, input, byGradient)
})

test('a task has the members that go with what the method needs', () => {
  expectTypeOf<Parameters<AttributionMethod<'predictions'>['attribute']>[0]>().toEqualTypeOf<Task>()
  expectTypeOf<Parameters<AttributionMethod<'gradients'>['attribute']>[0]>().toEqualTypeOf<GradientTask>()
  expectTypeOf<Parameters<AttributionMethod<'layers'>['attribute']>[0]>().toEqualTypeOf<LayerTask>()
  // @ts-expect-error predictions only
  expectTypeOf<Task>().toHaveProperty('gradients')
})
