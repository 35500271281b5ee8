// Where a building's rooms stand on the board: one column for 01, 02 … of each unit, so that a room stands over the one below it.
import type { Board } from '@/api/types/Board'
import type { BoardCell } from '@/api/types/BoardCell'

export interface Placed {
  cell: BoardCell
  /** Row of the board, from the top. */
  row: number
  /** Column, counted over all units. */
  column: number
}

export interface Plan {
  columns: string[]
  placed: Placed[]
}

/** What of a room's number says where on its floor it is: 501 and 1401 both are 01. */
const place = (cell: BoardCell) => (/^\d{3,}$/.test(cell.room) ? cell.room.slice(-2) : cell.room)

export function plan(board: Board): Plan {
  const key = (cell: BoardCell) => `${cell.unit ?? ''}|${place(cell)}`
  const clash = board.floors.some((floor) => new Set(floor.cells.map(key)).size < floor.cells.length)
  // Where two rooms of a floor claim one column, the order of the rooms is all there is to go by.
  const columnOf = (cell: BoardCell, index: number) => (clash ? `|${String(index).padStart(3, '0')}` : key(cell))
  const columns = [...new Set(board.floors.flatMap((floor) => floor.cells.map(columnOf)))]
  const unit = (column: string) => board.units.indexOf(column.split('|')[0] ?? '')
  columns.sort((a, b) => unit(a) - unit(b) || a.localeCompare(b, 'zh', { numeric: true }))
  const placed = board.floors.flatMap((floor, row) =>
    floor.cells.map((cell, index) => ({ cell, row, column: columns.indexOf(columnOf(cell, index)) })),
  )
  return { columns, placed }
}

/** The room that an arrow leads to: along the floor, or the nearest one a floor up or down. */
export function next(placed: Placed[], from: Placed, across: number, down: number): Placed {
  const nearest = (all: Placed[]) =>
    all.sort((a, b) => Math.abs(a.column - from.column) - Math.abs(b.column - from.column))[0] ?? from
  if (across !== 0)
    return nearest(placed.filter((one) => one.row === from.row && Math.sign(one.column - from.column) === across))
  for (let row = from.row + down; row >= 0 && placed.some((one) => (one.row - row) * down >= 0); row += down) {
    const floor = placed.filter((one) => one.row === row)
    if (floor.length > 0) return nearest(floor)
  }
  return from
}
