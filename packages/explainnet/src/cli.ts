#!/usr/bin/env node
import { run } from './cli/program.ts'

run(process.argv).then((code) => {
  process.exitCode = code
})
