import type { Chart, ChartArea, Plugin, Scale } from 'chart.js';
import { type ChartModel, dottedSegments, runsOf, spreadLabels } from './model.ts';
import { UNCERTAIN_DASH } from './palette.ts';

/** Our own small plugins: shaded spans, bands, thresholds, hollow points, labels at the line ends. */

interface Frame {
  context: CanvasRenderingContext2D;
  area: ChartArea;
  x: Scale;
  y: Scale;
  model: ChartModel;
}

/** Everything below the lines. */
export function backgroundPlugin(modelOf: () => ChartModel): Plugin {
  return {
    id: 'weimai-background',
    beforeDatasetsDraw(chart) {
      const frame = frameOf(chart, modelOf());
      if (frame === null) return;
      clipped(frame, () => {
        drawRegions(frame);
        drawBands(frame);
      });
    },
  };
}

/** Everything above them. */
export function foregroundPlugin(modelOf: () => ChartModel): Plugin {
  return {
    id: 'weimai-foreground',
    afterDatasetsDraw(chart) {
      const frame = frameOf(chart, modelOf());
      if (frame === null) return;
      drawThresholds(frame);
      clipped(frame, () => {
        drawDotted(frame);
        drawHollowPoints(frame);
      });
      drawEndLabels(frame, chart.width);
    },
  };
}

const STRIP_PX = 4;

function drawRegions({ context, area, x, model }: Frame): void {
  for (const region of model.regions) {
    const left = Math.max(area.left, x.getPixelForValue(region.from));
    const right = Math.min(area.right, x.getPixelForValue(region.to));
    if (right <= left) continue;
    context.globalAlpha = region.row === null ? 0.08 : 0.6;
    context.fillStyle = region.color;
    const top = region.row === null ? area.top : area.bottom - (region.row + 1) * STRIP_PX;
    const height = region.row === null ? area.bottom - area.top : STRIP_PX - 1;
    context.fillRect(left, top, Math.max(2, right - left), height);
  }
  context.globalAlpha = 1;
}

/** 90 % band of each line; a gap in the line is a gap in its band. */
function drawBands({ context, x, y, model }: Frame): void {
  for (const line of model.lines) {
    if (!line.band) continue;
    context.fillStyle = line.color;
    context.globalAlpha = 0.13;
    // Where a handful of mentions decide, the band would fill the chart and say nothing: the circles do.
    for (const run of runsOf(
      line.points.filter((point) => !point.uncertain),
      model.stepMs,
    )) {
      context.beginPath();
      for (const point of run)
        context.lineTo(x.getPixelForValue(point.x), y.getPixelForValue(point.high ?? point.y));
      for (const point of run.toReversed())
        context.lineTo(x.getPixelForValue(point.x), y.getPixelForValue(point.low ?? point.y));
      context.closePath();
      context.fill();
    }
  }
  context.globalAlpha = 1;
}

function drawThresholds({ context, area, y, model }: Frame): void {
  context.font = `11px ${model.colors.font}`;
  context.textBaseline = 'bottom';
  for (const { value, label } of model.thresholds) {
    if (value < model.min || value > model.max) continue;
    const at = Math.round(y.getPixelForValue(value)) + 0.5;
    context.strokeStyle = model.colors.warn;
    context.lineWidth = 1;
    context.setLineDash([6, 4]);
    context.beginPath();
    context.moveTo(area.left, at);
    context.lineTo(area.right, at);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = model.colors.warn;
    context.textAlign = 'left';
    context.fillText(label, area.left + 6, at - 2);
  }
}

function drawDotted({ context, x, y, model }: Frame): void {
  context.lineWidth = 2;
  context.setLineDash([...UNCERTAIN_DASH]);
  for (const line of model.lines) {
    if (line.ghost) continue;
    context.strokeStyle = line.color;
    context.beginPath();
    for (const [from, to] of dottedSegments(line.points, model.stepMs)) {
      context.moveTo(x.getPixelForValue(from.x), y.getPixelForValue(from.y));
      context.lineTo(x.getPixelForValue(to.x), y.getPixelForValue(to.y));
    }
    context.stroke();
  }
  context.setLineDash([]);
}

const HOLLOW_RADIUS = 2.6;
/** Beyond this many, circles touch each other and say nothing. */
const MOST_HOLLOW = 130;

function drawHollowPoints({ context, x, y, model }: Frame): void {
  context.lineWidth = 1.3;
  context.fillStyle = model.colors.surface;
  for (const line of model.lines) {
    if (line.ghost || line.points.length > MOST_HOLLOW) continue;
    context.strokeStyle = line.color;
    for (const point of line.points) {
      if (!point.uncertain) continue;
      context.beginPath();
      context.arc(x.getPixelForValue(point.x), y.getPixelForValue(point.y), HOLLOW_RADIUS, 0, 7);
      context.fill();
      context.stroke();
    }
  }
}

/** Name and colour at the end of each line: no legend to look up. */
function drawEndLabels({ context, area, y, model }: Frame, width: number): void {
  if (width - area.right < 60) return;
  const ends = model.lines.flatMap((line) => {
    const last = line.points.at(-1);
    return last === undefined || line.ghost ? [] : [{ line, y: y.getPixelForValue(last.y) }];
  });
  const places = spreadLabels(
    ends.map((end) => Math.min(area.bottom, Math.max(area.top, end.y))),
    { gap: 15, top: area.top + 4, bottom: area.bottom - 4 },
  );
  context.font = `600 12px ${model.colors.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  for (const [index, { line }] of ends.entries()) {
    const at = places[index] ?? 0;
    context.fillStyle = line.color;
    context.fillText(shorten(context, line.label, width - area.right - 14), area.right + 8, at);
  }
}

function shorten(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && context.measureText(`${characters.join('')}…`).width > width) {
    characters.pop();
  }
  return `${characters.join('')}…`;
}

function frameOf(chart: Chart, model: ChartModel): Frame | null {
  const { x, y } = chart.scales;
  if (x === undefined || y === undefined) return null;
  return { context: chart.ctx, area: chart.chartArea, x, y, model };
}

function clipped({ context, area }: Frame, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(area.left, area.top - 4, area.right - area.left, area.bottom - area.top + 8);
  context.clip();
  draw();
  context.restore();
}
