/** Server-sent events (WHATWG HTML 9.2) from text that arrives in any pieces. Pure: state in, state and events out. */
export interface SseState {
  /** The line under way. */
  line: string;
  event: string;
  data: string[];
  /** A CR at the end of the last piece: an LF at the start of the next belongs to it. */
  afterCr: boolean;
}
export interface SseEvent {
  event: string;
  data: string;
}

export const SSE_START: SseState = { line: '', event: '', data: [], afterCr: false };
/** A stream without line breaks must not fill the memory. */
export const SSE_MAX_LENGTH = 1_048_576;

export function readSse(
  state: SseState,
  piece: string,
): { state: SseState; events: SseEvent[]; comments: number } {
  if (piece === '') return { state, events: [], comments: 0 };
  const text = state.afterCr && piece.startsWith('\n') ? piece.slice(1) : piece;
  const lines = (state.line + text).split(/\r\n|\r|\n/);
  const rest = lines.pop() ?? '';
  const events: SseEvent[] = [];
  let event = state.event;
  let data = [...state.data];
  let comments = 0;
  for (const line of lines) {
    if (line === '') {
      if (data.length > 0) events.push({ event: event || 'message', data: data.join('\n') });
      event = '';
      data = [];
    } else if (line.startsWith(':')) comments += 1;
    else {
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (name === 'event') event = value;
      else if (name === 'data') data.push(value);
    }
  }
  const held = data.reduce((sum, part) => sum + part.length + 1, rest.length);
  if (held > SSE_MAX_LENGTH) throw new Error('an event of the stream is too long');
  return { state: { line: rest, event, data, afterCr: piece.endsWith('\r') }, events, comments };
}
