#include "common/html/page_style.h"

namespace pleat {

const char kPageStyle[] = R"(
:root { color-scheme: light dark;
  --page: #f6f6f2; --panel: #ffffff; --ink: #16181d; --soft: #646b78; --rule: #e3e3dc;
  --a: #4455dd; --b: #d9822b; --good: #10805b; --bad: #c2334d; --chip: #ececf6; --empty: #f1f1ed; }
@media screen and (prefers-color-scheme: dark) { :root {
  --page: #101218; --panel: #181b23; --ink: #e8eaf0; --soft: #98a0b0; --rule: #2b303c;
  --a: #8b9bff; --b: #f0a55a; --good: #45c596; --bad: #ff7590; --chip: #272c3d; --empty: #1f232d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 40px 24px 64px; }
header .eyebrow { color: var(--soft); letter-spacing: .08em; text-transform: uppercase; font-size: 12px; }
h1 { font-size: clamp(28px, 5vw, 44px); line-height: 1.1; margin: 6px 0 10px; letter-spacing: -.02em;
  overflow-wrap: anywhere; }
a { color: var(--a); }
h2 { font-size: 22px; letter-spacing: -.01em; margin: 0 0 4px; }
h3 { font-size: 14px; margin: 0 0 8px; }
section { margin-top: 44px; }
.lead, .reason { color: var(--soft); margin: 0 0 14px; max-width: 76ch; }
.chip { display: inline-block; padding: 1px 9px; border-radius: 99px; background: var(--chip);
  font-size: 12px; font-weight: 600; white-space: nowrap; }
.chip.good { color: var(--good); } .chip.bad { color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); gap: 12px; margin-top: 24px; }
.tile, figure, .panel, .note, dl, details { background: var(--panel); border: 1px solid var(--rule); border-radius: 12px; }
.tile { padding: 14px 16px; }
.tile b { display: block; font-size: 22px; white-space: nowrap; line-height: 1.2; letter-spacing: -.02em;
  font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: 13px; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 430px), 1fr)); gap: 14px;
  margin: 14px 0; align-items: start; }
.small-grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(45%, 200px), 1fr)); gap: 10px; }
.slices { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr)); gap: 12px; }
.stack { display: grid; gap: 14px; min-width: 0; }
section > h3 { margin: 22px 0 10px; }
figure, .panel { margin: 0; padding: 14px 14px 10px; min-width: 0; }
figcaption { font-weight: 600; font-size: 14px; margin-bottom: 8px; display: flex; flex-wrap: wrap;
  gap: 4px 14px; justify-content: space-between; overflow-wrap: anywhere; }
.small-grid figure { padding: 8px 8px 4px; border-radius: 9px; }
.small-grid figcaption { font-size: 12px; margin-bottom: 2px; }
.legend { color: var(--soft); font-weight: 400; font-size: 12.5px; display: flex; flex-wrap: wrap; gap: 2px 12px; }
.key { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 5px; }
.key.a, .key.bar { background: var(--a); } .key.b { background: var(--b); }
.key.hit { background: var(--a); } .key.miss { background: var(--bad); } .key.gap { background: var(--bad); opacity: .5; }
.key.dot { background: var(--a); opacity: .65; border-radius: 50%; width: 8px; height: 8px; }
.key.mark { background: var(--ink); transform: rotate(45deg) scale(.75); border-radius: 1px; }
.key.baseline { height: 0; border-top: 2px dashed var(--good); border-radius: 0; vertical-align: 4px; width: 16px; }
.s0 { --c: var(--a); } .s1 { --c: color-mix(in srgb, var(--a) 70%, var(--b)); }
.s2 { --c: color-mix(in srgb, var(--a) 42%, var(--b)); } .s3 { --c: color-mix(in srgb, var(--a) 18%, var(--b)); }
.s4 { --c: var(--b); } .best { --c: var(--ink); } .key.trial { background: var(--c); height: 3px; vertical-align: 3px; }
.note { padding: 12px 16px; margin: 0; } .note.good b { color: var(--good); } .note.bad b { color: var(--bad); }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(104px, 1fr)); gap: 10px; }
.card { border: 1px solid var(--rule); border-radius: 9px; padding: 8px; break-inside: avoid; }
.card img { display: block; width: 100%; image-rendering: pixelated; border-radius: 5px; }
.card p { margin: 6px 0 0; font-size: 12.5px; line-height: 1.4; overflow-wrap: anywhere; }
.thumbs { display: flex; gap: 4px; } .thumbs img { width: 28px; image-rendering: pixelated; border-radius: 3px; }
.card small { color: var(--soft); } .wrong { color: var(--bad); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
th { color: var(--soft); font-weight: 500; text-align: left; font-size: 12.5px; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--rule); white-space: nowrap; }
tbody tr:last-child td { border-bottom: 0; }
.panel th, .panel td { padding: 5px 7px; }
.n { text-align: right; }
.strong td { font-weight: 600; }
section > .scroll { background: var(--panel); border: 1px solid var(--rule); border-radius: 12px; padding: 4px 6px;
  margin: 14px 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 18px; padding: 14px 16px; margin: 14px 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
details { padding: 10px 16px; } summary { cursor: pointer; font-weight: 600; }
pre { overflow-x: auto; font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; margin: 10px 0 4px; }
footer { margin-top: 48px; color: var(--soft); font-size: 13px; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font: 11.5px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--soft);
  font-variant-numeric: tabular-nums; }
svg .middle { text-anchor: middle; } svg .end { text-anchor: end; }
svg text.strong { fill: var(--ink); }
svg .grid { stroke: var(--rule); display: inline; } svg .axis { stroke: var(--soft); stroke-width: .8; }
svg .lane { stroke: var(--rule); stroke-width: .6; }
svg .baseline { stroke: var(--good); stroke-width: 1.4; stroke-dasharray: 5 4; }
svg .line { stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
svg .run { stroke-width: .8; opacity: .35; } svg .band { opacity: .16; stroke: none; }
svg .line.a, svg .run.a { stroke: var(--a); } svg .line.b, svg .run.b { stroke: var(--b); }
svg .band.a, svg .dot.a { fill: var(--a); } svg .band.b, svg .dot.b { fill: var(--b); }
svg .dot { opacity: .6; } svg .mark { fill: var(--ink); stroke: var(--panel); stroke-width: 1.2; }
svg .trial { stroke: var(--c); stroke-width: 1.5; stroke-linejoin: round; opacity: .7; }
svg .trial.best { stroke-width: 2.6; opacity: 1; }
svg .halo { stroke: var(--panel); stroke-width: 4; stroke-linejoin: round; paint-order: stroke; }
svg .cell.empty { fill: var(--empty); } svg .cell.hit { fill: var(--a); } svg .cell.miss { fill: var(--bad); }
svg .count { fill: var(--ink); font-size: 11px; pointer-events: none; } svg .count.on { fill: var(--panel); font-weight: 600; }
svg .bar { fill: var(--a); opacity: .85; } svg .gap { fill: var(--bad); opacity: .38; } svg .rows { fill: var(--soft); opacity: .5; }
@media (max-width: 600px) { main { padding: 24px 12px 40px; } section { margin-top: 34px; }
  .tiles { grid-template-columns: repeat(2, 1fr); gap: 8px; } .tile b { font-size: 20px; }
  figure, .panel { padding: 12px 8px 8px; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; }
  th, td { padding: 6px 7px; } }
@page { size: A4; margin: 14mm; }
@media print { :root { color-scheme: light; --page: #fff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 11px; } main { max-width: none; padding: 0; } section { margin-top: 22px; }
  h1 { font-size: 26px; } h2 { font-size: 17px; } h3, figcaption { font-size: 12px; }
  h2, h3, .lead, summary { break-after: avoid; } .lead { break-inside: avoid; margin-bottom: 8px; }
  figure, .panel, .tile, .note, .card, dl, tr { break-inside: avoid; }
  .tiles { grid-template-columns: repeat(auto-fit, minmax(104px, 1fr)); gap: 8px; margin-top: 14px; }
  .tile { padding: 8px 10px; } .tile b { font-size: 16px; } .tile span, .chip, .legend, .card p { font-size: 10px; }
  .grid { grid-template-columns: 1fr 1fr; gap: 10px; margin: 8px 0; } figure, .panel { padding: 8px; }
  .slices { grid-template-columns: repeat(3, 1fr); gap: 8px; } .stack { gap: 10px; }
  .small-grid { grid-template-columns: repeat(5, 1fr); gap: 6px; } .small-grid figcaption { font-size: 10px; }
  .gallery { grid-template-columns: repeat(4, 1fr); gap: 6px; } .card { padding: 5px; }
  .thumbs img { width: 19px; } .scroll, pre { overflow: visible; }
  table { font-size: 11px; } th { font-size: 10px; }
  th, td, .panel th, .panel td { padding: 3px 5px; white-space: normal; overflow-wrap: anywhere; } td.n { white-space: nowrap; }
  dl { gap: 3px 14px; padding: 10px 12px; margin: 8px 0; }
  details { box-decoration-break: clone; -webkit-box-decoration-break: clone; }
  details::details-content { content-visibility: visible; }
  pre { font-size: 9.5px; white-space: pre-wrap; overflow-wrap: anywhere; }
  footer { break-before: avoid; margin-top: 20px; } }
)";

}  // namespace pleat
