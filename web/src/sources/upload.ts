import type { ImportView } from '#shared/wire/api.ts';
import type { Problem } from '#shared/wire/errors.ts';
import { ApiError, apiUrl } from '../api/client.ts';

/** POST /imports with the share of bytes sent: `fetch` cannot tell how far an upload is, XMLHttpRequest can. */
export function uploadFile(
  file: File,
  options: { onProgress: (share: number) => void; signal: AbortSignal },
): Promise<ImportView> {
  const form = new FormData();
  form.set('file', file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', apiUrl('/imports'));
    request.setRequestHeader('accept', 'application/json');
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) options.onProgress(event.loaded / event.total);
    });
    request.addEventListener('load', () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as ImportView);
      else reject(problemOf(request));
    });
    request.addEventListener('error', () => reject(problemOf(request)));
    request.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    options.signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

function problemOf(request: XMLHttpRequest): ApiError {
  const requestId = request.getResponseHeader('x-request-id') ?? '';
  const known = { status: request.status, requestId, errors: [], message: request.statusText };
  if (request.status === 0) return new ApiError({ ...known, code: 'network' });
  if (!(request.getResponseHeader('content-type') ?? '').includes('json'))
    return new ApiError({ ...known, code: 'not-a-problem' });
  const problem = JSON.parse(request.responseText) as Partial<Problem>;
  return new ApiError({
    code: problem.code ?? 'not-a-problem',
    status: request.status,
    requestId: problem.requestId ?? requestId,
    errors: problem.errors ?? [],
    message: problem.detail ?? problem.title ?? '',
  });
}
