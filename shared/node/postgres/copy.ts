import pg from 'pg';
import type { Tx } from './pool.ts';

/**
 * Rows in PostgreSQL's binary COPY format, in one buffer. COPY writes whole pages of rows at a time and parses nothing:
 * half the server's work of an INSERT from JSON. The caller writes each column in the order of the column list.
 */
export class CopyRows {
  #bytes: Buffer;
  #at = 0;
  readonly #columns: number;

  constructor(columns: number, expectedBytes: number) {
    this.#columns = columns;
    this.#bytes = Buffer.allocUnsafe(expectedBytes + 64);
    this.#bytes.set(HEADER);
    this.#at = HEADER.length;
  }

  row(): void {
    this.#room(2);
    this.#at = this.#bytes.writeInt16BE(this.#columns, this.#at);
  }

  none(): void {
    this.#room(4);
    this.#at = this.#bytes.writeInt32BE(-1, this.#at);
  }

  bool(value: boolean | undefined): void {
    if (value === undefined) return this.none();
    this.#length(1);
    this.#bytes[this.#at++] = value ? 1 : 0;
  }

  int2(value: number): void {
    this.#length(2);
    this.#at = this.#bytes.writeInt16BE(value, this.#at);
  }

  int4(value: number): void {
    this.#length(4);
    this.#at = this.#bytes.writeInt32BE(value, this.#at);
  }

  /** A safe integer. */
  int8(value: number | undefined): void {
    if (value === undefined) return this.none();
    this.#length(8);
    const high = Math.floor(value / 2 ** 32);
    this.#at = this.#bytes.writeInt32BE(high, this.#at);
    this.#at = this.#bytes.writeUInt32BE(value - high * 2 ** 32, this.#at);
  }

  text(value: string | undefined): void {
    if (value === undefined) return this.none();
    this.#room(4 + 3 * value.length);
    const start = this.#at + 4;
    let end = start;
    // A call into native code costs more than a few bytes by hand.
    if (value.length <= SHORT) {
      const bytes = this.#bytes;
      for (let i = 0; i < value.length; i++) {
        const unit = value.charCodeAt(i);
        if (unit > 0x7f) {
          end = -1;
          break;
        }
        bytes[end++] = unit;
      }
    } else end = -1;
    if (end < 0) end = start + this.#bytes.write(value, start);
    this.#bytes.writeInt32BE(end - start, this.#at);
    this.#at = end;
  }

  int4Array(values: readonly number[]): void {
    this.#array(INT4, values.length);
    for (const value of values) this.int4(value);
    this.#closeArray();
  }

  textArray(values: readonly string[] | undefined): void {
    if (values === undefined) return this.none();
    this.#array(TEXT, values.length);
    for (const value of values) this.text(value);
    this.#closeArray();
  }

  /** The protocol's messages: one CopyData with all rows, then CopyDone. */
  finish(): Buffer {
    this.#room(7);
    this.#at = this.#bytes.writeInt16BE(-1, this.#at);
    this.#bytes.writeInt32BE(this.#at - 1, 1);
    this.#at += COPY_DONE.copy(this.#bytes, this.#at);
    return this.#bytes.subarray(0, this.#at);
  }

  #arrayStart = 0;

  /** Length (filled in by #closeArray), dimensions, no nulls, element type, then size and first index of the dimension. */
  #array(type: number, length: number): void {
    this.#room(24);
    this.#arrayStart = this.#at;
    this.#at += 4;
    const head = length === 0 ? [0, 0, type] : [1, 0, type, length, 1];
    for (const value of head) this.#at = this.#bytes.writeInt32BE(value, this.#at);
  }

  #closeArray(): void {
    this.#bytes.writeInt32BE(this.#at - this.#arrayStart - 4, this.#arrayStart);
  }

  #length(length: number): void {
    this.#room(4 + length);
    this.#at = this.#bytes.writeInt32BE(length, this.#at);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * this.#bytes.length + bytes);
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** `d` and room for the message's length; then the format's signature, no flags, no extension. */
const HEADER = Buffer.from(
  '640000000050 47434f50590aff0d0a00 00000000 00000000'.replaceAll(' ', ''),
  'hex',
);
const COPY_DONE = Buffer.from('6300000004', 'hex');
const SHORT = 24;
const INT4 = 23;
const TEXT = 25;

/** `copy <into> from stdin`, e.g. `mentions (topic, pid)`. Fails as a statement of the transaction. */
export function copyIn(tx: Tx, into: string, rows: CopyRows): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.query(
      new CopyIn(into, rows.finish(), (error: Error | null | undefined) =>
        error ? reject(error) : resolve(),
      ),
    );
  });
}

class CopyIn extends pg.Query {
  readonly #sql: string;
  readonly #data: Buffer;

  constructor(into: string, data: Buffer, callback: (error: Error | null | undefined) => void) {
    super({ text: `copy ${into} from stdin (format binary)` }, callback as never);
    this.#sql = `copy ${into} from stdin (format binary)`;
    this.#data = data;
  }

  /** Statement and data in one go: a server that refuses the statement ignores the data behind it. */
  override submit = (connection: pg.Connection): null => {
    connection.stream.cork();
    connection.query(this.#sql);
    connection.stream.write(this.#data);
    connection.stream.uncork();
    return null;
  };

  handleCopyInResponse(): void {
    // The data is already on its way.
  }
}
