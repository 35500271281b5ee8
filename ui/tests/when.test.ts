import { expect, test } from 'vitest'
import { short } from '../src/composables/when'

test('a moment of another year says which', () => {
  expect(short('2020-02-02T13:24:00', '2020')).toBe('02-02 13:24')
  expect(short('2021-01-01T00:05:00', '2020')).toBe('2021-01-01 00:05')
  expect(short('2020-12-31T23:59:00', '2021')).toBe('2020-12-31 23:59')
  expect(short(`${new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)}T08:00:00`)).toMatch(
    /^\d\d-\d\d 08:00$/,
  )
})
