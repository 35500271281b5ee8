// The password of a sheet: asked for where the program says that it needs one, used once, kept nowhere.
import { shallowRef } from 'vue'
import { api } from '@/api/client'
import { Refusal } from '@/api/transport'

export interface Asked {
  /** Why: it has a password, or the one given is another. */
  text: string
  answer: (password?: string) => void
}

/** What is being asked; the dialog shows it, and is there while it stands. */
export const asked = shallowRef<Asked>()

function ask(text: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    asked.value = { text, answer: resolve }
  })
}

/** Reads an uploaded sheet, with its password where it has one; nothing where the clerk gives none. */
export async function withPassword<T>(token: string, read: () => Promise<T>): Promise<T | undefined> {
  let step: () => Promise<T> = read
  try {
    for (;;) {
      try {
        return await step()
      } catch (error) {
        if (!(error instanceof Refusal) || !error.body.code.startsWith('sheet_password')) throw error
        const password = await ask(error.message)
        if (password === undefined) return undefined
        step = async () => {
          await api.importUnlock({ token, password })
          return read()
        }
      }
    }
  } finally {
    // Open until it is known whether the password was right: a wrong one is asked for again in the same place.
    asked.value = undefined
  }
}
