export { deconvnet, guidedBackprop } from './guided-backprop.ts'
export { type RectifierRuleOptions, rectifierRule } from './rectifier-rule.ts'
