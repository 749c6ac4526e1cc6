import type { RuleView, Silence } from '#shared/wire/api.ts';
import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { topicName } from '../state/topics.ts';
import { viewNow } from '../state/view-now.ts';
import { Button } from '../ui/button.tsx';
import { Badge, Table, Time } from '../ui/data.tsx';
import { ListPanel } from '../ui/list-panel.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { SilenceDialog } from './silence-dialog.tsx';
import { words } from './words.ts';

export function SilencesTab() {
  const silences = useQuery<{ items: Silence[] }>('/silences');
  const rules = useQuery<{ items: RuleView[] }>('/rules');
  const [making, setMaking] = useState(false);
  const now = viewNow() ?? 0;
  const ruleName = (id: string) => rules.data?.items.find((rule) => rule.id === id)?.name ?? id;
  const end = async (silence: Silence) => {
    try {
      await send('DELETE', `/silences/${silence.id}`);
      toast(t(words.silenceEnded));
      silences.reload();
    } catch (cause) {
      toastError(cause);
    }
  };
  const add = (
    <Button variant="primary" icon="plus" onClick={() => setMaking(true)}>
      {t(words.newSilence)}
    </Button>
  );
  return (
    <>
      <ListPanel
        title={t(words.silences)}
        hint={t(words.silencesHint)}
        query={silences}
        empty={{ icon: 'pause', title: t(words.silencesNone), text: t(words.silencesNoneText) }}
        add={canEdit.value && add}
      >
        {(items) => (
          <Table
            caption={t(words.silences)}
            rows={items}
            rowKey={(silence) => silence.id}
            columns={[
              {
                key: 'scope',
                title: t(words.scope),
                primary: true,
                cell: (silence) => (
                  <bdi>
                    {silence.topic === '' ? t(words.allTopics) : topicName(silence.topic)}
                    {' · '}
                    {silence.ruleId === '' ? t(words.allRules) : ruleName(silence.ruleId)}
                  </bdi>
                ),
              },
              {
                key: 'state',
                title: t(words.state),
                cell: (silence) =>
                  Date.parse(silence.until) > now ? (
                    <Badge tone="warn">{t(words.active)}</Badge>
                  ) : (
                    <Badge>{t(words.ended)}</Badge>
                  ),
              },
              {
                key: 'from',
                title: t(words.from),
                cell: (silence) => <Time at={silence.from} />,
              },
              {
                key: 'to',
                title: t(words.until),
                cell: (silence) => <Time at={silence.until} />,
              },
              {
                key: 'reason',
                title: t(words.reason),
                cell: (silence) => <bdi>{silence.reason === '' ? '–' : silence.reason}</bdi>,
              },
              { key: 'by', title: t(words.by), cell: (silence) => <bdi>{silence.by}</bdi> },
              {
                key: 'end',
                title: t(words.endSilence),
                hideTitle: true,
                cell: (silence) =>
                  canEdit.value &&
                  Date.parse(silence.until) > now && (
                    <Button size="s" onClick={() => void end(silence)}>
                      {t(words.endSilence)}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </ListPanel>
      {making && <SilenceDialog onClose={() => setMaking(false)} onSaved={silences.reload} />}
    </>
  );
}
