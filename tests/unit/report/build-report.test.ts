import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { buildReport, queryHash } from '#shared/report/build-report.ts';
import { compareReports } from '#shared/report/diff-reports.ts';
import { formatCount, formatShare } from '#shared/report/format.ts';
import { layoutReport } from '#shared/report/layout-report.ts';
import { reportQuery, scheduledQuery } from '#shared/report/report-query.ts';
import { reportSchema } from '#shared/report/report.ts';
import { moodIndex } from '#shared/series/mood-index.ts';
import { aReportData, anEmptyReportData } from '../../builders/report-data.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const build = (data = aReportData()) => buildReport(data, { hash });

describe('buildReport', () => {
  test('same facts, same report, to the last character', () => {
    expect(JSON.stringify(build())).toBe(JSON.stringify(build(structuredClone(aReportData()))));
  });

  test('the order of the facts does not matter', () => {
    const data = aReportData();
    const shuffled = {
      ...data,
      topPosts: [...data.topPosts].reverse(),
      spikes: [...data.spikes].reverse(),
      incidents: [...data.incidents].reverse(),
      sources: [...data.sources].reverse(),
      words: {
        ...data.words,
        now: { ...data.words.now, authors: [...data.words.now.authors].reverse() },
      },
    };
    expect(build(shuffled)).toEqual(build(data));
  });

  test('fits its schema', () => {
    expect(reportSchema.parse(build())).toEqual(build());
    expect(reportSchema.parse(build(anEmptyReportData()))).toEqual(build(anEmptyReportData()));
  });

  test('mood is the index of the screen, rounded to a tenth', () => {
    const data = aReportData();
    const kpi = build(data).kpis.find((kpi) => kpi.key === 'mood');
    const screen = moodIndex(data.all.total, data.all.prior);
    expect(kpi?.value).toBeCloseTo(screen.mood, 0.05);
    expect([kpi?.low, kpi?.high]).toEqual([
      Math.round(screen.low * 10) / 10,
      Math.round(screen.high * 10) / 10,
    ]);
  });

  test('changes are the difference of the figures as printed', () => {
    for (const kpi of build().kpis.filter((kpi) => kpi.unit !== 'count')) {
      const printed = (kpi.value ?? 0) - (kpi.previous?.value ?? 0);
      expect(kpi.previous?.change).toBeCloseTo(printed, 9);
      expect(kpi.previous!.low!).toBeLessThanOrEqual(kpi.previous!.change! + 0.05);
      expect(kpi.previous!.high!).toBeGreaterThanOrEqual(kpi.previous!.change! - 0.05);
    }
  });

  test('without stored history it compares with nothing instead of with zero', () => {
    const data = aReportData();
    const young = { ...data, all: { ...data.all, previous: null, earlier: [] } };
    for (const kpi of build(young).kpis) expect([kpi.previous, kpi.usual]).toEqual([null, null]);
    expect(build(young).cover.summary.zh).not.toContain('较');
  });

  test('a post copied and forwarded takes one place in the list', () => {
    const { positive, negative } = build().posts;
    for (const list of [positive, negative])
      expect(new Set(list.map((post) => post.text)).size).toBe(list.length);
    expect(positive.map((post) => post.engagement)).toEqual(
      positive.map((post) => post.engagement).sort((a, b) => b - a),
    );
  });

  test('addresses that could run are dropped', () => {
    const urls = Object.values(build().posts).flatMap((list) => list.map((post) => post.url));
    expect(urls.every((url) => url === null || url.startsWith('https://'))).toBe(true);
  });

  test('a word that chance explains is not listed', () => {
    const { rising, falling } = build().words;
    expect(rising.map((word) => word.word)).toEqual(['服务器', '繁忙', '暴跌', '英伟达', '国运']);
    expect(falling.map((word) => [word.word, word.authors])).toEqual([
      ['发布', 0],
      ['论文', 0],
    ]);
  });

  test('shares of voice add up to one', () => {
    expect(build().share.reduce((sum, row) => sum + row.share, 0)).toBeCloseTo(1, 2);
  });

  test('accuracy is what people confirmed, with its interval, and unknown without reviews', () => {
    const { accuracy, reviewed, changed } = build().corrections;
    expect([reviewed, changed]).toEqual([617, 56]);
    expect(accuracy?.share).toBe(0.909);
    expect(accuracy!.low).toBeLessThan(0.909);
    expect(build(anEmptyReportData()).corrections.accuracy).toBeNull();
  });

  test('what is open at the end is what to watch', () => {
    const outlook = build()
      .alerts.outlook.map((entry) => entry.en)
      .join('\n');
    expect(outlook).toContain('英伟达情绪走低');
    expect(outlook).toContain('going on since 2025-01-27 22:00');
    expect(outlook).not.toContain('DeepSeek 负面突增');
  });
});

describe('the summary', () => {
  const { cover, kpis } = build();
  test('says the figures of the report in both languages', () => {
    const mentions = formatCount(kpis[0]!.value!);
    for (const summary of Object.values(cover.summary)) {
      expect(summary).toContain(mentions);
      expect(summary).toContain(formatShare(kpis[0]!.previous!.change!, true));
    }
  });
  test('names a change of mood only when its interval excludes zero', () => {
    const data = aReportData();
    const same = { ...data, all: { ...data.all, previous: data.all.total } };
    expect(build(same).cover.summary.en).toContain('no clear change on the day before');
    expect(cover.summary.en).toContain('points on the day before');
  });
  test('of an empty day tells silence from missing data', () => {
    const { summary, empty } = build(anEmptyReportData()).cover;
    expect(empty).toBe(true);
    expect(summary.zh).toContain('共 0 条提及；来源 weibo 自 2025-01-26 22:00 起无数据');
    expect(summary.en).toContain('0 mentions');
  });
});

describe('queries', () => {
  const base = { day: '2025-01-27', zone: 'Asia/Shanghai', topics: ['deepseek', 'nvidia'] };
  test.each([
    ['one day', {}, 'day'],
    ['Monday to Sunday', { lastDay: '2025-02-02' }, 'week'],
    ['seven other days', { day: '2025-01-21', lastDay: '2025-01-27' }, 'range'],
    ['any span', { lastDay: '2025-02-15' }, 'range'],
  ])('%s is a %s report', (_, change, period) => {
    expect(reportQuery({ ...base, ...change }).period).toBe(period);
  });
  test.each([
    [{ day: '2025-02-30' }],
    [{ lastDay: '2025-01-26' }],
    [{ lastDay: '2027-01-26' }],
    [{ topics: [] }],
  ])('%j is refused in words', (change) => {
    expect(() => reportQuery({ ...base, ...change })).toThrow(RangeError);
  });
  test('the hash tells questions apart, not the order of topics', () => {
    const query = reportQuery(base);
    expect(queryHash(query, hash)).toMatch(/^[0-9a-f]{12}$/);
    expect(queryHash({ ...query, topics: ['nvidia', 'deepseek'] }, hash)).toBe(
      queryHash(query, hash),
    );
    expect(queryHash({ ...query, topics: ['nvidia'] }, hash)).not.toBe(queryHash(query, hash));
    expect(queryHash({ ...query, to: query.to + 1 }, hash)).not.toBe(queryHash(query, hash));
  });
  test('a weekly schedule reports on seven days', () => {
    const query = scheduledQuery(
      { period: 'week', zone: 'Asia/Shanghai', topics: ['a'] },
      '2025-01-20',
    );
    expect([query.period, (query.to - query.from) / 86_400_000]).toEqual(['week', 7]);
  });
});

describe('versions and comparisons', () => {
  test('version 2 lists what late posts changed, and nothing else', () => {
    const first = build();
    const data = aReportData();
    data.all.total = {
      ...data.all.total,
      n: data.all.total.n + 5,
      neutral: data.all.total.neutral + 5,
      late: data.all.total.late + 5,
    };
    const second = buildReport(data, { hash, version: 2, earlier: first });
    expect(second.cover.changes.map((change) => change.key)).toContain('mentions');
    expect(second.cover.changes.every((change) => change.before !== change.after)).toBe(true);
    expect(second.cover.changes.find((change) => change.key === 'late')).toMatchObject({
      before: first.quality.late,
      after: first.quality.late + 5,
    });
    const cover = layoutReport(second, { lang: 'zh' }).sections[0]!;
    expect(JSON.stringify(cover)).toContain('与上一版本的差异');
  });
  test('an unchanged regeneration lists no change', () => {
    expect(
      buildReport(aReportData(), { hash, version: 2, earlier: build() }).cover.changes,
    ).toEqual([]);
  });
  test('two days are compared figure by figure, missing ones as null', () => {
    const rows = compareReports(build(anEmptyReportData()), build());
    expect(rows.find((row) => row.key === 'mentions' && row.topic === '')).toMatchObject({
      before: 0,
    });
    expect(rows.find((row) => row.key === 'mood' && row.topic === '')?.before).toBeNull();
  });
});

test('charts get a step for every hour, silent ones empty', () => {
  const trend = layoutReport(build(), { lang: 'zh' }).sections.find(
    (section) => section.id === 'trend',
  );
  const charts =
    trend?.blocks.flatMap((block) => (block.kind === 'chart' ? [block.config] : [])) ?? [];
  expect(charts).toHaveLength(2);
  for (const chart of charts) expect(chart.data.labels).toHaveLength(24);
  expect(charts[1]?.data.datasets[0]?.data).toContain(null);
});
