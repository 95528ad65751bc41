export {
  type GradientRegistration,
  gradientsRegistered,
  type RegisterGradientsOptions,
  registerGradients,
} from './register.ts'
