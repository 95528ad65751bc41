/** The five classes of Tiny ImageNet that the study uses: WordNet id, which names the folder, and English name. */
export const tinyImageNetClasses = [
  { wnid: 'n01443537', name: 'goldfish' },
  { wnid: 'n01629819', name: 'salamander' },
  { wnid: 'n01644900', name: 'tailed frog' },
  { wnid: 'n01770393', name: 'scorpion' },
  { wnid: 'n01855672', name: 'goose' },
] as const
