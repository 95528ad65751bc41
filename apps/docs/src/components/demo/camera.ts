/** A dialog with the camera's picture, frozen when the reader says so. */
import { type Picture, pictureOfVideo } from './picture.ts'

/** What to tell the reader, by the name of the browser's error. */
const complaints: Readonly<Record<string, string>> = {
  NotAllowedError:
    'This page may not use the camera. Allow it in the address bar of the browser, then try again, or choose a file.',
  NotFoundError: 'There is no camera. Connect one, or choose a file.',
  NotReadableError: 'The camera is in use by another program. Close it, then try again, or choose a file.',
}

/** The frame that the reader chose, or undefined if the dialog was closed. @throws Error with a sentence for the reader. */
export async function takePicture(dialog: HTMLDialogElement): Promise<Picture | undefined> {
  const stream = await openCamera()
  const video = dialog.querySelector('video')!
  try {
    video.srcObject = stream
    dialog.returnValue = ''
    dialog.showModal()
    await video.play()
    await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }))
    return dialog.returnValue === 'take' ? await pictureOfVideo(video) : undefined
  } finally {
    if (dialog.open) dialog.close()
    video.srcObject = null
    for (const track of stream.getTracks()) track.stop()
  }
}

async function openCamera(): Promise<MediaStream> {
  if (!navigator.mediaDevices)
    throw new Error('Browsers give the camera to pages over HTTPS only. Choose a file instead.')
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  } catch (error) {
    const name = error instanceof DOMException ? error.name : ''
    throw new Error(complaints[name] ?? 'The camera did not start. Choose a file instead.', { cause: error })
  }
}
