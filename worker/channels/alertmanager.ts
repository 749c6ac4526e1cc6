import { createHash } from 'node:crypto';
import type { OutgoingMessage } from '#shared/alert/channel.ts';
import type { HttpChannel } from './channel.ts';
import { digestItems } from './digest.ts';
import { factsOf, isoSeconds } from './facts.ts';
import { codeIn } from './verdict.ts';
import { JSON_HEADERS } from './wording.ts';

/** What Prometheus Alertmanager sends to its webhook receivers (version 4), for tools that already understand it. */
export const alertmanager: HttpChannel<'alertmanager'> = {
  render(channel, message) {
    const items = digestItems(message);
    const alerts = (items.length > 0 ? items : [message]).map(alertOf);
    const commonLabels = inCommon(alerts.map(({ labels }) => labels));
    const groupLabels = commonLabels.topic === undefined ? {} : { topic: commonLabels.topic };
    const origin = URL.canParse(message.url) ? new URL(message.url).origin : '';
    return [
      {
        url: channel.url,
        headers: {
          ...JSON_HEADERS,
          ...(channel.bearer === '' ? {} : { authorization: `Bearer ${channel.bearer}` }),
        },
        body: JSON.stringify({
          version: '4',
          groupKey: `{}:{${labelText(groupLabels)}}`,
          truncatedAlerts: 0,
          status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
          receiver: 'weimai',
          groupLabels,
          commonLabels,
          commonAnnotations: inCommon(alerts.map(({ annotations }) => annotations)),
          externalURL: origin,
          alerts,
        }),
      },
    ];
  },

  judge: () => ({ ok: true }),
  judgeError: codeIn,
};

type AlertSource = Omit<OutgoingMessage, 'key' | 'attachments'>;

function alertOf(message: AlertSource) {
  const facts = factsOf(message);
  const isOver = message.kind === 'resolved' || message.severity === 'ok';
  const labels: Record<string, string> = filled({
    alertname: facts.kind,
    topic: facts.topic,
    rule: facts.ruleId,
    severity: message.severity,
  });
  // The severity may change while it lasts; the identity must not.
  const identity = { ...labels, severity: '', incident: facts.incidentId };
  return {
    status: isOver ? 'resolved' : 'firing',
    labels,
    annotations: filled({ summary: message.title, description: message.lines.join('\n') }),
    startsAt: isoSeconds(facts.startsAt),
    // Go's zero time: not over yet.
    endsAt: isOver ? isoSeconds(facts.resolvedAt) : '0001-01-01T00:00:00Z',
    generatorURL: message.url,
    fingerprint: createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16),
  };
}

function filled(entries: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== ''));
}

function inCommon(records: readonly Record<string, string>[]): Record<string, string> {
  const [first = {}, ...others] = records;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)),
  );
}

function labelText(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ');
}
