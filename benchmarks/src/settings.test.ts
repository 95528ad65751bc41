import { describe, expect, it } from 'vitest'
import { columns, readSettings, selection } from './settings.ts'

describe('--only', () => {
  it('left out asks for everything', () => {
    const { parts, rows, columns: all } = selection(undefined)
    expect(parts).toHaveLength(7)
    expect(rows).toHaveLength(6)
    expect(all).toEqual(columns)
  })

  it('with rows and columns asks for that part of the tables alone', () => {
    expect(selection('hmt,gradient,forward')).toEqual({
      parts: ['networks'],
      rows: ['hmt'],
      columns: ['forward', 'gradient'],
    })
  })

  it('with a part asks for the whole of it, or for its rows', () => {
    expect(selection('memory, workers')).toMatchObject({ parts: ['workers', 'memory'] })
    expect(selection('kernels,resnet-50')).toMatchObject({ parts: ['kernels'], rows: ['resnet-50'] })
  })

  it('refuses a word that it does not know', () => {
    expect(() => selection('hmt,speed')).toThrow("'speed'")
  })
})

describe('the settings', () => {
  it('record the command as it was typed', () => {
    expect(readSettings(['--only', 'hmt', '--runs', '3'])).toMatchObject({
      command: 'pnpm benchmark --only hmt --runs 3',
      runs: 3,
      backend: 'wasm',
    })
  })

  it('are none where help is asked for, and refuse no runs', () => {
    expect(readSettings(['--help'])).toBeUndefined()
    expect(() => readSettings(['--runs', '0'])).toThrow('whole number')
  })
})
