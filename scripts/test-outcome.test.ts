import { describe, expect, it } from 'vitest'
import { closingLines, type Outcome, required, skipReason } from './test-outcome.ts'

const outcome: Outcome = {
  passed: ['a', 'b'],
  failed: ['c'],
  skipped: [
    { name: 'd', reason: 'needs EXPLAINNET_DATA' },
    { name: 'e', reason: 'needs EXPLAINNET_DATA' },
    { name: 'f', reason: 'marked so in the code' },
  ],
}

describe('the closing lines of a test run', () => {
  it('name what failed, group what was skipped, and end with the count', () => {
    expect(closingLines(outcome)).toEqual([
      'failed: c',
      'skipped: 2 (needs EXPLAINNET_DATA)',
      'skipped: 1 (marked so in the code)',
      '2 passed, 1 failed, 3 skipped',
    ])
  })

  it('leave out skips where there are none', () => {
    expect(closingLines({ ...outcome, failed: [], skipped: [] })).toEqual(['2 passed, 0 failed'])
  })

  it('turn a skip for something missing into a failure where nothing may be missing', () => {
    expect(closingLines(required(outcome))).toEqual([
      'failed: c',
      'failed: d (skipped: needs EXPLAINNET_DATA)',
      'failed: e (skipped: needs EXPLAINNET_DATA)',
      'skipped: 1 (marked so in the code)',
      '2 passed, 3 failed, 1 skipped',
    ])
  })
})

describe('the reason of a skip', () => {
  it('is read from the name of the test or from the note it was skipped with', () => {
    expect(skipReason('agrees with the HMT maps (EXPLAINNET_DATA, EXPLAINNET_GOLDEN)')).toBe(
      'needs EXPLAINNET_DATA and EXPLAINNET_GOLDEN',
    )
    expect(skipReason('runs on the backend', 'no GPU device')).toBe('needs a GPU device')
    expect(skipReason('tensorflow (needs the native binding) > runs')).toBe("needs TensorFlow's native binding")
  })

  it('is the note itself, or the mark in the code, where the machine lacks nothing', () => {
    expect(skipReason('refuses an unwritable folder', 'root may write anywhere')).toBe('root may write anywhere')
    expect(skipReason('refuses an unwritable folder')).toBe('marked so in the code')
  })
})
