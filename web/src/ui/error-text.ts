import type { ApiError } from '../api/client.ts';
import { t } from '../i18n/i18n.ts';
import { common } from './words.ts';

/** What failed and what to do, in the user's language; the server's own detail for everything specific. */
export function explainError(error: ApiError): string {
  if (error.code === 'network') return t(common.errorNetwork);
  if (error.code === 'stale-edit') return t(common.errorStale);
  if (error.status === 401) return t(common.errorLogin);
  if (error.status === 403) return t(common.errorForbidden);
  if (error.status === 429) return t(common.errorRate);
  if (error.status >= 500) return t(common.errorServer);
  if (error.status === 404) return t(common.errorNotFound);
  const fields = error.errors.map((item) => item.message).join(' · ');
  return fields === '' ? error.message : fields;
}

/** Message of the server for one field of a form, where it named one. */
export function fieldError(error: ApiError | undefined, field: string): string | undefined {
  return error?.errors.find((item) => item.field.replace(/^\//, '') === field)?.message;
}
