// Where the data's key is kept: by the system's keyring, or by a password where there is none.
import { computed, ref, type ComputedRef } from 'vue'
import { Refusal } from '@/api/transport'

/** The program's refusals that a password answers. */
const REFUSED = ['password_required', 'password_or_unlock']

/** A keyring may be offered and refuse when something is put into it (none was ever set up, or it is locked): then a password is needed, too. */
export function useKeyring(offered: () => boolean): {
  needsPassword: ComputedRef<boolean>
  heed: (error: unknown) => void
} {
  const refused = ref(false)
  return {
    needsPassword: computed(() => !offered() || refused.value),
    heed: (error) => {
      refused.value ||= error instanceof Refusal && REFUSED.includes(error.body.code)
    },
  }
}
