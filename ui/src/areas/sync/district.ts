// What marks the district among the committee's devices.
import type { DeviceRow } from '@/api/types/DeviceRow'

/** The letter that is the district's in every committee. */
const LETTER = 'W'

export const isDistrict = (device: DeviceRow): boolean => device.letter === LETTER
