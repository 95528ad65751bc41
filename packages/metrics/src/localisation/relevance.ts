import type { Maps, MetricResult } from '../api.ts'
import { type LocalisationOptions, localised, type Masks } from './masks.ts'

/**
 * Relevance mass accuracy (Arras et al. 2022, "CLEVR-XAI", https://arxiv.org/abs/2003.07258): the share of positive
 * relevance that lies inside the mask, 0 … 1; higher is better. A map without positive relevance has 0, a constant positive
 * one the mask's share of the positions. No pass through the network.
 *
 * @throws ExplainError `bad-shape` for masks of another size, `bad-option` for an empty mask, `several-maps`.
 */
export function relevanceMassAccuracy(maps: Maps, masks: Masks, options: LocalisationOptions = {}): MetricResult {
  return localised(
    {
      metric: 'relevance-mass-accuracy',
      definition: 'Positive relevance inside the mask ÷ positive relevance (Arras et al. 2022).',
      better: 'higher',
    },
    maps,
    masks,
    options,
    ({ values, inside }) => {
      let [within, total] = [0, 0]
      values.forEach((value, position) => {
        if (value <= 0) return
        total += value
        if (inside(position)) within += value
      })
      return total > 0 ? within / total : 0
    },
  )
}

/**
 * Relevance rank accuracy (Arras et al. 2022): of the K most relevant positions, K being the mask's area, the share inside
 * the mask, 0 … 1; higher is better. Equal values are ordered at random by the seed. No pass through the network.
 *
 * @throws ExplainError as `relevanceMassAccuracy`.
 */
export function relevanceRankAccuracy(maps: Maps, masks: Masks, options: LocalisationOptions = {}): MetricResult {
  return localised(
    {
      metric: 'relevance-rank-accuracy',
      definition: "Share inside the mask of as many most relevant positions as the mask's area (Arras et al. 2022).",
      better: 'higher',
    },
    maps,
    masks,
    options,
    ({ order, inside, area }) => order().subarray(0, area).filter(inside).length / area,
  )
}
