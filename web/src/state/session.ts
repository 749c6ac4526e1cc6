import { computed, signal } from '@preact/signals';
import type { Meta } from '#shared/wire/api.ts';
import { ApiError, get, whenUnauthorised } from '../api/client.ts';

/** GET /meta as last answered; null until the first answer. */
export const meta = signal<Meta | null>(null);
/** Local (performance) ms of that answer. */
export const metaAt = signal(0);
export const metaError = signal<ApiError | null>(null);
/** The session ended or never began: the login page covers everything. */
export const loginNeeded = signal(false);

/** Login or the first password stands before everything: no page is shown, and no socket would be let in. */
export const isOutside = computed(() => loginNeeded.value || meta.value?.auth.setup === true);

/** The demo week is being written: views are empty for some seconds, and should say why. */
export const demoFilling = computed(() => meta.value?.demo.state === 'loading');

export const serverZone = computed(() => meta.value?.zone ?? 'Asia/Shanghai');
export const user = computed(() => meta.value?.auth.user ?? null);
/** May this user change things? Without authentication (loopback) everyone may. */
export const canEdit = computed(
  () => meta.value?.auth.required !== true || (user.value !== null && user.value.role !== 'viewer'),
);
export const isAdmin = computed(
  () => meta.value?.auth.required !== true || user.value?.role === 'admin',
);

/** Asks the server who we are and what it holds. Never rejects: the outcome is in the signals. */
export async function loadMeta(): Promise<void> {
  try {
    const answer = await get<Meta>('/meta');
    metaAt.value = performance.now();
    meta.value = answer;
    metaError.value = null;
    loginNeeded.value = answer.auth.required && answer.auth.user === null && !answer.auth.setup;
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
    if (cause.status === 401) loginNeeded.value = true;
    else metaError.value = cause;
  }
}

whenUnauthorised(() => {
  loginNeeded.value = true;
});
