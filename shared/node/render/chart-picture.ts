import { type SKRSContext2D, SvgExportFlag, createCanvas } from '@napi-rs/canvas';
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Filler,
  Legend,
  LineController,
  LineElement,
  LinearScale,
  PointElement,
} from 'chart.js';
import type { ChartConfig } from '#shared/report/charts.ts';
import { PLAIN_TEXT } from './pdf-text.ts';
import { FONT_STACK, registerFonts, runsOf } from './fonts.ts';

export interface ChartSize {
  /** CSS pixels. */
  width: number;
  height: number;
}

let ready = false;

function prepare(): void {
  if (ready) return;
  registerFonts();
  Chart.register(
    BarController,
    BarElement,
    CategoryScale,
    Filler,
    Legend,
    LineController,
    LineElement,
    LinearScale,
    PointElement,
  );
  Chart.defaults.font.family = FONT_STACK;
  ready = true;
}

/** PNG with a white ground; `scale` 2 for sharp print and screens. */
export function chartPng(config: ChartConfig, size: ChartSize, scale: number = 2): Buffer {
  const canvas = createCanvas(size.width * scale, size.height * scale);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  drawChart(context, config, { ...size, x: 0, y: 0, scale });
  return canvas.toBuffer('image/png');
}

/** SVG element with all text as paths: nothing in it can run, and no font is needed to show it. */
export function chartSvg(config: ChartConfig, size: ChartSize, label: string): string {
  const canvas = createCanvas(size.width, size.height, SvgExportFlag.ConvertTextToPaths);
  drawChart(canvas.getContext('2d'), config, { ...size, x: 0, y: 0, scale: 1 });
  const svg = canvas.getContent().toString('utf8');
  const body = svg.slice(svg.indexOf('<svg')).replace(/>\s+</g, '><').trim();
  const title = label.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return body.replace(
    /^<svg[^>]*>/,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${title}">`,
  );
}

/**
 * Draws a chart with Chart.js onto any canvas, a page of a PDF included: there lines stay lines and labels stay text.
 * Chart.js resets the transform and clears its canvas, which a part of a page must not feel.
 */
export function drawChart(
  context: SKRSContext2D,
  config: ChartConfig,
  place: ChartSize & { x: number; y: number; scale: number },
): void {
  prepare();
  const { x, y, scale } = place;
  const ownMembers: Record<string, unknown> = {
    setTransform: (a: number, b: number, c: number, d: number, e: number, f: number) =>
      context.setTransform(
        a * scale,
        b * scale,
        c * scale,
        d * scale,
        e * scale + x,
        f * scale + y,
      ),
    resetTransform: () => context.setTransform(scale, 0, 0, scale, x, y),
    clearRect: () => {},
    fillText: (text: string, atX: number, atY: number) => fillRuns(context, text, atX, atY),
  };
  const canvas = { width: place.width, height: place.height, getContext: () => proxy };
  ownMembers['canvas'] = canvas;
  const proxy: SKRSContext2D = new Proxy(context, {
    get(target, name) {
      if (typeof name === 'string' && name in ownMembers) return ownMembers[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
  context.save();
  context.setTransform(scale, 0, 0, scale, x, y);
  context.textRendering = PLAIN_TEXT;
  const chart = new Chart(
    canvas as never,
    {
      ...config,
      options: { ...config.options, responsive: false, animation: false, devicePixelRatio: 1 },
    } as ChartConfiguration,
  );
  chart.destroy();
  context.restore();
}

/** fillText, run by run (fonts.ts, runsOf), under the alignment that is set. */
function fillRuns(context: SKRSContext2D, text: string, x: number, y: number): void {
  const runs = [...runsOf(text)].map((run) => ({
    text: run.text,
    width: context.measureText(run.text).width,
  }));
  const { textAlign } = context;
  const width = runs.reduce((sum, run) => sum + run.width, 0);
  const before =
    textAlign === 'center' ? width / 2 : textAlign === 'right' || textAlign === 'end' ? width : 0;
  context.textAlign = 'left';
  let at = x - before;
  for (const run of runs) {
    context.fillText(run.text, at, y);
    at += run.width;
  }
  context.textAlign = textAlign;
}
