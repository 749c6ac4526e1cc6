import type { IncidentView, RuleView } from '#shared/wire/api.ts';
import { t, tw } from '../i18n/i18n.ts';
import type { Word } from '../i18n/words.ts';
import { Badge } from '../ui/data.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { words } from './words.ts';

type Tone = 'neutral' | 'accent' | 'warn' | 'danger';
interface StateFace {
  word: Word;
  icon: IconName;
  tone: Tone;
}

/** Word, icon and colour of every state; none of the three stands alone. */
const STATES: Readonly<Record<string, StateFace>> = {
  inactive: { word: words.stInactive, icon: 'check', tone: 'accent' },
  pending: { word: words.stPending, icon: 'clock', tone: 'warn' },
  firing: { word: words.stFiring, icon: 'bolt', tone: 'danger' },
  recovering: { word: words.stRecovering, icon: 'undo', tone: 'warn' },
  nodata: { word: words.stNodata, icon: 'minus', tone: 'neutral' },
  error: { word: words.stError, icon: 'warning', tone: 'danger' },
  resolved: { word: words.stResolved, icon: 'check', tone: 'accent' },
  silenced: { word: words.stSilenced, icon: 'pause', tone: 'neutral' },
  disabled: { word: words.stDisabled, icon: 'minus', tone: 'neutral' },
};

export function StateBadge({ state }: { state: string }) {
  const face = STATES[state];
  if (face === undefined) return <Badge>{state}</Badge>;
  return (
    <Badge tone={face.tone}>
      <Icon name={face.icon} size={12} /> {tw(face.word)}
    </Badge>
  );
}

export function stateWord(state: string | null): string {
  const face = state === null ? undefined : STATES[state];
  return face === undefined ? (state ?? '–') : tw(face.word);
}

export function RuleState({ rule }: { rule: RuleView }) {
  if (!rule.enabled) return <StateBadge state="disabled" />;
  return (
    <span class="row">
      <StateBadge state={rule.state} />
      {rule.silenced && <StateBadge state="silenced" />}
    </span>
  );
}

const SEVERITIES = {
  warning: { word: words.sevWarning, tone: 'warn' },
  critical: { word: words.sevCritical, tone: 'danger' },
  nodata: { word: words.sevNodata, tone: 'neutral' },
} as const;

export function SeverityBadge({ severity }: { severity: IncidentView['severity'] }) {
  const face = SEVERITIES[severity];
  return <Badge tone={face.tone}>{t(face.word)}</Badge>;
}
