import { formatMood, isoInZone } from '../i18n/format.ts';
import type { ChartColors } from '../charts/palette.ts';
import type { TopicPoints } from './chart-model.ts';
import type { Span } from './live-url.ts';

/** What is on screen as a file. Pure but for the canvas that the browser gives. */

/** Excel needs the mark to read UTF-8; a leading = + - @ would run as a formula there. */
const BOM = '\uFEFF';
const FORMULA = /^[=+\-@\t\r]/;

/** One row per topic and step, times in the viewer's zone with its offset. */
export function seriesCsv(
  topics: readonly TopicPoints[],
  view: Span & { stepMs: number; windowMs: number },
  zone: string,
): string {
  const head =
    'time,topic,id,n,positive,neutral,negative,mood,mood_low,mood_high,window_minutes,window_n,window_mood,window_low,window_high';
  const rows = topics.flatMap((topic) => {
    const windows = new Map(topic.drawn.map((point) => [point.at, point]));
    return topic.points
      .filter((point) => point.at >= view.from && point.at < view.to)
      .map((point) => {
        const window = windows.get(point.at);
        return [
          isoInZone(point.at, zone),
          cell(topic.name),
          cell(topic.id),
          point.n,
          point.positive,
          point.neutral,
          point.negative,
          figure(point.mood),
          figure(point.low),
          figure(point.high),
          view.windowMs / 60_000,
          window?.n ?? '',
          figure(window?.mood ?? null),
          figure(window?.low ?? null),
          figure(window?.high ?? null),
        ].join(',');
      });
  });
  return `${BOM}${[head, ...rows].join('\r\n')}\r\n`;
}

function figure(value: number | null): string {
  return value === null ? '' : (Math.round(value * 10) / 10).toString();
}

export function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const MARGIN = 24;
const HEAD = 64;
const FOOT = 30;

/** Both charts with title, legend, zone and origin on one background. */
export function chartPicture(input: {
  canvases: readonly HTMLCanvasElement[];
  title: string;
  subtitle: string;
  footer: string;
  legend: readonly { name: string; color: string; mood: number | null }[];
  colors: ChartColors;
}): Promise<Blob> {
  const { canvases, colors } = input;
  const scale = 2;
  const width = Math.max(...canvases.map((canvas) => canvas.clientWidth));
  const height = canvases.reduce((sum, canvas) => sum + canvas.clientHeight, 0);
  const picture = document.createElement('canvas');
  picture.width = (width + 2 * MARGIN) * scale;
  picture.height = (height + HEAD + FOOT + MARGIN) * scale;
  const context = picture.getContext('2d');
  if (context === null) throw new Error('this browser gives no 2d canvas');
  context.scale(scale, scale);
  context.fillStyle = colors.surface;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = colors.ink;
  context.font = `600 16px ${colors.font}`;
  context.fillText(input.title, MARGIN, 30);
  context.font = `12px ${colors.font}`;
  context.fillStyle = colors.ink3;
  context.fillText(input.subtitle, MARGIN, 50);
  let x = width + MARGIN;
  for (const { name, color, mood } of input.legend.toReversed()) {
    const text = mood === null ? name : `${name} ${formatMood(mood)}`;
    x -= context.measureText(text).width + 26;
    context.fillStyle = color;
    context.fillRect(x, 41, 10, 10);
    context.fillStyle = colors.ink;
    context.fillText(text, x + 14, 50);
  }
  let y = HEAD;
  for (const canvas of canvases) {
    context.drawImage(canvas, MARGIN, y, canvas.clientWidth, canvas.clientHeight);
    y += canvas.clientHeight;
  }
  context.fillStyle = colors.ink3;
  context.fillText(input.footer, MARGIN, y + 24);
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) =>
      blob === null ? reject(new Error('the picture is empty')) : resolve(blob),
    );
  });
}
