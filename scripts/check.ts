// `pnpm run check`: the static gates alone.
import { runGates } from './gates.ts'

const results = await runGates()
const failed = results.filter(({ ok }) => !ok)
for (const { name } of failed) console.log(`failed: ${name}`)
console.log(`${results.length - failed.length} passed, ${failed.length} failed`)
if (failed.length > 0) process.exitCode = 1
