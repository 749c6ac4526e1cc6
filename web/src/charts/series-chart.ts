import {
  BarController,
  BarElement,
  Chart,
  type ChartDataset,
  LineController,
  LineElement,
  LinearScale,
  PointElement,
} from 'chart.js';
import { type ChartModel, PLOT, solidData } from './model.ts';
import { backgroundPlugin, foregroundPlugin } from './plugins.ts';

Chart.register(LineController, LineElement, PointElement, BarController, BarElement, LinearScale);

export interface SeriesChart {
  /** Shows the model: data objects are kept, nothing animates. */
  update: (model: ChartModel) => void;
  resize: () => void;
  destroy: () => void;
}

type LineDataset = ChartDataset<'line', { x: number; y: number }[]> & { weimaiId: string };

/** A Chart.js chart with everything off that costs time: parsing, animation, point elements, its own events. */
export function createSeriesChart(canvas: HTMLCanvasElement, first: ChartModel): SeriesChart {
  let model = first;
  const chart: Chart = new Chart(canvas, {
    type: 'line',
    data: { datasets: [] },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      resizeDelay: 80,
      events: [],
      layout: {
        padding: { top: PLOT.top, right: PLOT.right, left: 0, bottom: 0 },
        autoPadding: false,
      },
      elements: {
        point: { radius: 0, hitRadius: 0 },
        line: { borderWidth: 2, borderJoinStyle: 'round' },
      },
      scales: {
        x: {
          type: 'linear',
          offset: false,
          grid: { offset: false, drawTicks: false, drawOnChartArea: false },
          ticks: { maxRotation: 0, autoSkip: false, padding: 6, font: { size: 11 } },
          border: { display: true },
          afterBuildTicks: (scale) => {
            scale.ticks = model.xTicks.map((value) => ({ value }));
          },
          afterFit: (scale) => {
            // Chart.js would make room for a label that hangs over the edge: then the two plots no longer line up.
            scale.paddingLeft = 0;
            scale.paddingRight = 0;
            scale.height = model.showX ? PLOT.bottom : model.lane === null ? 6 : PLOT.lane;
          },
        },
        y: {
          type: 'linear',
          border: { display: false },
          grid: { drawTicks: false, lineWidth: (context) => (context.tick?.value === 0 ? 1.5 : 1) },
          ticks: { autoSkip: false, padding: 8, font: { size: 11 } },
          afterBuildTicks: (scale) => {
            scale.ticks = model.ticks.map((value) => ({ value }));
          },
          afterFit: (scale) => {
            scale.width = PLOT.left;
          },
        },
      },
    },
    plugins: [backgroundPlugin(() => model), foregroundPlugin(() => model)],
  });

  const update = (next: ChartModel): void => {
    model = next;
    applyOptions(chart, model);
    chart.data.datasets = datasetsOf(chart, model) as ChartDataset[];
    chart.update('none');
  };
  update(first);
  return {
    update,
    resize: () => chart.resize(),
    destroy: () => chart.destroy(),
  };
}

function applyOptions(chart: Chart, model: ChartModel): void {
  const { options } = chart;
  const { x, y } = options.scales ?? {};
  if (x === undefined || y === undefined) return;
  Chart.defaults.font.family = model.colors.font;
  options.layout = {
    padding: { top: PLOT.top, right: model.right, left: 0, bottom: 0 },
    autoPadding: false,
  };
  x.min = model.from;
  x.max = model.to;
  y.min = model.min;
  y.max = model.max;
  Object.assign(x.ticks ?? {}, {
    display: model.showX,
    color: model.colors.ink3,
    callback: (value: number) => model.formatX(value),
  });
  Object.assign(y.ticks ?? {}, {
    color: model.colors.ink3,
    callback: (value: number) => model.formatY(value),
  });
  Object.assign(y.grid ?? {}, {
    color: (context: { tick?: { value: number } }) =>
      context.tick?.value === 0 ? model.colors.ink3 : model.colors.line,
    drawOnChartArea: true,
  });
  Object.assign(y, { stacked: model.bars !== null });
  Object.assign(x, { border: { color: model.colors.line, display: model.showX } });
}

/** Dataset objects are kept by id, so Chart.js keeps its state; only their data changes. */
function datasetsOf(chart: Chart, model: ChartModel): LineDataset[] {
  const known = new Map(
    (chart.data.datasets as unknown as LineDataset[]).map((set) => [set.weimaiId, set]),
  );
  return model.bars === null ? lineSets(known, model) : barSets(known, model);
}

function lineSets(known: Map<string, LineDataset>, model: ChartModel): LineDataset[] {
  return model.lines.map((line) => {
    const id = `line-${line.id}${line.ghost ? '-before' : ''}`;
    const set: LineDataset = known.get(id) ?? { type: 'line', weimaiId: id, data: [] };
    set.data = line.ghost ? [...line.points] : solidData(line.points, model.stepMs);
    set.label = line.label;
    set.borderColor = line.ghost ? `${line.color}80` : line.color;
    set.borderWidth = line.ghost ? 1.2 : 2;
    set.borderDash = line.ghost ? [2, 2] : [...line.dash];
    return set;
  });
}

function barSets(known: Map<string, LineDataset>, model: ChartModel): LineDataset[] {
  const { bars } = model;
  if (bars === null) return [];
  return bars.colors.map((color, level) => {
    const id = `bar-${level}`;
    // A bar set among line sets: Chart.js allows the mix, its types only per chart.
    return Object.assign(known.get(id) ?? {}, {
      type: 'bar',
      weimaiId: id,
      data: bars.items.map((item) => ({ x: item.x, y: item.values[level] ?? 0 })),
      backgroundColor: color,
      stack: 'volume',
      barPercentage: 0.82,
      categoryPercentage: 1,
      grouped: false,
    }) as unknown as LineDataset;
  });
}
