import type { Delivery, IncidentDetail } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { t, tw } from '../i18n/i18n.ts';
import { loadIncidents } from '../state/incidents.ts';
import { canEdit } from '../state/session.ts';
import { topicName } from '../state/topics.ts';
import { viewNow } from '../state/view-now.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Stat, Time } from '../ui/data.tsx';
import { TextField } from '../ui/form.tsx';
import { count, time, zone } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Page, Panel } from '../ui/layout.tsx';
import { Dialog } from '../ui/overlay.tsx';
import { EmptyState, Loaded } from '../ui/state.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { common } from '../ui/words.ts';
import { DeliveryList } from './deliveries.tsx';
import { IncidentChart } from './incident-chart.tsx';
import { lastedText } from './incident-table.tsx';
import { KINDS, isRuleKind, valueText } from './kinds.ts';
import { readReason } from './reasons.ts';
import { SilenceDialog } from './silence-dialog.tsx';
import { SeverityBadge, StateBadge, stateWord } from './states.tsx';
import { useAlertQuery } from './use-alert-query.ts';
import { words } from './words.ts';

/** Mood and volume an hour before and after, so that the start is seen in its surroundings. */
const AROUND_MS = 3_600_000;

export function IncidentPage({ id }: { id: string }) {
  const incident = useAlertQuery<IncidentDetail>(`/incidents/${encodeURIComponent(id)}`);
  const deliveries = useAlertQuery<{ items: Delivery[] }>('/deliveries', { incident: id });
  if (incident.error?.status === 404) {
    return (
      <Page title={t(words.incidentNotFound)}>
        <EmptyState
          icon="alerts"
          title={t(words.incidentNotFound)}
          action={<LinkButton href="/alerts/incidents">{t(words.backToIncidents)}</LinkButton>}
        />
      </Page>
    );
  }
  const { data } = incident;
  const reload = () => {
    incident.reload();
    void loadIncidents();
  };
  return (
    <Page
      title={data?.ruleName ?? t(words.incident)}
      lead={
        <a href="/alerts/incidents" class="alerts-back">
          <Icon name="chevronLeft" size={14} />
          {t(words.backToIncidents)}
        </a>
      }
      actions={data !== undefined && <Actions incident={data} onChange={reload} />}
    >
      <Loaded query={incident}>
        {(found) => (
          <>
            <Summary incident={found} />
            <IncidentChart incident={found} />
            <div class="alerts-two">
              <Panel title={t(words.events)} hint={zone()}>
                <Events incident={found} />
              </Panel>
              <Panel title={t(words.deliveries)} flush>
                <Loaded query={deliveries}>
                  {({ items }) =>
                    items.length === 0 ? (
                      <EmptyState compact title={t(words.deliveriesNone)} />
                    ) : (
                      <DeliveryList items={items} onReload={deliveries.reload} />
                    )
                  }
                </Loaded>
              </Panel>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Summary({ incident }: { incident: IncidentDetail }) {
  const from = new Date(Date.parse(incident.startsAt) - AROUND_MS).toISOString();
  const end = incident.resolvedAt === null ? viewNow() : Date.parse(incident.resolvedAt);
  const to = new Date((end ?? Date.parse(incident.startsAt)) + AROUND_MS).toISOString();
  const query = `from=${from}&to=${to}`;
  return (
    <Panel>
      <div class="stack">
        <div class="row wrap">
          <SeverityBadge severity={incident.severity} />
          <StateBadge state={incident.state} />
          {incident.silencedBy !== null && <StateBadge state="silenced" />}
          {incident.topic !== '' && (
            <b>
              <bdi>{topicName(incident.topic)}</bdi>
            </b>
          )}
          {incident.acknowledged !== null && (
            <span class="muted">
              {t(words.ackedAt, {
                by: incident.acknowledged.by,
                time: time(incident.acknowledged.at),
              })}
              {incident.acknowledged.note !== '' && (
                <>
                  {' · '}
                  <bdi>{incident.acknowledged.note}</bdi>
                </>
              )}
            </span>
          )}
        </div>
        <div class="alerts-stats">
          <Stat
            label={isRuleKind(incident.kind) ? tw(KINDS[incident.kind].word) : t(words.value)}
            value={valueText(incident.kind, incident.value)}
            detail={`n=${count(incident.n)}`}
          />
          <Stat label={t(words.threshold)} value={valueText(incident.kind, incident.threshold)} />
          <Stat label={t(words.started)} value={<Time at={incident.startsAt} />} detail={zone()} />
          <Stat label={t(words.duration)} value={lastedText(incident)} />
        </div>
        <div class="row wrap">
          {incident.spikeId !== null && (
            <LinkButton icon="bolt" href={`/spikes/${encodeURIComponent(incident.spikeId)}`}>
              {t(words.seeSpike)}
            </LinkButton>
          )}
          {incident.topic !== '' && (
            <>
              <LinkButton icon="live" href={`/live?topics=${incident.topic}&${query}`}>
                {t(words.seeLive)}
              </LinkButton>
              <LinkButton icon="posts" href={`/posts?topic=${incident.topic}&${query}`}>
                {t(words.seePosts)}
              </LinkButton>
            </>
          )}
          <LinkButton
            icon="settings"
            variant="ghost"
            href={`/alerts/rules/${encodeURIComponent(incident.ruleId)}`}
          >
            {t(words.editTheRule)}
          </LinkButton>
        </div>
      </div>
    </Panel>
  );
}

function Actions(props: { incident: IncidentDetail; onChange: () => void }) {
  const { incident } = props;
  const [asking, setAsking] = useState<'acknowledge' | 'note' | 'silence' | null>(null);
  if (!canEdit.value) return null;
  const post = async (path: string, body: object, done: string) => {
    try {
      await send('POST', `/incidents/${encodeURIComponent(incident.id)}/${path}`, body);
      toast(done);
      setAsking(null);
      props.onChange();
    } catch (cause) {
      toastError(cause);
    }
  };
  return (
    <>
      {incident.state !== 'resolved' && incident.acknowledged === null && (
        <Button variant="primary" icon="check" onClick={() => setAsking('acknowledge')}>
          {t(words.acknowledge)}
        </Button>
      )}
      <Button icon="note" onClick={() => setAsking('note')}>
        {t(words.addNote)}
      </Button>
      {incident.state !== 'resolved' && (
        <Button icon="pause" onClick={() => setAsking('silence')}>
          {t(words.silenceIt)}
        </Button>
      )}
      {asking === 'acknowledge' && (
        <NoteDialog
          title={t(words.acknowledge)}
          hint={t(words.ackHint)}
          optional
          onClose={() => setAsking(null)}
          onSave={(note) => post('acknowledge', { note }, t(words.ackDone))}
        />
      )}
      {asking === 'note' && (
        <NoteDialog
          title={t(words.addNote)}
          onClose={() => setAsking(null)}
          onSave={(note) => post('notes', { note }, t(words.noteAdded))}
        />
      )}
      {asking === 'silence' && (
        <SilenceDialog
          topic={incident.topic}
          ruleId={incident.ruleId}
          onClose={() => setAsking(null)}
          onSaved={props.onChange}
        />
      )}
    </>
  );
}

function NoteDialog(props: {
  title: string;
  hint?: string;
  optional?: boolean;
  onClose: () => void;
  onSave: (note: string) => Promise<void>;
}) {
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const ready = props.optional === true || note.trim() !== '';
  const save = () => {
    setBusy(true);
    void props.onSave(note.trim()).finally(() => setBusy(false));
  };
  return (
    <Dialog
      open
      width="s"
      title={props.title}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t(common.cancel)}</Button>
          <Button variant="primary" busy={busy} disabled={!ready} onClick={save}>
            {props.title}
          </Button>
        </>
      }
    >
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) save();
        }}
      >
        {props.hint !== undefined && <p class="muted">{props.hint}</p>}
        <TextField label={t(words.note)} autoFocus maxLength={300} value={note} onValue={setNote} />
      </form>
    </Dialog>
  );
}

const EVENT_ICONS: Readonly<Record<string, IconName>> = {
  transition: 'bolt',
  severity: 'bolt',
  acknowledged: 'check',
  note: 'note',
  silenced: 'pause',
  notified: 'share',
  'delivery-failed': 'warning',
};

function Events({ incident }: { incident: IncidentDetail }) {
  if (incident.events.length === 0) return <p class="muted">{t(words.eventsNone)}</p>;
  return (
    <ol class="alerts-events">
      {incident.events.map((event, index) => (
        <li key={index}>
          <span class="alerts-event-icon">
            <Icon name={EVENT_ICONS[event.kind] ?? 'info'} size={14} />
          </span>
          <div>
            <p>
              <b>{eventWord(event)}</b>
              {event.by !== null && <span class="muted"> {t(words.evBy, { by: event.by })}</span>}
            </p>
            {event.reason !== '' && (
              <p>
                <bdi>{reasonText(event.reason)}</bdi>
              </p>
            )}
            {event.value !== null && (
              <p class="muted">
                {t(words.evValue, {
                  value: valueText(incident.kind, event.value),
                  threshold:
                    event.threshold === null ? '–' : valueText(incident.kind, event.threshold),
                  n: event.n === null ? '–' : count(event.n),
                })}
              </p>
            )}
          </div>
          <span class="muted nowrap">
            <Time at={event.at} style="second" />
          </span>
        </li>
      ))}
    </ol>
  );
}

function eventWord(event: IncidentDetail['events'][number]): string {
  switch (event.kind) {
    case 'transition':
      return t(words.evTransition, { from: stateWord(event.from), to: stateWord(event.to) });
    case 'severity':
      return t(words.evSeverity);
    case 'acknowledged':
      return t(words.evAck);
    case 'note':
      return t(words.evNote);
    case 'silenced':
      return t(words.evSilenced);
    case 'notified':
      return t(words.evNotified);
    case 'delivery-failed':
      return t(words.evFailed);
    default:
      return event.kind;
  }
}

function reasonText(reason: string): string {
  const { word, detail } = readReason(reason);
  return [...(word === undefined ? [] : [tw(word)]), ...(detail === '' ? [] : [detail])].join(': ');
}
