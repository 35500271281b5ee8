// Why a voucher is not good, by its code.
import type { Sentences } from '.'

export const vouchers: Sentences = {
  foreign: 'This is not the QR code of a voucher.',
  forged: 'It is forged: the PC that signed it never had the number.',
  given_out_twice:
    'The number was given out twice: here it is another voucher (the PC that signed may have been put back). Find out first.',
  incomplete: 'The QR code was not read whole: scan it again.',
  lease_unknown:
    'It is not known here that the PC that signed has this number: exchange first, and hand nothing out until it is.',
  leased: 'The PC that signed has this number, but it is not known here that it gave it out: exchange first.',
  own_number_unknown:
    'This PC signed it and knows nothing of the number (it may have been put back to an old backup): find out first.',
  refused: 'It does not count: the district did not accept it.',
  revoked:
    'The PC that signed was taken out of service, and the district has no record of the number: it does not count.',
  round_unknown: 'The round is not known here: exchange first, and hand nothing out until it is.',
  signature_wrong: 'Its signature is wrong: this committee did not issue it.',
  signer_unknown:
    "The signature is unknown here: another committee's, a PC's that joined a moment ago, or forged. Exchange first; if it stays unknown, hand nothing out.",
  void: 'It was voided.',
}
