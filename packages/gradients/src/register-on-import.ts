import { registerGradients } from './register.ts'

registerGradients()
