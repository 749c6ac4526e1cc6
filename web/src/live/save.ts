import type { Note, SpikeView } from '#shared/wire/api.ts';
import { t } from '../i18n/i18n.ts';
import { MOOD_GLYPH, moodLabelOfIndex } from '../ui/data.tsx';
import { downloadBlob } from '../ui/copy.tsx';
import { count, duration, time, zone } from '../ui/format.ts';
import { labelRoom } from '../charts/model.ts';
import { type ModelInput, formatMetric, metricValue } from './chart-model.ts';
import { chartPicture, seriesCsv } from './export.ts';
import type { ChartCanvases } from './live-chart.tsx';
import { noteMarkers, spikeMarkers } from './markers.ts';
import { words } from './words.ts';

type Seen = Omit<ModelInput, 'width'>;

/** What is on screen as a PNG file: both charts, their signs, and the figures under the crosshair (else the newest). */
export function savePicture(
  input: Seen,
  canvases: ChartCanvases,
  signs: { spikes: readonly SpikeView[]; notes: readonly Note[]; at: number | null },
): void {
  const { main, volume } = canvases;
  if (main === null || volume === null) return;
  const { view, colors } = input;
  const newest = Math.floor(Math.min(input.now, view.to - 1) / view.stepMs) * view.stepMs;
  const at = signs.at ?? newest;
  void chartPicture({
    main,
    volume,
    title: `${metricWord(input)} · ${input.topics.map((topic) => topic.name).join(' / ')}`,
    subtitle: `${time(view.from, 'full')} – ${time(view.to, 'full')} (${zone()})`,
    footer: `微脉 Weimai · ${time(at, 'dayMinute')} · ${t(words.windowBefore, { window: duration(input.windowMs) })} · ${t(words.perStep, { step: duration(view.stepMs) })} · ${t(words.moodHint)}`,
    legend: input.topics.map((topic) => ({
      text: `${topic.name} ${figureText(
        topic.drawn.find((point) => point.at === at),
        input,
      )}`,
      color: colors.topics[topic.slot] ?? '',
    })),
    marks: [
      ...noteMarkers(signs.notes, view).map(({ place, items }) => ({
        place,
        lane: 'note' as const,
        text: items.length > 1 ? String(items.length) : '⚑',
      })),
      ...spikeMarkers(signs.spikes, view).map(({ place, items }) => ({
        place,
        lane: 'spike' as const,
        text: items.length > 1 ? String(items.length) : items[0]?.direction === 'up' ? '▲' : '▼',
      })),
    ],
    right: labelRoom(
      input.topics.map((topic) => topic.name),
      main.clientWidth,
    ),
    colors,
  }).then((blob) => downloadBlob(blob, `${fileName(input)}.png`));
}

/** The same figures as a file for spreadsheets. */
export function saveTable(input: Seen): void {
  const csv = seriesCsv(input.topics, { ...input.view, windowMs: input.windowMs }, zone());
  downloadBlob(new Blob([csv], { type: 'text/csv;charset=utf-8' }), `${fileName(input)}.csv`);
}

export function metricWord(input: Pick<Seen, 'metric'>): string {
  return t({ mood: words.mood, share: words.negativeShare, volume: words.volume }[input.metric]);
}

/** ▼ −34 n=588 */
function figureText(point: Seen['topics'][number]['drawn'][number] | undefined, input: Seen) {
  const value = point === undefined ? null : metricValue(point, input.metric);
  if (point === undefined || value === null) return '–';
  const glyph = input.metric === 'mood' ? `${MOOD_GLYPH[moodLabelOfIndex(value)]} ` : '';
  const figure = `${glyph}${formatMetric(value, input.metric, input.language)}`;
  return input.metric === 'volume' ? figure : `${figure} (n=${count(point.n)})`;
}

function fileName(input: Seen): string {
  return `weimai-${input.topics.map((topic) => topic.id).join('-')}-${time(input.view.to, 'isoDay')}`;
}
