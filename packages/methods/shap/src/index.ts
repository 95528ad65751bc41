export { type ShapOptions, shap } from './shap.ts'
