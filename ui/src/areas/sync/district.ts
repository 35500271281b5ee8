// What marks the district among the committee's devices.
import { DISTRICT_LETTER } from '@/api/known'
import type { DeviceRow } from '@/api/types/DeviceRow'

export const isDistrict = (device: DeviceRow): boolean => device.letter === DISTRICT_LETTER
