import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { backTest, suggestThreshold } from '#shared/alert/back-test.ts';
import { ruleSchema, type Rule } from '#shared/alert/rule.ts';
import type { StoreClock } from '#shared/node/clock.ts';
import { readRuleSeries } from '#shared/node/store/rule-series.ts';
import { refuseProblems, type StoredRule } from '#shared/node/store/rules.ts';
import { silenceOf, type StoredSilence } from '#shared/node/store/silences.ts';
import type { Store } from '#shared/node/store/store.ts';
import { DAY_MS, MINUTE_MS } from '#shared/series/bucket.ts';
import {
  backtestRequestSchema,
  backtestSchema,
  listOf,
  ruleViewSchema,
  silencePreviewSchema,
  silenceRequestSchema,
  silenceSchema,
  type Backtest,
  type RuleView,
  type Silence,
} from '#shared/wire/api.ts';
import { AppError } from '#shared/wire/errors.ts';
import { patchOf } from '#shared/wire/patch.ts';
import { iso, isoOrNull, parseInstant } from './params.ts';
import { ifMatch } from './topics.ts';

export interface RulesDeps {
  store: Store;
  clock: StoreClock;
}

const idParams = z.object({ id: z.string().max(60) });

/** /rules with back-test before saving, /silences with a preview of what they cover. */
export async function rulesRoutes(app: FastifyInstance, deps: RulesDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const { store, clock } = deps;
  const view = async (stored: StoredRule): Promise<RuleView> =>
    toView(stored, await store.silences.list({ activeAt: clock.now() }), clock.now());

  typed.get(
    '/rules',
    { schema: { response: { 200: listOf(ruleViewSchema) }, tags: ['alerts'] } },
    async () => {
      const silences = await store.silences.list({ activeAt: clock.now() });
      return {
        items: (await store.rules.list()).map((rule) => toView(rule, silences, clock.now())),
        next: null,
      };
    },
  );
  typed.get(
    '/rules/:id',
    { schema: { params: idParams, response: { 200: ruleViewSchema }, tags: ['alerts'] } },
    async (request) => view(await store.rules.get(request.params.id)),
  );
  typed.post(
    '/rules',
    {
      schema: {
        body: ruleSchema.omit({ id: true }),
        response: { 201: ruleViewSchema },
        tags: ['alerts'],
      },
    },
    async (request, reply) => {
      await refuseUnknown(store, request.body);
      return reply.code(201).send(await view(await store.rules.create(request.body)));
    },
  );
  typed.patch(
    '/rules/:id',
    {
      schema: {
        params: idParams,
        body: patchOf(ruleSchema.omit({ id: true })),
        response: { 200: ruleViewSchema },
        tags: ['alerts'],
      },
    },
    async (request) => {
      const change: Partial<Rule> = request.body;
      await refuseUnknown(store, change);
      return view(
        await store.rules.update(request.params.id, change, ifMatch(request.headers['if-match'])),
      );
    },
  );
  typed.delete(
    '/rules/:id',
    { schema: { params: idParams, tags: ['alerts'] } },
    async (request, reply) => {
      await store.rules.remove(request.params.id);
      return reply.code(204).send();
    },
  );
  typed.post(
    '/rules/backtest',
    {
      schema: { body: backtestRequestSchema, response: { 200: backtestSchema }, tags: ['alerts'] },
      config: { access: 'read' },
    },
    async (request): Promise<Backtest> => {
      const { rule, days, wishedPerWeek } = request.body;
      refuseProblems(rule);
      await refuseUnknown(store, rule);
      const end = Math.min(clock.now(), parseInstant('to', request.body.to) ?? clock.now());
      const to = Math.floor(end / MINUTE_MS) * MINUTE_MS;
      return runBacktest(store, rule, { from: to - days * DAY_MS, to }, wishedPerWeek);
    },
  );

  typed.get(
    '/silences',
    {
      schema: {
        querystring: z.object({ active: z.enum(['1', '0']).optional() }),
        response: { 200: listOf(silenceSchema) },
        tags: ['alerts'],
      },
    },
    async (request) => ({
      items: (
        await store.silences.list(request.query.active === '1' ? { activeAt: clock.now() } : {})
      ).map(toSilence),
      next: null,
    }),
  );
  typed.post(
    '/silences',
    { schema: { body: silenceRequestSchema, response: { 201: silenceSchema }, tags: ['alerts'] } },
    async (request, reply) => {
      const from = parseInstant('from', request.body.from) ?? clock.now();
      const until = parseInstant('until', request.body.until) ?? 0;
      if (until <= from)
        throw new AppError('request/invalid', 'A silence needs an end after its start.', {
          errors: [{ field: '/until', message: 'must lie after the start' }],
        });
      const { topic, ruleId, reason } = request.body;
      // A silence of something that does not exist would seem to work and silence nothing.
      if (topic !== '') await store.topics.get(topic);
      if (ruleId !== '') await store.rules.get(ruleId);
      return reply.code(201).send(
        toSilence(
          await store.silences.add({
            topic,
            ruleId,
            reason,
            from,
            until,
            by: request.principal?.name ?? '',
          }),
        ),
      );
    },
  );
  typed.post(
    '/silences/preview',
    {
      schema: {
        body: silenceRequestSchema.partial(),
        response: { 200: silencePreviewSchema },
        tags: ['alerts'],
      },
      config: { access: 'read' },
    },
    async (request) => {
      const { topic = '', ruleId = '' } = request.body;
      const covered = (await store.rules.list()).filter(
        ({ rule }) =>
          (ruleId === '' || rule.id === ruleId) && (topic === '' || rule.topic === topic),
      );
      return {
        rules: covered.map(({ rule, status }) => ({
          id: rule.id,
          name: rule.name,
          firing: status?.state === 'firing' || status?.state === 'recovering',
        })),
      };
    },
  );
  typed.delete(
    '/silences/:id',
    { schema: { params: idParams, tags: ['alerts'] } },
    async (request, reply) => {
      await store.silences.end(request.params.id);
      return reply.code(204).send();
    },
  );
}

async function refuseUnknown(store: Store, rule: Partial<Rule>): Promise<void> {
  if (rule.topic !== undefined && rule.topic !== '') await store.topics.get(rule.topic);
  if (rule.channels === undefined || rule.channels.length === 0) return;
  const known = new Set((await store.channels.list()).map(({ channel }) => channel.id));
  const missing = rule.channels.filter((id) => !known.has(id));
  if (missing.length > 0)
    throw new AppError('rule/invalid', `There is no channel ${missing.join(', ')}.`, {
      errors: [{ field: '/channels', message: `unknown: ${missing.join(', ')}` }],
    });
}

/** What the rule would have done: the live evaluator's own fold over stored minutes, imported ones included. */
export async function runBacktest(
  store: Store,
  rule: Rule,
  span: { from: number; to: number },
  wishedPerWeek?: number,
): Promise<Backtest> {
  const topicKey = rule.topic === '' ? 0 : (await store.topics.get(rule.topic)).key;
  const series = await readRuleSeries(store.db, rule, topicKey, { ...span, lateToo: true });
  const tested = backTest(rule, series, span.from, span.to);
  const suggestion =
    wishedPerWeek === undefined
      ? null
      : suggestThreshold(rule, series, { ...span, perWeek: wishedPerWeek });
  const warnings: Backtest['warnings'] = [];
  if (tested.advice?.code === 'topic-too-small')
    warnings.push({
      code: 'topic-too-small',
      message: `This topic has about ${tested.advice.postsPerHour.toFixed(1)} posts an hour: a mood rule can see only changes that last many hours. A keyword rule by distinct authors sees more.`,
    });
  if (tested.advice?.code === 'window-wider')
    warnings.push({
      code: 'window-wider',
      message: `With about ${tested.advice.postsPerHour.toFixed(0)} posts an hour take a window of ${tested.advice.suggestWindowMinutes ?? 60} minutes.`,
    });
  if (tested.minutesWithPosts === 0)
    warnings.push({
      code: 'no-data',
      message: 'There is no stored post to judge in this span: "no fires" says nothing.',
    });
  return {
    from: iso(span.from),
    to: iso(span.to),
    stepSeconds:
      tested.points.length > 1
        ? Math.round(((tested.points[1]?.at ?? 0) - (tested.points[0]?.at ?? 0)) / 1000)
        : 60,
    points: tested.points.map((point) => ({
      at: iso(point.at),
      value: Number.isFinite(point.value) ? point.value : null,
      n: point.n,
    })),
    fires: tested.fires.map((fire) => ({
      from: iso(fire.startsAt),
      to: isoOrNull(fire.resolvedAt),
      severity: fire.severity,
      value: fire.value,
      n: fire.n,
      nearSampleLimit: fire.nearSampleLimit,
    })),
    notifications: Object.values(tested.notifications).reduce((sum, n) => sum + (n ?? 0), 0),
    firingMinutes: tested.firingMinutes,
    coverage: tested.coverage,
    suggestion: suggestion?.critical ?? null,
    warnings,
  };
}

function toView(
  { rule, version, createdAt, updatedAt, status, evaluatedTo }: StoredRule,
  silences: readonly StoredSilence[],
  now: number,
): RuleView {
  return {
    ...rule,
    version,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    state: status?.state ?? 'inactive',
    since: isoOrNull(status?.since ?? null),
    value: status?.incident?.value ?? null,
    evaluatedAt: isoOrNull(evaluatedTo),
    silenced: silenceOf(silences, rule, now) !== null,
    openIncident: status?.incident?.id ?? null,
  };
}

const toSilence = (silence: StoredSilence): Silence => ({
  ...silence,
  from: iso(silence.from),
  until: iso(silence.until),
  createdAt: iso(silence.createdAt),
});
