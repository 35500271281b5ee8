// What needs me now, behind how many there are, by its code.
import type { Sentences } from '.'

export const today: Sentences = {
  never_backed_up: '{count:day|days}, and never a backup',
  to_acknowledge: '{count:instruction|instructions} to acknowledge',
  to_back_up: '{count:day|days} without a backup',
  to_collect: '{round}: told, not collected',
  to_notify: '{round}: to notify',
  to_reply: '{count:order|orders} to reply to',
  to_review: '{round}: to review',
  to_verify: '{count:row|rows} to verify',
}
