/** Places of words in a vocabulary; right of it, or left, padded by place 0. Throws for a word that is not there. */
export function placesOf(
  words: readonly string[],
  vocabulary: readonly string[],
  length: number,
  side: 'left' | 'right',
): number[] {
  const places = words.map((word) => {
    const place = vocabulary.indexOf(word)
    if (place < 1) throw new RangeError(`'${word}' is not in the vocabulary.`)
    return place
  })
  const padding = Array<number>(length - places.length).fill(0)
  return side === 'right' ? [...places, ...padding] : [...padding, ...places]
}
