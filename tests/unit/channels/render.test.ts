import { describe, expect, test } from 'vitest';
import { CHANNEL_TYPES } from '#shared/alert/channel.ts';
import type { OutgoingMessage } from '#shared/alert/channel.ts';
import type { HttpChannelType } from '#worker/channels/channel.ts';
import { renderMail } from '#worker/channels/email.ts';
import { renderCalls } from '#worker/channels/index.ts';
import { mergeMessages } from '#worker/channels/digest.ts';
import { sendUrl } from '#worker/channels/serverchan.ts';
import { aChannel, aMessage } from './a-channel.ts';

const NOW = 1_737_378_245_000;
const HTTP_TYPES = CHANNEL_TYPES.filter((type) => type !== 'email');

function body(type: HttpChannelType, message: OutgoingMessage, fields = {}): Record<string, never> {
  return JSON.parse(renderCalls(aChannel(type, fields), message, NOW)[0]?.body ?? '') as Record<
    string,
    never
  >;
}

describe('what each provider gets', () => {
  test('DingTalk: Markdown with the link, the called people in text and list, the required word', () => {
    const mention = { ids: ['13800000000', 'user-1'], all: false, when: 'critical' };
    expect(body('dingtalk', aMessage(), { mention, keyword: '舆情' })).toEqual({
      msgtype: 'markdown',
      markdown: {
        title: 'DeepSeek 情绪骤降',
        text: [
          '### DeepSeek 情绪骤降',
          '情绪指数 -31（阈值 -20，15 分钟 214 条）',
          '上升词：算力、限流',
          '[查看详情](https://weimai.example.com/spikes/s1?from=1&to=2)',
          '@13800000000 @user-1',
          '舆情',
        ].join('\n\n'),
      },
      at: { atMobiles: ['13800000000'], atUserIds: ['user-1'], isAtAll: false },
    });
  });

  test('Feishu: a card whose colour is the severity', () => {
    expect(body('feishu', aMessage({ severity: 'ok', kind: 'resolved' })).card).toMatchObject({
      header: { title: { tag: 'plain_text', content: 'DeepSeek 情绪骤降' }, template: 'green' },
      elements: [
        { tag: 'div', text: { tag: 'plain_text', content: aMessage().lines.join('\n') } },
        { tag: 'action', actions: [{ tag: 'button', url: aMessage().url }] },
      ],
    });
  });

  test('WeCom: Markdown, and a text message when everyone is called', () => {
    expect(body('wecom', aMessage())).toEqual({
      msgtype: 'markdown',
      markdown: {
        content: [
          '### <font color="warning">DeepSeek 情绪骤降</font>',
          '> 情绪指数 -31（阈值 -20，15 分钟 214 条）',
          '> 上升词：算力、限流',
          '[查看详情](https://weimai.example.com/spikes/s1?from=1&to=2)',
        ].join('\n'),
      },
    });
    const everyone = { mention: { ids: ['13800000000', 'zhang'], all: true } };
    expect(body('wecom', aMessage(), everyone).text).toMatchObject({
      mentioned_list: ['@all', 'zhang'],
      mentioned_mobile_list: ['13800000000'],
    });
  });

  test('Slack: header, plain section, call, button', () => {
    const { blocks } = body('slack', aMessage(), {
      lang: 'en',
      mention: { ids: ['U1'], all: true },
    });
    expect(blocks).toMatchObject([
      { type: 'header', text: { type: 'plain_text', text: 'DeepSeek 情绪骤降' } },
      { type: 'section', text: { type: 'plain_text', text: aMessage().lines.join('\n') } },
      { type: 'section', text: { type: 'mrkdwn', text: '<!channel> <@U1>' } },
      { type: 'actions', elements: [{ text: { text: 'Open' }, url: aMessage().url }] },
    ]);
  });

  test('Telegram: HTML to the chat, silent when it is over', () => {
    expect(body('telegram', aMessage())).toMatchObject({
      chat_id: '-100123',
      parse_mode: 'HTML',
      disable_notification: false,
      link_preview_options: { is_disabled: true },
    });
    expect(body('telegram', aMessage({ severity: 'ok' }))).toMatchObject({
      disable_notification: true,
    });
  });

  test('ntfy: topic, priority and click, token as bearer', () => {
    const [call] = renderCalls(aChannel('ntfy', { token: 'tk_1' }), aMessage(), NOW);
    expect(call).toMatchObject({
      url: 'https://ntfy.sh/',
      headers: { authorization: 'Bearer tk_1' },
    });
    expect(JSON.parse(call?.body ?? '')).toMatchObject({
      topic: 'weimai',
      priority: 5,
      click: aMessage().url,
    });
  });

  test('Bark: device, level and group', () => {
    expect(body('bark', aMessage())).toMatchObject({
      device_key: 'bark-key-1',
      level: 'timeSensitive',
      group: 'weimai',
      url: aMessage().url,
    });
  });

  test.each([
    ['SCT1234abcd', '', 'https://sctapi.ftqq.com/SCT1234abcd.send'],
    ['sctp42tXyz', '', 'https://42.push.ft07.com/send/sctp42tXyz.send'],
    ['SCT1', 'http://127.0.0.1:9/', 'http://127.0.0.1:9/SCT1.send'],
    ['sctp42tXyz', 'http://127.0.0.1:9', 'http://127.0.0.1:9/send/sctp42tXyz.send'],
  ])('ServerChan key %s at %j is called at %s', (sendKey, baseUrl, url) => {
    expect(sendUrl(aChannel('serverchan', { sendKey, baseUrl }))).toBe(url);
  });

  test('Standard Webhooks: type, time and the facts', () => {
    expect(body('webhook', aMessage())).toEqual({
      type: 'alert.firing',
      timestamp: '2025-01-20T13:04:00Z',
      data: {
        ...aMessage().data,
        severity: 'critical',
        title: aMessage().title,
        lines: aMessage().lines,
        url: aMessage().url,
      },
    });
  });

  test('Alertmanager: firing has no end, resolved has; the fingerprint stays', () => {
    const data = {
      ...aMessage().data,
      startsAt: 1_737_378_000_000,
      resolvedAt: '2025-01-20T14:00:00Z',
    };
    const firing = body('alertmanager', aMessage({ data }));
    const over = body('alertmanager', aMessage({ data, kind: 'resolved', severity: 'ok' }));
    expect(firing).toMatchObject({
      version: '4',
      status: 'firing',
      groupKey: '{}:{topic="deepseek"}',
      groupLabels: { topic: 'deepseek' },
      externalURL: 'https://weimai.example.com',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'mood', topic: 'deepseek', rule: 'r1', severity: 'critical' },
          startsAt: '2025-01-20T13:00:00Z',
          endsAt: '0001-01-01T00:00:00Z',
        },
      ],
    });
    expect(over).toMatchObject({
      status: 'resolved',
      alerts: [{ endsAt: '2025-01-20T14:00:00Z' }],
    });
    const print = (value: Record<string, never>) =>
      (value.alerts as unknown as { fingerprint: string }[])[0]?.fingerprint;
    expect(print(over)).toBe(print(firing));
    expect(print(firing)).toMatch(/^[0-9a-f]{16}$/);
  });

  test('Alertmanager: a digest is one alert for each thing it holds', () => {
    const two = [
      aMessage(),
      aMessage({ key: 'k2', kind: 'resolved', severity: 'ok', data: { topic: 'qwen' } }),
    ];
    const digest = mergeMessages(two, { key: 'd', lang: 'zh', url: '' });
    expect(body('alertmanager', digest)).toMatchObject({
      status: 'firing',
      groupLabels: {},
      alerts: [{ status: 'firing' }, { status: 'resolved' }],
    });
  });

  test('e-mail: the mails of one incident are one conversation, repeats have the same id', () => {
    const channel = aChannel('email');
    const firing = renderMail(channel, aMessage());
    const resolved = renderMail(channel, aMessage({ key: 'inc1:resolved:c1', kind: 'resolved' }));
    expect(resolved.thread).toBe(firing.messageId);
    expect(resolved.messageId).not.toBe(firing.messageId);
    expect(renderMail(channel, aMessage()).messageId).toBe(firing.messageId);
    expect(firing.messageId).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
  });
});

describe('people are called by name when it matters', () => {
  const mention = { ids: ['13800000000'], all: false, when: 'critical' };
  test.each([
    ['firing', 'critical', 'critical', true],
    ['renotify', 'critical', 'critical', true],
    ['firing', 'warning', 'critical', false],
    ['firing', 'warning', 'always', true],
    ['resolved', 'ok', 'always', false],
    ['test', 'critical', 'always', false],
    ['report', 'ok', 'always', false],
  ] as const)('%s %s with "%s": %s', (kind, severity, when, called) => {
    const sent = body('dingtalk', aMessage({ kind, severity }), { mention: { ...mention, when } });
    expect(JSON.stringify(sent).includes('@13800000000')).toBe(called);
  });
});

/** Words of a post that would be markup, a call, a link or another line where they are not made inert. */
const HOSTILE = [
  '[点我](https://evil.example)',
  '![图](https://evil.example/track.png)',
  '<at id=all></at> <@all> <!channel> <!here> @channel @everyone @admin_person',
  '<font color="info">恢复</font><script>alert(1)</script><b>',
  '*粗* _斜_ ~删~ `码` # 标题 > 引用',
  '第一行\n## 伪造的第二行\r\n\u2028又一行',
  '右到左\u202e坏\u2066隐\u200f',
  '孤立\ud800代理\u0000零',
  '"},"msgtype":"text"}',
];

describe('hostile words stay words', () => {
  const message = aMessage({ title: HOSTILE.join(' '), lines: HOSTILE, url: '' });

  test.each(HTTP_TYPES)('%s: one line each, no control characters, well-formed', (type) => {
    for (const call of renderCalls(aChannel(type), message, NOW)) {
      expect(call.body.isWellFormed()).toBe(true);
      expect(call.body).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200f\u2028]|\\u0000/);
      expect(() => JSON.parse(call.body) as unknown).not.toThrow();
      expect(JSON.parse(call.body)).not.toHaveProperty('msgtype', 'text');
    }
  });

  test.each(['dingtalk', 'wecom'] as const)(
    '%s: no link, picture, call or tag of a post survives',
    (type) => {
      const { markdown } = body(type, message) as unknown as { markdown: Record<string, string> };
      const text = Object.values(markdown).join('\n');
      expect(text.replace(/<font color="\w+">|<\/font>/g, '')).not.toMatch(/[<[\]*`]/);
      expect(text).not.toMatch(/\n#{1,6} 伪造/);
    },
  );

  test('Feishu: words of posts stand in plain_text only', () => {
    expect(JSON.stringify(body('feishu', message))).not.toContain('lark_md');
  });

  test('Slack: words of posts stand in plain_text; the fallback text is escaped', () => {
    const sent = body('slack', message);
    expect(sent.text).not.toMatch(/[<>]/);
    expect(JSON.stringify(sent.blocks)).not.toContain('mrkdwn');
  });

  test('Telegram: only our own tags, and @names call nobody', () => {
    const { text } = body('telegram', message) as unknown as { text: string };
    expect(text.replace(/^<b>|<\/b>/g, '')).not.toMatch(/[<>]/);
    expect(text).not.toMatch(/@[A-Za-z]/);
  });

  test('ServerChan: every mark is escaped', () => {
    const { desp } = body('serverchan', message) as unknown as { desp: string };
    expect(desp.replace(/\\[^\s]/g, '')).not.toMatch(/[<>[\]*_`~!]/);
  });

  test('e-mail: no tag of a post in the HTML', () => {
    const { html } = renderMail(aChannel('email'), message);
    expect(html).not.toMatch(/<script|<font|<at |<b>|<img/);
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd'])(
    'the link %s is left out everywhere',
    (url) => {
      for (const type of HTTP_TYPES.filter(
        (name) => name !== 'webhook' && name !== 'alertmanager',
      )) {
        expect(JSON.stringify(body(type, aMessage({ url }), { lang: 'zh' }))).not.toContain(url);
      }
      expect(renderMail(aChannel('email'), aMessage({ url })).html).not.toContain(url);
    },
  );

  test('a link cannot end itself early', () => {
    const sent = body('dingtalk', aMessage({ url: 'https://w.cn/a)[x](https://evil.cn) "<b>' }));
    expect(JSON.stringify(sent)).toContain(
      '(https://w.cn/a%29%5bx%5d%28https://evil.cn%29%20%22%3cb%3e)',
    );
  });
});

describe('long messages are split, not cut', () => {
  const LIMITS: [HttpChannelType, number][] = [
    ['dingtalk', 20_000],
    ['feishu', 20_000],
    ['wecom', 4096],
    ['slack', 4000],
    ['telegram', 4096],
    ['ntfy', 4096],
    ['bark', 4096],
    ['serverchan', 20_000],
  ];
  const lines = Array.from(
    { length: 300 },
    (_, i) => `第 ${i} 行：算力不够用了，大家都在等 "恢复"`,
  );

  test.each(LIMITS)('%s: every request stays below %i bytes', (type, limit) => {
    const calls = renderCalls(aChannel(type), aMessage({ kind: 'digest', lines }), NOW);
    expect(calls.length).toBeGreaterThan(0);
    const sizes = calls.map((call) => {
      const sent = JSON.parse(call.body) as Record<string, Record<string, string>>;
      const content = sent.markdown?.content ?? sent.desp ?? sent.message ?? sent.text;
      // Where the provider counts the text; the whole request otherwise.
      return Buffer.byteLength(
        typeof content === 'string' && type !== 'slack' ? content : call.body,
      );
    });
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
  });

  test('the parts of a digest hold every line, numbered', () => {
    const calls = renderCalls(
      aChannel('wecom'),
      aMessage({ kind: 'digest', lines: lines.slice(0, 150) }),
      NOW,
    );
    const text = calls.map((call) => call.body).join('');
    expect(lines.slice(0, 150).filter((line) => !text.includes(line.slice(0, 8)))).toEqual([]);
    expect(calls[0]?.body).toContain(`(1/${calls.length})`);
  });
});
