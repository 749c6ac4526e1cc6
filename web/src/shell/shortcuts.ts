import { NAVIGATION } from '../router/routes.ts';
import { navigate } from '../router/router.ts';
import { prefs } from '../state/prefs.ts';
import { helpOpen, paletteOpen } from './overlays.ts';

/** How long the second key of `g l` may take. */
const SEQUENCE_MS = 1_200;

type Action = () => void;
const pageKeys = new Map<string, Action>();
let goUntil = 0;

/** Single keys of the page on screen: `useShortcuts` in ui calls this. Returns the way to take them back. */
export function addShortcuts(keys: Readonly<Record<string, Action>>): () => void {
  for (const [key, action] of Object.entries(keys)) pageKeys.set(key, action);
  return () => {
    for (const [key, action] of Object.entries(keys)) {
      if (pageKeys.get(key) === action) pageKeys.delete(key);
    }
  };
}

/** Listens for the whole app; call once. */
export function startShortcuts(): void {
  addEventListener('keydown', (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      paletteOpen.value = !paletteOpen.value;
      return;
    }
    if (event.metaKey || event.ctrlKey || event.altKey || !prefs.shortcuts.value) return;
    if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
    if (run(event)) event.preventDefault();
  });
}

function run(event: KeyboardEvent): boolean {
  const now = performance.now();
  if (now < goUntil) {
    goUntil = 0;
    const item = NAVIGATION.find(({ key }) => key === event.key);
    if (item !== undefined) {
      navigate(item.href);
      return true;
    }
  }
  if (event.key === 'g') {
    goUntil = now + SEQUENCE_MS;
    return true;
  }
  if (event.key === '?') {
    helpOpen.value = true;
    return true;
  }
  // Space presses a focused button or link; only elsewhere is it ours.
  if (
    event.key === ' ' &&
    event.target instanceof Element &&
    event.target.closest('a, button, [role=tab]')
  ) {
    return false;
  }
  const action = pageKeys.get(event.key);
  if (action !== undefined) {
    action();
    return true;
  }
  if (event.key === '/') {
    navigate('/posts?focus=1');
    return true;
  }
  return false;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
