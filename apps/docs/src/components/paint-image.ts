/** Through a bitmap: a page's first 2D context would hold the page up until the browser's graphics process is there. */
export async function paintImage(canvas: HTMLCanvasElement, image: ImageData): Promise<void> {
  const bitmap = await createImageBitmap(image)
  canvas.getContext('bitmaprenderer')!.transferFromImageBitmap(bitmap)
}
