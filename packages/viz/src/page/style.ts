import { latin400, latin600 } from '../font/web-font.ts'

const face = (weight: number, data: string) =>
  `@font-face{font-family:Inter;font-weight:${weight};src:url(data:font/woff2;base64,${data}) format("woff2")}`

/**
 * The report's style sheet, letters included. Text keeps a contrast of at least 4.5 in both schemes. A function, so that
 * bundles without a report leave the letters out.
 */
export const style = () => `${face(400, latin400)}${face(600, latin600)}
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1a1c20;--soft:#575d68;--line:#dcdfe4;--accent:#0a5fa5;--bar:#2b7fc3;--control:#9aa1ac;--warn-ink:#7a3d00;--warn:#fff3e0;--opacity:.9}
@media(prefers-color-scheme:dark){:root{--page:#111317;--card:#1a1d23;--ink:#e9ebee;--soft:#a9b0bb;--line:#343942;--accent:#7db9f0;--bar:#4c9be0;--control:#6f7782;--warn-ink:#ffc98a;--warn:#33261a}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 Inter,system-ui,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:1160px;margin:0 auto;padding:0 24px}
header{padding-top:40px}
h1{font-size:30px;line-height:1.2;margin:0 0 8px;letter-spacing:-.02em}
h2{font-size:21px;line-height:1.3;margin:44px 0 14px;letter-spacing:-.01em}
h3{font-size:17px;margin:0;line-height:1.35}
h4{font-size:14px;margin:22px 0 8px}
p{margin:0 0 10px}
.lead{font-size:17px;color:var(--soft);max-width:70ch}
a{color:var(--accent)}
.facts{display:flex;flex-wrap:wrap;gap:10px 32px;margin:20px 0 0;padding:14px 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.facts dt{font-size:12px;color:var(--soft)}
.facts dd{margin:0;font-weight:600;font-size:14px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:20px;margin:0 0 20px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:13px;padding:0 0 8px}
th,td{text-align:left;padding:7px 14px 7px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:normal}
tr:last-child>*{border-bottom:0}
thead th{font-size:12px;color:var(--soft);font-weight:600;white-space:nowrap;vertical-align:bottom}
.number{text-align:right;white-space:nowrap}
td img{display:block;width:44px;height:44px;object-fit:cover;border-radius:5px}
.summary td,.summary tbody th{vertical-align:middle}
.certificates tbody th{white-space:nowrap}
.certificates td:last-child{min-width:230px}
.bad{color:var(--warn-ink);font-weight:600}
.controls{position:sticky;top:0;z-index:2;background:var(--page);display:flex;flex-wrap:wrap;gap:8px 22px;align-items:center;padding:10px 0;margin:0 0 6px;border:0;font-size:14px}
.controls label{display:inline-flex;gap:6px;align-items:center;cursor:pointer}
.controls input{accent-color:var(--accent);margin:0}
.only-script{display:none!important}
.scripted .only-script{display:inline-flex!important}
.head{display:flex;flex-wrap:wrap;gap:2px 14px;align-items:baseline;margin-bottom:14px}
.head p{margin:0;color:var(--soft)}
.head b{color:var(--ink)}
.maps{display:grid;grid-template-columns:repeat(auto-fill,minmax(140px,1fr));gap:18px 14px}
.maps figure{margin:0;min-width:0}
.maps figcaption{font-size:13px;line-height:1.35;margin-top:7px}
.maps figcaption b{display:block}
.soft{color:var(--soft);font-size:12px}
.heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.stack{position:relative;border-radius:6px;overflow:hidden;aspect-ratio:var(--aspect)}
.under{position:absolute;inset:0;background:var(--image) 0/100% 100%}
.stack img,.stack svg{display:block;width:100%;height:100%}
.stack .over,.stack svg{position:absolute;inset:0}
.stack .over{opacity:var(--opacity)}
body:has(#show-map:checked) .stack,.stack.alone{background:var(--zero)}
.stack.alone{aspect-ratio:4}
.stack.alone .over{opacity:1}
.crisp{image-rendering:pixelated}
.stack path{fill:none;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.stack path:first-child{stroke:#000;stroke-width:3.5px}
.stack path:last-child{stroke:#fff;stroke-width:1.6px}
body:has(#show-map:checked) .stack .under{visibility:hidden}
body:has(#show-map:checked) .stack .over{opacity:1}
body:has(#show-image:checked) .stack:not(.alone) .over{visibility:hidden}
body:has(#show-outline:not(:checked)) .stack svg{display:none}
.ramp{height:7px;border-radius:2px;margin-top:7px}
.ends{display:flex;justify-content:space-between;font-size:11px;color:var(--soft);font-variant-numeric:tabular-nums}
.bars{display:grid;grid-template-columns:minmax(90px,max-content) 1fr max-content;gap:5px 12px;align-items:center;font-size:13px;max-width:760px}
.bars .value{white-space:nowrap;font-variant-numeric:tabular-nums}
.bar{display:contents}
.track{position:relative;height:14px;background:var(--page);border-radius:3px}
.track i{position:absolute;inset:0 auto 0 0;background:var(--bar);border-radius:3px}
.track.control i{background:var(--control)}
.track u{position:absolute;top:6px;height:2px;background:var(--ink);box-shadow:0 0 0 1px var(--card)}
.warnings{list-style:none;margin:14px 0 0;padding:0;font-size:13.5px}
.warnings li{background:var(--warn);color:var(--warn-ink);border-radius:6px;padding:7px 12px;margin-top:6px}
details{margin-top:14px;font-size:13.5px}
summary{cursor:pointer;color:var(--accent)}
details details{margin:10px 0 0 16px}
pre{background:var(--page);border-radius:6px;padding:12px;overflow:auto;max-height:420px;font-size:12px;line-height:1.45;white-space:pre}
.figure{margin:0}
.figure img{display:block;max-width:100%;height:auto;border-radius:6px;background:#fff}
.figure figcaption{color:var(--soft);font-size:13.5px;margin-top:10px;max-width:80ch}
footer{padding-top:10px;padding-bottom:50px;color:var(--soft);font-size:13.5px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media(max-width:600px){header,main,footer{padding-left:14px;padding-right:14px}header{padding-top:24px}h1{font-size:24px}.card{padding:14px}.maps{grid-template-columns:repeat(2,minmax(0,1fr));gap:14px 10px}.bars{grid-template-columns:1fr}.bar{display:grid;grid-template-columns:1fr max-content;gap:1px 10px}.bar .track{grid-row:2;grid-column:1/-1}.summary .optional{display:none}.summary th,.summary td{padding-right:9px}.figure .wide{max-width:none;width:680px}}
@media print{body{background:#fff;font-size:11pt}.controls,details{display:none}.card{border:0;padding:0;break-inside:auto}.maps figure,tr,.figure{break-inside:avoid}h2,h3,h4{break-after:avoid}.maps{grid-template-columns:repeat(4,1fr)}.stack,.under,.ramp,.track,.track *{print-color-adjust:exact;-webkit-print-color-adjust:exact}.scroll{overflow:visible}}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}`
