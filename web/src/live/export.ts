import { isoInZone } from '../i18n/format.ts';
import { PLOT } from '../charts/model.ts';
import type { ChartColors } from '../charts/palette.ts';
import type { TopicPoints } from './chart-model.ts';
import type { Span } from './live-url.ts';

/** What is on screen as a file. Pure but for the canvas that the browser gives. */

/** Excel needs the mark to read UTF-8; a leading = + - @ would run as a formula there. */
const BOM = '\uFEFF';
const FORMULA = /^[=+\-@\t\r]/;

/** One row per topic and step, with the period before where it is compared; times in the viewer's zone with its offset. */
export function seriesCsv(
  topics: readonly TopicPoints[],
  view: Span & { stepMs: number; windowMs: number },
  zone: string,
): string {
  const compared = topics.some((topic) => topic.before.length > 0);
  const head = `time,topic,id,n,positive,neutral,negative,mood,mood_low,mood_high,window_minutes,window_n,window_negative,window_mood,window_low,window_high${
    compared ? ',before_n,before_negative,before_mood' : ''
  }`;
  const rows = topics.flatMap((topic) => {
    const windows = new Map(topic.drawn.map((point) => [point.at, point]));
    const before = new Map(topic.before.map((point) => [point.at, point]));
    return topic.points
      .filter((point) => point.at >= view.from && point.at < view.to)
      .map((point) => {
        const window = windows.get(point.at);
        const was = before.get(point.at);
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
          window?.negative ?? '',
          figure(window?.mood ?? null),
          figure(window?.low ?? null),
          figure(window?.high ?? null),
          ...(compared ? [was?.n ?? '', was?.negative ?? '', figure(was?.mood ?? null)] : []),
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
const SIGN_RADIUS = 10;

export interface PictureMark {
  /** Place in the plot, 0 left … 1 right. */
  place: number;
  /** Notes stand above the plot, spikes in the lane below it. */
  lane: 'note' | 'spike';
  text: string;
}

/** Both charts with title, legend, signs, zone and origin on one background. */
export function chartPicture(input: {
  main: HTMLCanvasElement;
  volume: HTMLCanvasElement;
  title: string;
  subtitle: string;
  footer: string;
  legend: readonly { text: string; color: string }[];
  marks: readonly PictureMark[];
  /** Right edge of the plot, px from the right of the canvas. */
  right: number;
  colors: ChartColors;
}): Promise<Blob> {
  const { main, volume, colors } = input;
  const scale = 2;
  const width = Math.max(main.clientWidth, volume.clientWidth);
  const picture = document.createElement('canvas');
  picture.width = (width + 2 * MARGIN) * scale;
  picture.height = (main.clientHeight + volume.clientHeight + HEAD + FOOT + MARGIN) * scale;
  const context = picture.getContext('2d');
  if (context === null) throw new Error('this browser gives no 2d canvas');
  context.scale(scale, scale);
  context.fillStyle = colors.surface;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = colors.ink;
  context.font = `600 16px ${colors.font}`;
  context.fillText(input.title, MARGIN, 28);
  context.font = `12px ${colors.font}`;
  context.fillStyle = colors.ink3;
  context.fillText(input.subtitle, MARGIN, 50);
  let x = width + MARGIN;
  for (const { text, color } of input.legend.toReversed()) {
    x -= context.measureText(text).width + 26;
    context.fillStyle = color;
    context.fillRect(x, 41, 10, 10);
    context.fillStyle = colors.ink;
    context.fillText(text, x + 14, 50);
  }
  let y = HEAD;
  for (const canvas of [main, volume]) {
    context.drawImage(canvas, MARGIN, y, canvas.clientWidth, canvas.clientHeight);
    y += canvas.clientHeight;
  }
  const plot = { left: MARGIN + PLOT.left, width: width - PLOT.left - input.right };
  for (const mark of input.marks) {
    drawMark(context, colors, {
      text: mark.text,
      x: plot.left + mark.place * plot.width,
      y: HEAD + (mark.lane === 'note' ? PLOT.top / 2 : main.clientHeight - PLOT.lane / 2),
    });
  }
  context.font = `12px ${colors.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.fillStyle = colors.ink3;
  context.fillText(input.footer, MARGIN, y + 24);
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) =>
      blob === null ? reject(new Error('the picture is empty')) : resolve(blob),
    );
  });
}

function drawMark(
  context: CanvasRenderingContext2D,
  colors: ChartColors,
  mark: { x: number; y: number; text: string },
): void {
  context.beginPath();
  context.arc(mark.x, mark.y, SIGN_RADIUS, 0, 7);
  context.fillStyle = colors.surface;
  context.fill();
  context.strokeStyle = colors.ink3;
  context.lineWidth = 1;
  context.stroke();
  context.fillStyle = colors.ink2;
  context.font = `10px ${colors.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(mark.text, mark.x, mark.y + 0.5);
}
