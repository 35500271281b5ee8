// Why a PC cannot join by a ticket, or at an address, by its code.
import type { Sentences } from '.'

export const joining: Sentences = {
  authority: "The district's certificate cannot be read: ask the district for a new code to join.",
  client: 'The network part of the program does not start: {reason}',
  foreign: 'This is no code to join a district.',
  incomplete: 'The code to join was not read whole: scan it again, or choose the file again.',
  no_authority:
    "The address and the code are not enough: the district's certificate is needed. Join by the picture or file of the code.",
  plain: "The district's address has to begin with https://.",
  unreadable: "The district's address “{address}” is not understood: check it.",
}
