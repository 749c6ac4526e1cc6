import { effect } from '@preact/signals';
import { render } from 'preact';
import './ui/styles/tokens.css';
import './ui/styles/base.css';
import './ui/styles/components.css';
import './ui/styles/shell.css';
import { App } from './app.tsx';
import { connection, on, onReset, startFeed } from './live/feed.ts';
import { path, startRouter } from './router/router.ts';
import { preloadRoute } from './shell/outlet.tsx';
import { startShortcuts } from './shell/shortcuts.ts';
import { loadIncidents } from './state/incidents.ts';
import { startPrefs } from './state/prefs.ts';
import { loadMeta } from './state/session.ts';
import { loadTopics } from './state/topics.ts';

/** Composition root of the browser app. */
startPrefs();
startRouter();
startShortcuts();
// On the way before anything is drawn: the first view waits for these three.
void loadMeta();
void loadTopics();
preloadRoute(path.value);
const root = document.querySelector('#app');
if (root === null) throw new Error('index.html lacks #app');
render(<App />, root);

startFeed();
effect(() => {
  // Figures that have stopped look so: the style sheet dims what moves.
  document.documentElement.dataset['link'] = connection.value;
});
void loadIncidents();
on('topics:changed', () => void loadTopics());
on('incident:changed', () => void loadIncidents());
on('job:progress', (job) => {
  if (job.kind === 'demo') void loadMeta();
});
onReset(() => {
  void loadMeta();
  void loadTopics();
  void loadIncidents();
});
