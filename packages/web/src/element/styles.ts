let sheet: CSSStyleSheet | undefined

/** One sheet for all elements. Constructed, so that a strict Content-Security-Policy lets it be. */
export function styles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
  }
  return sheet
}

// Light or dark by the `color-scheme` that the page gives the element.
const css = `
:host {
  --text: var(--explain-net-text, light-dark(#1c2024, #e6e8eb));
  --muted: var(--explain-net-muted, light-dark(#555b63, #a9b0b9));
  --surface: var(--explain-net-surface, light-dark(#ffffff, #16191d));
  --raised: var(--explain-net-raised, light-dark(#f1f3f5, #22262c));
  --border: var(--explain-net-border, light-dark(#868e96, #6c757f));
  --accent: var(--explain-net-accent, light-dark(#0b57d0, #a8c7fa));
  --on-accent: var(--explain-net-on-accent, light-dark(#ffffff, #062e6f));
  --doubt: var(--explain-net-doubt, light-dark(#7a4a00, #f5c26b));
  --error: var(--explain-net-error, light-dark(#b3261e, #ffb4ab));
  --radius: var(--explain-net-radius, 6px);
  display: block;
  container-type: inline-size;
  color: var(--text);
  background: var(--surface);
  font: var(--explain-net-font, 0.9375rem/1.45 system-ui, sans-serif);
}
:host([hidden]), [hidden] { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }
p, ul, dl, dd, figure, fieldset { margin: 0; padding: 0; border: 0; }
fieldset { min-inline-size: 0; }
.layout { display: grid; gap: 1rem; padding: 0.75rem; }
.side, .controls, .group, .options { display: grid; gap: 0.75rem; align-content: start; min-inline-size: 0; }
.group + .group, .field + .group { border-block-start: 1px solid color-mix(in srgb, var(--border) 45%, transparent); padding-block-start: 0.75rem; }
@container (min-width: 40rem) {
  .layout { grid-template: auto 1fr / minmax(0, 1fr) minmax(13rem, 17rem); column-gap: 1.5rem; }
  .controls { grid-column: 2; grid-row: 1 / span 2; }
}

.figure { display: grid; gap: 0.4rem; }
.stage { position: relative; inline-size: fit-content; max-inline-size: 100%; line-height: 0; cursor: crosshair; touch-action: pan-y pinch-zoom; border-radius: var(--radius); }
.stage canvas { display: block; max-inline-size: 100%; max-block-size: 75vh; block-size: auto; border-radius: inherit; }
.stage .crosshair { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; max-block-size: none; pointer-events: none; }
.empty .stage { display: none; }
.hint { display: none; padding: 3rem 1rem; text-align: center; color: var(--muted); background: var(--raised); border: 1px dashed var(--border); border-radius: var(--radius); }
.empty .hint { display: block; }
.value { min-block-size: 1.45em; color: var(--muted); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.legend canvas { display: block; inline-size: 100%; block-size: 0.6rem; border-radius: 2px; }
.ends { display: flex; justify-content: space-between; font-size: 0.8125rem; color: var(--muted); font-variant-numeric: tabular-nums; }

.field { display: grid; gap: 0.2rem; }
.field > span, legend { font-size: 0.8125rem; color: var(--muted); padding: 0; }
.field > span::first-letter, .check > span::first-letter { text-transform: uppercase; }
select, input[type="number"], input[type="text"], button, .button {
  font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--border); border-radius: var(--radius);
  min-block-size: 2.25rem; padding: 0.25rem 0.6rem; inline-size: 100%; min-inline-size: 0;
}
::placeholder { color: var(--muted); opacity: 1; }
input[type="range"] { inline-size: 100%; min-block-size: 1.5rem; margin: 0; accent-color: var(--accent); }
input[type="checkbox"], input[type="radio"] { accent-color: var(--accent); margin: 0; inline-size: 1.1rem; block-size: 1.1rem; }
input:user-invalid { border-color: var(--error); outline: 1px solid var(--error); }
.number { display: grid; gap: 0.2rem; }
.check, .radios label { display: flex; gap: 0.45rem; align-items: center; min-block-size: 1.75rem; }
.radios label { display: inline-flex; margin-inline-end: 0.9rem; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.5rem; }
button, .button { inline-size: auto; display: inline-flex; align-items: center; cursor: pointer; }
button:hover:enabled, .button:hover { border-color: var(--accent); }
button:disabled { color: var(--muted); cursor: default; border-style: dashed; }
:focus-visible, .button:focus-within { outline: 2px solid var(--accent); outline-offset: 2px; }
.button { position: relative; }

.status { min-block-size: 1.45em; }
progress { inline-size: 100%; block-size: 0.4rem; accent-color: var(--accent); }
progress.idle { visibility: hidden; }
.error { color: var(--error); border: 1px solid currentcolor; border-radius: var(--radius); padding: 0.5rem 0.75rem; overflow-wrap: anywhere; }
.doubts { color: var(--doubt); border: 1px solid currentcolor; border-radius: var(--radius); padding: 0.5rem 0.75rem; }
.doubts > p { font-weight: 600; }
.doubts ul { padding-inline-start: 1.1rem; }
.certificate { display: grid; gap: 0.75rem; overflow-wrap: anywhere; }
summary { cursor: pointer; min-block-size: 1.75rem; }
dl { display: grid; grid-template-columns: minmax(5rem, max-content) minmax(0, 1fr); gap: 0.25rem 0.9rem; padding-block-start: 0.4rem; }
dt { color: var(--muted); }
.told { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (forced-colors: active) {
  .error, .doubts { border-color: CanvasText; }
}
`
