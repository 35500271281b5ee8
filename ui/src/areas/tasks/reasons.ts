// What speaks for a candidate, nearly for one, and against one. The sentences are the program's; a sign stands before each.
import type { Sentence } from '@/api/types/Sentence'

export type Weight = 'for' | 'near' | 'against'

/** Codes of what agrees as far as it can be seen. */
const FOR = ['id_same', 'id_masked', 'phone_same', 'phone_masked', 'door_full', 'name_same']
/** Codes of what contradicts. */
const AGAINST = [
  'id_other',
  'phone_foreign',
  'door_contrary',
  'name_other',
  'name_sex',
  'name_several',
  'name_of_another',
  'rival',
]

/** How a reason weighs; what is neither here nor there is near. */
export function weigh({ code }: Sentence): Weight {
  if (FOR.includes(code)) return 'for'
  return AGAINST.includes(code) ? 'against' : 'near'
}
export const SIGNS: Record<Weight, string> = { for: '✓', near: '≈', against: '✗' }
