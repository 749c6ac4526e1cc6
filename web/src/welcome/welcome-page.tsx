import { useEffect, useState } from 'preact/hooks';
import { isoInZone } from '../i18n/format.ts';
import { t } from '../i18n/i18n.ts';
import { heartbeat } from '../live/feed.ts';
import { navigate } from '../router/router.ts';
import { control } from '../shell/demo-chip.tsx';
import { loadMeta, meta } from '../state/session.ts';
import { loadTopics } from '../state/topics.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { zone } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Page } from '../ui/layout.tsx';
import type { ComponentChildren } from 'preact';
import { words } from './words.ts';
import './welcome.css';

/** An empty store: three ways to the first moving line. Turns live by itself when posts arrive. */
export function WelcomePage() {
  const [busy, setBusy] = useState(false);
  const arrived = heartbeat.value?.newestAt !== null && heartbeat.value !== null;
  useEffect(() => {
    if (!arrived) return;
    void Promise.all([loadMeta(), loadTopics()]).then(() => {
      if (meta.value?.empty === false) navigate('/live');
    });
  }, [arrived]);
  const curl = curlExample();
  return (
    <Page title={t(words.headline)} lead={t(words.lead)}>
      <div class="welcome">
        <Card icon="play" title={t(words.demo)} text={t(words.demoText)} main>
          <Button
            variant="primary"
            icon="play"
            busy={busy}
            onClick={() => {
              setBusy(true);
              void control({ action: 'start' }).then((started) => {
                setBusy(false);
                if (started) void loadTopics().then(() => navigate('/live'));
              });
            }}
          >
            {t(words.demoButton)}
          </Button>
        </Card>
        <Card icon="upload" title={t(words.file)} text={t(words.fileText)}>
          <LinkButton icon="file" href="/sources/import">
            {t(words.fileButton)}
          </LinkButton>
        </Card>
        <Card icon="terminal" title={t(words.curl)} text={t(words.curlText)}>
          <div class="welcome-curl">
            <pre tabIndex={0}>{curl}</pre>
            <CopyButton text={curl} label={t(words.copyCurl)} />
          </div>
          <p class="muted row" role="status">
            <span class="spinner" aria-hidden="true" /> {t(words.waiting)}
          </p>
        </Card>
      </div>
    </Page>
  );
}

function Card(props: {
  icon: IconName;
  title: string;
  text: string;
  main?: boolean;
  children: ComponentChildren;
}) {
  return (
    <section class={`welcome-card ${props.main === true ? 'welcome-card-main' : ''}`}>
      <span class="empty-icon">
        <Icon name={props.icon} size={22} />
      </span>
      <h2>{props.title}</h2>
      <p class="muted">{props.text}</p>
      <div class="welcome-action">{props.children}</div>
    </section>
  );
}

/** A command that works as it stands: this server, this minute, a text the shipped topics match. */
function curlExample(): string {
  const post = {
    id: `hello-${Date.now().toString(36)}`,
    text: 'DeepSeek 今天的回答真的惊艳',
    createdAt: isoInZone(Date.now(), zone()),
  };
  return `curl ${location.origin}/api/v1/posts \\
  -H 'content-type: application/json' \\
  -d '${JSON.stringify(post)}'`;
}
