// Why two records may be one person's, by its code.
import type { Sentences } from '.'

export const alike: Sentences = {
  birth_date: 'Same name and birth date',
  building: 'Same name in the same building',
  document: 'Same document number',
  household: 'Same name in the same household',
  name: 'Same name on the roster',
  phone: 'Same name and phone number',
}
