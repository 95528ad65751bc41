export { type ColourBar, tickLabel } from './figure/colour-bar.ts'
export type { Heading } from './figure/compose.ts'
export type { Box, Figure, ImageMark, Mark, Panel, PathMark, RectMark, TextMark } from './figure/figure.ts'
export { textBox } from './figure/sheet.ts'
export { escapeXml, figureSvg } from './figure/svg.ts'
export { type ClassGridFigure, classGridFigure } from './figures/class-grid.ts'
export { type ConfusionFigure, confusionFigure } from './figures/confusion.ts'
export { type FeatureBarsFigure, featureBarsFigure } from './figures/feature-bars.ts'
export { type GraphFigure, type GraphPanel, graphFigure } from './figures/graph.ts'
export { type NoiseGridFigure, noiseGridFigure } from './figures/noise-grid.ts'
export { type BaselineFigure, baselineFigure, type MapPanelsFigure, mapPanelsFigure } from './figures/panels.ts'
export { type RocFigure, rocFigure } from './figures/roc.ts'
export { type SharesFigure, sharesFigure } from './figures/shares.ts'
export { type SignalFigure, signalFigure } from './figures/signal.ts'
export { type SignalCell, type SignalGridFigure, signalGridFigure } from './figures/signal-grid.ts'
export {
  type ClassMapsFigure,
  classMapsFigure,
  type LayerSweepFigure,
  layerSweepFigure,
  type PathStripFigure,
  pathStripFigure,
} from './figures/strips.ts'
export { type TechniqueGridFigure, techniqueGridFigure } from './figures/technique-grid.ts'
export { type TokenStripFigure, tokenStripFigure } from './figures/token-strip.ts'
export { type Epoch, type TrainingCurvesFigure, trainingCurvesFigure } from './figures/training-curves.ts'
export {
  type ColourName,
  colourNames,
  colourOf,
  type DivergingColours,
  isDiverging,
  type Rgb,
  type SequentialColours,
} from './marks/colour-map.ts'
export { type ColouriseOptions, colourise, masked, type OverlayOptions, overlay } from './marks/colourise.ts'
export { type Contour, contour, contourPath, outlineOf } from './marks/contour.ts'
export { encodePng, type Pixels, pixelsOf, pngDataUri } from './marks/pixels.ts'
export type { ReportData, ReportFigure, ReportItem, ReportMap, ReportTable, TraitShare } from './page/data.ts'
export { report } from './page/report.ts'
export { type Grid, gridOf, type Reduction } from './values/grid.ts'
export { type NormalisedGrid, type NormaliseOptions, normalise, normaliseGrid } from './values/normalise.ts'
export { resizeBilinear, resizeNearest } from './values/resize.ts'
