export { type IntegratedGradientsOptions, integratedGradients } from './integrated-gradients.ts'
export { type PathRule, type Quadrature, quadratureRule, quadratures } from './quadrature.ts'
