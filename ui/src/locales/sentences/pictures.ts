// Why there is no ticket in a picture, by its code.
import type { Sentences } from '.'

export const pictures: Sentences = {
  damaged: 'The picture cannot be read and may be damaged: take it again, or save it as PNG, and choose it again.',
  no_code: 'There is no QR code in the picture: let the code fill it, take it sharp, and choose it again.',
  stopped: 'Looking at the picture took too long: cut out the QR code alone, and choose it again.',
  too_large: 'The picture is too large: cut out the QR code alone, and choose it again.',
  unclear: 'The QR code cannot be made out: go nearer, take it in the light, straight and whole, and choose it again.',
}
