import type { Chart, ChartArea, Plugin, Scale } from 'chart.js';
import { type ChartModel, NARROW_PX, PLOT, dottedSegments, runsOf, spreadLabels } from './model.ts';
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
      drawLane(frame);
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
      drawTitle(frame);
      drawEvents(frame);
      drawThresholds(frame);
      clipped(frame, () => {
        drawDotted(frame);
        drawHollowPoints(frame);
      });
      drawEndLabels(frame, chart.width);
    },
  };
}

/** One row of the lane: a strip and the gap below it. */
const STRIP_PX = 4;
/** The lane keeps off the figure of the lowest gridline. */
const LANE_DROP_PX = 2;

/** Spikes of a single topic: their time shaded over the full height. */
function drawRegions({ context, area, x, model }: Frame): void {
  context.globalAlpha = 0.08;
  for (const region of model.regions) {
    if (region.row !== null) continue;
    const left = Math.max(area.left, x.getPixelForValue(region.from));
    const right = Math.min(area.right, x.getPixelForValue(region.to));
    if (right <= left) continue;
    context.fillStyle = region.color;
    context.fillRect(left, area.top, Math.max(2, right - left), area.bottom - area.top);
  }
  context.globalAlpha = 1;
}

/** Spikes of several topics: one row each in the lane below the plot, so that none hides a line or another spike. */
function drawLane({ context, area, x, model }: Frame): void {
  const { lane, regions, colors } = model;
  if (lane === null || regions.length === 0) return;
  context.font = `11px ${colors.font}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillStyle = colors.ink3;
  context.fillText(lane, area.left - 8, area.bottom + PLOT.lane / 2 + LANE_DROP_PX);
  const rows = Math.max(1, ...regions.map((region) => (region.row ?? 0) + 1));
  const top = area.bottom + (PLOT.lane - rows * STRIP_PX) / 2 + LANE_DROP_PX;
  context.globalAlpha = 0.55;
  for (const region of regions) {
    if (region.row === null) continue;
    const left = Math.max(area.left, x.getPixelForValue(region.from));
    const right = Math.min(area.right, x.getPixelForValue(region.to));
    if (right <= left) continue;
    context.fillStyle = region.color;
    context.beginPath();
    context.roundRect(
      left,
      top + region.row * STRIP_PX,
      Math.max(3, right - left),
      STRIP_PX - 1,
      1.5,
    );
    context.fill();
  }
  context.globalAlpha = 1;
}

const EVENT_ROW_PX = 16;

/** A thin line per event, its name at the head of the plot; names that would touch stand one row lower. */
function drawEvents({ context, area, x, model }: Frame): void {
  const narrow = area.right - area.left < NARROW_PX;
  const shown = model.events
    .map(({ at, label, short }) => ({
      label: narrow ? short : label,
      place: Math.round(x.getPixelForValue(at)) + 0.5,
    }))
    .filter(({ place }) => place >= area.left && place <= area.right);
  context.strokeStyle = model.colors.ink3;
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  context.beginPath();
  for (const { place } of shown) {
    context.moveTo(place, area.top);
    context.lineTo(place, area.bottom);
  }
  context.stroke();
  context.setLineDash([]);
  context.font = `11px ${model.colors.font}`;
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  const taken: number[] = [];
  for (const { label, place } of shown) {
    if (label === '') continue;
    const width = context.measureText(label).width;
    const left = place + width + 6 > area.right ? place - width - 5 : place + 5;
    let row = taken.findIndex((end) => end < left);
    if (row === -1) row = taken.length;
    taken[row] = left + width + 6;
    drawRimmed(context, model.colors, {
      text: label,
      x: left,
      y: area.top + 14 + row * EVENT_ROW_PX,
      color: model.colors.ink2,
    });
  }
}

/** Letters with a rim of the ground around them: lines may run behind. */
function drawRimmed(
  context: CanvasRenderingContext2D,
  colors: ChartModel['colors'],
  letters: { text: string; x: number; y: number; color: string },
): void {
  context.strokeStyle = colors.surface;
  context.lineWidth = 4;
  context.lineJoin = 'round';
  context.strokeText(letters.text, letters.x, letters.y);
  context.fillStyle = letters.color;
  context.fillText(letters.text, letters.x, letters.y);
}

function drawTitle({ context, area, model }: Frame): void {
  context.font = `11px ${model.colors.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.fillStyle = model.colors.ink3;
  context.fillText(model.title, area.left, area.top - 9);
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
  const narrow = area.right - area.left < NARROW_PX;
  for (const { value, label, short } of model.thresholds) {
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
    context.textAlign = 'left';
    drawRimmed(context, model.colors, {
      text: narrow ? short : label,
      x: area.left + 6,
      y: at - 2,
      color: model.colors.warn,
    });
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
