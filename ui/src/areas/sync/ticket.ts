// An enrolment ticket from whatever it came on: pasted or scanned text, a text file, a picture of its QR code.
import { api } from '@/api/client'
import { upload } from '@/api/transport'
import type { TicketRead } from '@/api/types/TicketRead'
import { followJob } from '@/composables/data'

/** The longest side of a picture that is looked at, in pixels: a photograph of a code on paper is read at this size. */
const LOOKED_AT = 1_600

/** Any picture the screen can show, as PNG: the one kind that is read. */
async function asPng(picture: File): Promise<File> {
  const bitmap = await createImageBitmap(picture)
  const scale = Math.min(1, LOOKED_AT / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(bitmap.width * scale)
  canvas.height = Math.round(bitmap.height * scale)
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  return png ? new File([png], 'ticket.png') : picture
}

/** Reads a ticket from a file or a picture. `begun` hears of the job that does it. `undefined`: cancelled. */
export async function ticketOfFile(file: File, begun: (job: number) => void): Promise<TicketRead | undefined> {
  // What cannot be shown is sent as it is: the program says what it is not.
  const sent = file.type.startsWith('image/') ? await asPng(file).catch(() => file) : file
  const { job } = await api.ticketRead({ token: await upload(sent) })
  begun(job)
  return followJob<TicketRead>(job, () => {})
}

/** Reads a ticket from its text. */
export const ticketOfText = (text: string, begun: (job: number) => void): Promise<TicketRead | undefined> =>
  ticketOfFile(new File([text], 'ticket.txt'), begun)
