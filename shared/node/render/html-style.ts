/** Style of the HTML report: light on every screen, and the same on paper. */
export const HTML_STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 940px; padding: 28px 32px 48px; background: #fff; color: #1f2328;
  font: 14px/1.6 "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Source Han Sans SC", system-ui, sans-serif; }
h1 { margin: 0; font-size: 26px; line-height: 1.3; }
h2 { margin: 36px 0 10px; padding-bottom: 6px; border-bottom: 2px solid #1f2328; font-size: 18px; }
h2 span { display: inline-block; min-width: 1.6em; color: #005fb8; }
h3 { margin: 20px 0 6px; font-size: 14px; }
p { margin: 6px 0; overflow-wrap: anywhere; }
a { color: #005fb8; text-decoration: none; }
a:hover { text-decoration: underline; }
.brand { margin: 0; color: #005fb8; font-weight: 700; letter-spacing: .04em; }
.subtitle { margin: 2px 0 0; color: #59636e; font-size: 16px; }
.lead { padding: 12px 16px; border-left: 4px solid #005fb8; background: #f3f7fc; font-size: 15px; }
.warning { padding: 8px 12px; border-left: 4px solid #c84c00; background: #fdf4ee; }
.note, .none, footer { color: #59636e; font-size: 12px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 16px 0 0; font-size: 12px; }
.kpis { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 8px; }
.kpi { padding: 10px; border: 1px solid #d5dae0; border-radius: 6px; }
.kpi .label { margin: 0; color: #59636e; font-size: 12px; }
.kpi .value { margin: 0; font-size: 24px; font-weight: 700; line-height: 1.3; font-variant-numeric: tabular-nums; }
.kpi .interval { margin: 0; color: #59636e; font-size: 12px; font-variant-numeric: tabular-nums; }
.kpi dl { margin: 6px 0 0; font-size: 12px; }
.kpi dl div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 6px; }
.kpi dt { color: #59636e; }
.kpi dd { margin: 0; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scroll { overflow-x: auto; }
table { width: 100%; margin: 8px 0; border-collapse: collapse; font-size: 13px; }
th, td { padding: 5px 8px; border-bottom: 1px solid #e4e7eb; text-align: left; vertical-align: top; }
th { color: #59636e; font-weight: 600; border-bottom-color: #8b949e; vertical-align: bottom; }
td { overflow-wrap: anywhere; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.n { white-space: nowrap; }
td:first-child { min-width: 6em; }
figure { margin: 12px 0; }
figcaption { font-weight: 600; font-size: 13px; }
figure svg, figure img { display: block; width: 100%; height: auto; }
ul { margin: 6px 0; padding-left: 1.4em; }
footer { margin-top: 40px; padding-top: 8px; border-top: 1px solid #d5dae0; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 11px; }
  nav { display: none; }
  h2, h3 { break-after: avoid; }
  tr, figure, .kpi { break-inside: avoid; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; }
  .kpis { grid-template-columns: repeat(5, 1fr); }
}
`;
