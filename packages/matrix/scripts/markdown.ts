import { type Family, families, limitOf, rows, type Status, statusOf } from '../src/index.ts'
import type { Measured, MeasuredColumn } from '../src/measured.ts'

/** The matrix for people: how many cells are right in each family, then each cell that is not. */
export function markdown({ tfjs, columns }: Measured): string {
  const header = columns.map((column) => nameOf(column))
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const right = (column: MeasuredColumn, family?: Family) => {
    const among = rows.filter((row) => family === undefined || row.family === family)
    const count = (status: (id: string) => Status | undefined) =>
      among.filter(({ id }) => status(id) === 'right').length
    const before = count((id) => column.stock[id])
    const now = count((id) => statusOf(column.cells[id]!, column.backend))
    return before === now ? `${now}` : `${before} → **${now}**`
  }
  const remaining = rows.flatMap(({ id }) =>
    columns.flatMap((column) => {
      const status = statusOf(column.cells[id]!, column.backend)
      if (status === 'right') return []
      const limit = limitOf(column.backend, id)
      return [line([id, nameOf(column), status, limit?.reason ?? '**not explained**'])]
    }),
  )
  return [
    '# Operations × backends',
    '',
    `Cells right of TensorFlow.js ${tfjs}, as it comes → with \`registerGradients()\`. Written by \`pnpm matrix\`; the errors are in matrix.json.`,
    '',
    ...columns.map((column) => `- ${nameOf(column)}: ${column.device}`),
    '',
    line(['', 'rows', ...header]),
    line(['---', ...columns.map(() => '---'), '---']),
    ...(Object.keys(families) as Family[]).map((family) =>
      line([family, `${families[family].length}`, ...columns.map((column) => right(column, family))]),
    ),
    line(['all', `${rows.length}`, ...columns.map((column) => right(column))]),
    '',
    '## Cells that are not right',
    '',
    ...(remaining.length > 0
      ? [line(['row', 'backend', '', 'why']), line(['---', '---', '---', '---']), ...remaining]
      : ['None.']),
    '',
  ].join('\n')
}

const nameOf = ({ backend, runtime }: MeasuredColumn) => `${backend} (${runtime})`
