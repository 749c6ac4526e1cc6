import { describe, expect, test } from 'vitest';
import type { Evaluation } from '#shared/alert/evaluate-rule.ts';
import {
  acknowledge,
  closeIncident,
  inhibitedBy,
  newStatus,
  nextIncident,
  type RuleStatus,
  type Step,
  type StepInput,
} from '#shared/alert/next-incident.ts';
import type { Rule, RuleInput } from '#shared/alert/rule.ts';
import { at, aRule, START } from './builders.ts';

/**
 * One letter a minute: `.` or `f` fine, `w` warning, `c` critical, `b` between trigger and recovery, `-` no data,
 * `x` evaluation failed. Upper case: the same while silenced.
 */
function judgement(letter: string, minute: number): Evaluation | { failed: string } {
  if (letter === 'x') return { failed: 'timeout' };
  const figures = { at: at(minute), n: 50, expected: 10 };
  switch (letter) {
    case 'w':
      return {
        ...figures,
        severity: 'warning',
        recovered: false,
        value: 60,
        threshold: 50,
        reason: 'warning',
      };
    case 'c':
      return {
        ...figures,
        severity: 'critical',
        recovered: false,
        value: 120,
        threshold: 100,
        reason: 'critical',
      };
    case 'b':
      return {
        ...figures,
        severity: 'ok',
        recovered: false,
        value: 45,
        threshold: 50,
        reason: 'within',
      };
    case '-':
      return {
        ...figures,
        severity: 'nodata',
        recovered: true,
        value: 0,
        threshold: 100,
        reason: 'no-data',
      };
    default:
      return {
        ...figures,
        severity: 'ok',
        recovered: true,
        value: 5,
        threshold: 50,
        reason: 'within',
      };
  }
}

function play(
  script: string,
  rule: Rule,
  status: RuleStatus = newStatus(START),
  context: (minute: number) => Partial<StepInput> = () => ({}),
) {
  const steps: Step[] = [];
  let minute = Math.round((status.evaluatedTo - START) / 60_000);
  for (const letter of script) {
    minute++;
    const silenced = letter !== letter.toLowerCase() ? { silencedBy: 's1' } : {};
    const evaluation = judgement(letter.toLowerCase(), minute);
    const step = nextIncident({
      rule,
      status,
      evaluation,
      at: at(minute),
      ...silenced,
      ...context(minute),
    });
    status = step.status;
    steps.push(step);
  }
  const events = steps.flatMap((step) => step.events);
  return {
    status,
    steps,
    moves: events
      .filter((event) => event.kind === 'transition')
      .map((event) => `${event.from}>${event.to} ${event.reason}`),
    told: steps.flatMap((step, i) =>
      step.notifications.map((notification) => `${i + 1}:${notification.kind}`),
    ),
    notifications: steps.flatMap((step) => step.notifications),
    incidents: steps.flatMap((step) => step.incidents),
  };
}
const rule = (input: Partial<RuleInput> = {}) =>
  aRule({ critical: 100, warning: 50, pendingMinutes: 2, keepFiringMinutes: 2, ...input });

describe('every transition, by script of minutes', () => {
  const opened = ['inactive>pending condition', 'pending>firing held'];
  const closed = ['firing>recovering recovered', 'recovering>inactive resolved'];
  const rows: {
    name: string;
    script: string;
    rule?: Partial<RuleInput>;
    moves: string[];
    told: string[];
  }[] = [
    { name: 'nothing happens', script: '....', moves: [], told: [] },
    {
      name: 'inactive → pending → inactive tells nothing',
      script: 'w.w.',
      moves: [
        'inactive>pending condition',
        'pending>inactive cleared',
        'inactive>pending condition',
        'pending>inactive cleared',
      ],
      told: [],
    },
    {
      name: 'pending → firing after the pending minutes',
      script: 'ww',
      moves: opened,
      told: ['2:firing'],
    },
    {
      name: 'pending of one minute fires on the first complete minute',
      script: 'w',
      rule: { pendingMinutes: 1 },
      moves: opened,
      told: ['1:firing'],
    },
    {
      name: 'between trigger and recovery a pending rule lets go',
      script: 'wbww',
      moves: ['inactive>pending condition', 'pending>inactive cleared', ...opened],
      told: ['4:firing'],
    },
    {
      name: 'between trigger and recovery a firing rule holds on',
      script: 'wwbbbbbb',
      moves: opened,
      told: ['2:firing'],
    },
    {
      name: 'firing → recovering → resolved after keep-firing',
      script: 'ww...',
      moves: [...opened, ...closed],
      told: ['2:firing', '5:resolved'],
    },
    {
      name: 'recovering → firing is silent, also between the thresholds',
      script: 'ww.b.w...',
      moves: [
        ...opened,
        'firing>recovering recovered',
        'recovering>firing relapsed',
        'firing>recovering recovered',
        'recovering>firing relapsed',
        ...closed,
      ],
      told: ['2:firing', '9:resolved'],
    },
    {
      name: 'keep-firing 0 resolves at once',
      script: 'ww.',
      rule: { keepFiringMinutes: 0 },
      moves: [...opened, ...closed],
      told: ['2:firing', '3:resolved'],
    },
    {
      name: 'warning grows to critical and is told once more',
      script: 'wwwccwc',
      moves: opened,
      told: ['2:firing', '4:escalated'],
    },
    {
      name: 'critical falls to warning quietly',
      script: 'ccwwb',
      moves: opened,
      told: ['2:firing'],
    },
    { name: 'no data, keep: everything freezes', script: 'w-w', moves: opened, told: ['3:firing'] },
    {
      name: 'no data, keep: recovery does not go on',
      script: 'ww.---..',
      moves: [...opened, ...closed],
      told: ['2:firing', '8:resolved'],
    },
    {
      name: 'no data, ok: silence is recovery',
      script: 'ww---',
      rule: { noData: 'ok' },
      moves: [...opened, ...closed],
      told: ['2:firing', '5:resolved'],
    },
    {
      name: 'no data, ok: a pending rule lets go',
      script: 'w-',
      rule: { noData: 'ok' },
      moves: ['inactive>pending condition', 'pending>inactive cleared'],
      told: [],
    },
    {
      name: 'inactive → nodata → inactive',
      script: '.--.',
      rule: { noData: 'alert' },
      moves: ['inactive>nodata sources-silent', 'nodata>inactive data-returned'],
      told: ['2:nodata', '4:data-returned'],
    },
    {
      name: 'pending → nodata forgets the pending minutes',
      script: 'w-ww',
      rule: { noData: 'alert' },
      moves: [
        'inactive>pending condition',
        'pending>nodata sources-silent',
        'nodata>inactive data-returned',
        ...opened,
      ],
      told: ['2:nodata', '3:data-returned', '4:firing'],
    },
    {
      name: 'firing → nodata → firing keeps the incident',
      script: 'ww--w',
      rule: { noData: 'alert' },
      moves: [...opened, 'firing>nodata sources-silent', 'nodata>firing data-returned'],
      told: ['2:firing', '3:nodata', '5:data-returned'],
    },
    {
      name: 'recovering → nodata → recovering → resolved',
      script: 'ww.-...',
      rule: { noData: 'alert' },
      moves: [
        ...opened,
        'firing>recovering recovered',
        'recovering>nodata sources-silent',
        'nodata>recovering data-returned',
        'recovering>inactive resolved',
      ],
      told: ['2:firing', '4:nodata', '5:data-returned', '7:resolved'],
    },
    { name: 'two failures are forgiven', script: 'xx.xx.', moves: [], told: [] },
    {
      name: 'three failures are an error, told once',
      script: 'xxxxx.',
      moves: ['inactive>error evaluation-failed: timeout', 'error>inactive evaluation-restored'],
      told: ['3:error', '6:error-over'],
    },
    {
      name: 'firing → error → firing keeps the incident',
      script: 'wwxxxw',
      moves: [
        ...opened,
        'firing>error evaluation-failed: timeout',
        'error>firing evaluation-restored',
      ],
      told: ['2:firing', '5:error', '6:error-over'],
    },
    {
      name: 'pending → error → inactive',
      script: 'wxxx.',
      moves: [
        'inactive>pending condition',
        'pending>error evaluation-failed: timeout',
        'error>inactive evaluation-restored',
      ],
      told: ['4:error', '5:error-over'],
    },
    {
      name: 'recovering → error → recovering',
      script: 'ww.xxx...',
      moves: [
        ...opened,
        'firing>recovering recovered',
        'recovering>error evaluation-failed: timeout',
        'error>recovering evaluation-restored',
        'recovering>inactive resolved',
      ],
      told: ['2:firing', '6:error', '7:error-over', '9:resolved'],
    },
    {
      name: 'nodata → error → as before',
      script: 'ww-xxxw',
      rule: { noData: 'alert' },
      moves: [
        ...opened,
        'firing>nodata sources-silent',
        'nodata>error evaluation-failed: timeout',
        'error>firing evaluation-restored',
      ],
      told: ['2:firing', '3:nodata', '6:error', '7:error-over'],
    },
    {
      name: 'error → nodata',
      script: 'xxx-.',
      rule: { noData: 'alert' },
      moves: [
        'inactive>error evaluation-failed: timeout',
        'error>inactive evaluation-restored',
        'inactive>nodata sources-silent',
        'nodata>inactive data-returned',
      ],
      told: ['3:error', '4:error-over', '4:nodata', '5:data-returned'],
    },
    {
      name: 'silenced: states move, nothing is told, and what ends unseen stays untold',
      script: 'WW...',
      moves: [...opened, ...closed],
      told: [],
    },
    {
      name: 'silenced: what still burns afterwards is told then, once',
      script: 'WWWwww',
      moves: opened,
      told: ['4:firing'],
    },
    {
      name: 'silenced at the end: the end is told when the silence is over',
      script: 'wwFFF..',
      moves: [...opened, ...closed],
      told: ['2:firing', '6:resolved'],
    },
  ];

  test.each(rows)('$name ($script)', (row) => {
    const result = play(row.script, rule(row.rule));
    expect(result.moves).toEqual(row.moves);
    expect(result.told).toEqual(row.told);
  });
});

describe('incidents', () => {
  test('one incident from the first crossing to the end, with its worst value and highest severity', () => {
    const { incidents } = play('.wwcb...', rule());
    expect(incidents.at(-1)).toMatchObject({
      id: `r1-${(at(2) / 60_000).toString(36)}`,
      severity: 'critical',
      state: 'resolved',
      startsAt: at(2),
      resolvedAt: at(8),
      value: 120,
      threshold: 100,
    });
    expect(new Set(incidents.map((incident) => incident.id)).size).toBe(1);
  });

  test('no data without an open incident opens one of severity nodata and closes it', () => {
    const { incidents } = play('--.', rule({ noData: 'alert' }));
    expect(incidents.map(({ severity, state }) => `${severity} ${state}`)).toEqual([
      'nodata firing',
      'nodata firing',
      'nodata resolved',
    ]);
  });

  test('the same minutes give the same ids and keys again', () => {
    const script = 'wwc...ww...';
    const first = play(script, rule());
    const again = play(script, rule());
    expect(again).toEqual(first);
    const keys = first.notifications.map((notification) => notification.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('a restart while firing does not tell again', () => {
    const before = play('www', rule());
    const stored = JSON.parse(JSON.stringify(before.status)) as RuleStatus;
    expect(play('www', rule(), stored).told).toEqual([]);
  });
});

describe('repeats', () => {
  const repeating = rule({ pendingMinutes: 1, renotify: { mode: 'every', minutes: 5, max: 2 } });

  test('come every so many minutes, at most so often', () => {
    expect(play('w'.repeat(30), repeating).told).toEqual(['1:firing', '6:renotify', '11:renotify']);
  });
  test('have keys of their own', () => {
    const keys = play('w'.repeat(30), repeating).notifications.map(
      (notification) => notification.key,
    );
    expect(new Set(keys).size).toBe(3);
  });
  test('stop when acknowledged, and start over with the next incident', () => {
    const firing = play('ww', repeating);
    const acknowledged = acknowledge(firing.status, '小王', at(2), '在查');
    expect(acknowledged.incidents[0]?.acknowledged).toEqual({
      by: '小王',
      at: at(2),
      note: '在查',
    });
    expect(acknowledged.events).toMatchObject([{ kind: 'acknowledged', by: '小王' }]);
    const after = play(`${'w'.repeat(10)}...w${'w'.repeat(6)}`, repeating, acknowledged.status);
    expect(after.told).toEqual(['13:resolved', '14:firing', '19:renotify']);
  });
  test('an acknowledged warning that turns critical is told', () => {
    const firing = play('ww', repeating);
    const acknowledged = acknowledge(firing.status, '小王', at(2));
    expect(play('wc', repeating, acknowledged.status).told).toEqual(['2:escalated']);
  });
  test('acknowledging nothing changes nothing', () => {
    const status = newStatus(START);
    expect(acknowledge(status, '小王', START).status).toBe(status);
  });
});

describe('mute times and inhibition', () => {
  test('a muted start is told when the mute ends, if it still burns', () => {
    // 00:03–00:06 UTC on Mondays.
    const muted = rule({
      pendingMinutes: 1,
      mutes: [{ weekdays: [1], from: '00:01', to: '00:06', zone: 'UTC' }],
    });
    expect(play('wwwwwwww', muted).told).toEqual(['6:firing']);
    expect(play('w.......', muted).told).toEqual([]);
  });
  test('an inhibited rule waits for its speaker to end', () => {
    const context = (minute: number) => ({ inhibitedBy: minute < 4 ? 'spike-rule' : null });
    expect(play('wwwww', rule(), newStatus(START), context).told).toEqual(['4:firing']);
  });
  test.each([
    [
      'a spike speaks for the volume of its topic',
      'volume',
      'a',
      'firing',
      'spike',
      'a',
      'firing',
      's',
    ],
    ['not for another topic', 'volume', 'b', 'firing', 'spike', 'a', 'firing', null],
    ['not for mood', 'mood', 'a', 'firing', 'spike', 'a', 'firing', null],
    ['not while it is not firing', 'volume', 'a', 'firing', 'spike', 'a', 'recovering', null],
    [
      'a silent source speaks for topics without data',
      'volume',
      'a',
      'nodata',
      'source-silent',
      '',
      'firing',
      's',
    ],
    ['not for topics that burn', 'volume', 'a', 'firing', 'source-silent', '', 'firing', null],
  ] as const)('%s', (_name, kind, topic, state, otherKind, otherTopic, otherState, speaker) => {
    const other = { rule: { id: 's', kind: otherKind, topic: otherTopic }, state: otherState };
    expect(inhibitedBy({ id: 'r', kind, topic }, [other], state)).toBe(speaker);
  });
});

describe('closing from outside', () => {
  test('an edited rule resolves what is open and tells those who knew', () => {
    const firing = play('ww', rule());
    const step = closeIncident(rule(), firing.status, at(3), 'rule-changed');
    expect(step.status.state).toBe('inactive');
    expect(step.incidents).toMatchObject([{ state: 'resolved', resolvedAt: at(3) }]);
    expect(step.notifications.map((notification) => notification.kind)).toEqual(['resolved']);
    expect(step.events.at(-1)).toMatchObject({
      from: 'firing',
      to: 'inactive',
      reason: 'rule-changed',
    });
  });
  test('a pending or quiet rule is closed without a word', () => {
    expect(
      closeIncident(rule(), play('w', rule()).status, at(2), 'rule-disabled').notifications,
    ).toEqual([]);
    expect(closeIncident(rule(), newStatus(START), at(2), 'rule-disabled').events).toEqual([]);
  });
  test('trouble is closed too', () => {
    const step = closeIncident(rule(), play('xxx', rule()).status, at(4), 'rule-deleted');
    expect(step.status).toMatchObject({ state: 'inactive', trouble: null });
    expect(step.incidents).toMatchObject([{ severity: 'nodata', state: 'resolved' }]);
  });
});
