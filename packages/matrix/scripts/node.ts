import { fork } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ColumnResult, RunColumn } from './column.ts'
import type { NodeColumnRequest } from './node-column.ts'

/** The GPU that Chromium emulates, for Dawn: where a machine has one of its own, VK_ICD_FILENAMES names it. */
const emulatedGPU = '/usr/lib/chromium/vk_swiftshader_icd.json'

export const runInNode: RunColumn = (backend, stock, references, onProgress) =>
  new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'node-column.ts'), {
      execArgv: ['--conditions=source'],
      serialization: 'advanced',
      // What layers and drivers remark is of no interest here.
      stdio: ['ignore', 'ignore', process.env['MATRIX_VERBOSE'] ? 'inherit' : 'ignore', 'ipc'],
      env: {
        ...(existsSync(emulatedGPU) && { VK_ICD_FILENAMES: emulatedGPU }),
        XDG_RUNTIME_DIR: mkdtempSync(join(tmpdir(), 'matrix-')),
        ...process.env,
      },
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The process of ${backend} ended with ${code}.`)))
    child.on('message', (message: string | ColumnResult) => {
      if (typeof message === 'string') return onProgress(message)
      resolve(message)
    })
    child.send({ backend, stock, references } satisfies NodeColumnRequest)
  })
