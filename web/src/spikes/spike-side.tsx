import { useState } from 'preact/hooks';
import type { ChannelView, IncidentView, SpikeDetail, SpikeView } from '#shared/wire/api.ts';
import { StateBadge } from '../alerts/states.tsx';
import { send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { Button } from '../ui/button.tsx';
import { Time } from '../ui/data.tsx';
import { TextArea } from '../ui/form.tsx';
import { Panel } from '../ui/layout.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { common } from '../ui/words.ts';
import { ToldChannels } from './told-channels.tsx';
import { words } from './words.ts';

/** What the rules made of it, and who was told; each attempt stands on the incident's own page. */
export function Incidents(props: { ids: readonly string[]; known: readonly IncidentView[] }) {
  // One answer names the channels of all incidents.
  const channels = useQuery<{ items: ChannelView[] }>(props.ids.length === 0 ? null : '/channels');
  return (
    <Panel title={t(words.incidents)}>
      {props.ids.length === 0 ? (
        <p class="muted">{t(words.noIncidents)}</p>
      ) : (
        <ul class="stack">
          {props.ids.map((id) => (
            <li key={id} class="stack tight">
              <IncidentLine id={id} incident={props.known.find((known) => known.id === id)} />
              <ToldChannels incident={id} channels={channels.data?.items ?? []} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function IncidentLine({ id, incident }: { id: string; incident: IncidentView | undefined }) {
  return (
    <div class="row wrap">
      <a class="grow" href={`/alerts/incidents/${encodeURIComponent(id)}`}>
        <bdi>{incident?.ruleName ?? `${t(words.incident)} ${id}`}</bdi>
      </a>
      {incident !== undefined && (
        <>
          <span class="muted num">
            <Time at={incident.startsAt} style="dayMinute" />
          </span>
          <StateBadge state={incident.state} />
        </>
      )}
    </div>
  );
}

/** What people found out about it, for whoever comes next. */
export function SpikeNote({ spike }: { spike: SpikeDetail }) {
  const [saved, setSaved] = useState(spike.note);
  const [text, setText] = useState(spike.note);
  const [busy, setBusy] = useState(false);
  if (!canEdit.value && saved === '') return null;
  const save = (note: string, undo: string | null) => {
    setBusy(true);
    send<SpikeView>('PATCH', `/spikes/${encodeURIComponent(spike.id)}`, { note })
      .then((now) => {
        setSaved(now.note);
        setText(now.note);
        toast(t(words.noteSaved), undo === null ? {} : { undo: () => save(undo, null) });
      }, toastError)
      .finally(() => setBusy(false));
  };
  return (
    <Panel title={t(words.note)}>
      {canEdit.value ? (
        <form
          class="stack tight"
          onSubmit={(event) => {
            event.preventDefault();
            save(text, saved);
          }}
        >
          <TextArea
            hideLabel
            label={t(words.note)}
            placeholder={t(words.notePlaceholder)}
            maxLength={1000}
            rows={2}
            value={text}
            onValue={setText}
          />
          <div>
            <Button type="submit" size="s" busy={busy} disabled={text === saved}>
              {t(common.save)}
            </Button>
          </div>
        </form>
      ) : (
        <p>
          <bdi>{saved}</bdi>
        </p>
      )}
    </Panel>
  );
}
