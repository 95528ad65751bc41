/** Files that the reader picks, drops or pastes. */
export interface FileTakers {
  picture(file: File): void
  model(files: readonly File[]): void
}

/** Pictures and models may come by any of these ways; what is not a picture is taken for parts of a model. */
export function takeFiles(root: HTMLElement, inputs: readonly HTMLElement[], { picture, model }: FileTakers): void {
  const take = (files: readonly File[]) => {
    const image = files.find(({ type }) => type.startsWith('image/'))
    if (image) picture(image)
    else if (files.length > 0) model(files)
  }
  const [pictureInput, modelInput] = inputs as HTMLInputElement[]
  pictureInput!.addEventListener('change', () => {
    const [file] = chosen(pictureInput!)
    if (file) picture(file)
  })
  modelInput!.addEventListener('change', () => model(chosen(modelInput!)))
  // In the capturing phase: a file that is dropped on one panel is for both.
  root.addEventListener('dragover', (event) => {
    event.preventDefault()
    root.classList.add('dropping')
  })
  root.addEventListener('dragleave', () => root.classList.remove('dropping'))
  root.addEventListener(
    'drop',
    (event) => {
      event.preventDefault()
      event.stopPropagation()
      root.classList.remove('dropping')
      take([...(event.dataTransfer?.files ?? [])])
    },
    { capture: true },
  )
  document.addEventListener(
    'paste',
    (event) => {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length === 0) return
      event.preventDefault()
      event.stopPropagation()
      take(files)
    },
    { capture: true },
  )
}

/** The same file, chosen again, is a change again. */
function chosen(input: HTMLInputElement): File[] {
  const files = [...(input.files ?? [])]
  input.value = ''
  return files
}
