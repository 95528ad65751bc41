import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chromiumPath } from './chromium.ts'

/** The Vulkan driver that Chromium ships, which emulates a GPU on the processor; undefined where there is none. */
const swiftShader = ['/usr/lib/chromium', dirname(chromiumPath ?? '.')]
  .map((folder) => join(folder, 'vk_swiftshader_icd.json'))
  .find((path) => existsSync(path))

/** The environment in which WebGPU in Node is tested on an emulated GPU, unless the caller has chosen a Vulkan driver. */
export const softwareGPU: Readonly<Record<string, string>> =
  swiftShader === undefined || process.env['VK_ICD_FILENAMES'] ? {} : { VK_ICD_FILENAMES: swiftShader }
