import type { Incident, IncidentEvent } from '../../alert/incident.ts';
import { AppError } from '../../wire/errors.ts';
import type { Db, Tx } from '../postgres/pool.ts';

export interface IncidentsStore {
  list(query: {
    state?: 'open' | 'resolved';
    topic?: string;
    from?: number;
    to?: number;
    before?: number;
    limit: number;
  }): Promise<Incident[]>;
  get(id: string): Promise<Incident>;
  events(id: string): Promise<IncidentEvent[]>;
  /** Writes an incident as it stands and appends its history, in the evaluator's transaction. */
  save(tx: Pick<Tx, 'query'>, incident: Incident): Promise<void>;
  append(tx: Pick<Tx, 'query'>, id: string, event: IncidentEvent): Promise<void>;
}

interface Row {
  id: string;
  rule_id: string;
  rule_name: string;
  kind: string;
  topic: string;
  severity: Incident['severity'];
  state: Incident['state'];
  starts_at: number;
  resolved_at: number | null;
  value: number;
  threshold: number;
  n: number;
  acknowledged: Incident['acknowledged'];
  silenced_by: string | null;
  spike_id: string | null;
}
const fromRow = (row: Row): Incident => ({
  id: row.id,
  ruleId: row.rule_id,
  ruleName: row.rule_name,
  kind: row.kind,
  topic: row.topic,
  severity: row.severity,
  state: row.state,
  startsAt: row.starts_at,
  resolvedAt: row.resolved_at,
  value: row.value,
  threshold: row.threshold,
  n: row.n,
  acknowledged: row.acknowledged,
  silencedBy: row.silenced_by,
  spikeId: row.spike_id,
});

export function createIncidentsStore(db: Db): IncidentsStore {
  return {
    async list({ state, topic, from, to, before, limit }) {
      const { rows } = await db.query<Row>(
        `select * from incidents where ($1::text is null or (state <> 'resolved') = ($1 = 'open')) and ($2::text is null or topic = $2)
           and ($3::bigint is null or coalesce(resolved_at, starts_at) >= $3) and ($4::bigint is null or starts_at < $4) and ($5::bigint is null or starts_at < $5)
         order by starts_at desc, id limit $6`,
        [state ?? null, topic ?? null, from ?? null, to ?? null, before ?? null, limit],
      );
      return rows.map(fromRow);
    },
    async get(id) {
      const { rows } = await db.query<Row>('select * from incidents where id = $1', [id]);
      if (!rows[0]) throw new AppError('incident/not-found', 'There is no such incident.');
      return fromRow(rows[0]);
    },
    async events(id) {
      const { rows } = await db.query<{
        at: number;
        kind: IncidentEvent['kind'];
        from_state: IncidentEvent['from'] | null;
        to_state: IncidentEvent['to'] | null;
        reason: string;
        value: number | null;
        threshold: number | null;
        n: number | null;
        by_name: string | null;
      }>(
        'select at, kind, from_state, to_state, reason, value, threshold, n, by_name from incident_events where incident_id = $1 order by id',
        [id],
      );
      return rows.map((row) => ({
        at: row.at,
        kind: row.kind,
        reason: row.reason,
        ...(row.from_state == null ? {} : { from: row.from_state }),
        ...(row.to_state == null ? {} : { to: row.to_state }),
        ...(row.value === null ? {} : { value: row.value }),
        ...(row.threshold === null ? {} : { threshold: row.threshold }),
        ...(row.n === null ? {} : { n: row.n }),
        ...(row.by_name === null ? {} : { by: row.by_name }),
      }));
    },
    async save(tx, incident) {
      await tx.query(
        `insert into incidents (id, rule_id, rule_name, kind, topic, severity, state, starts_at, resolved_at, value, threshold, n, acknowledged, silenced_by, spike_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         on conflict (id) do update set severity = excluded.severity, state = excluded.state, resolved_at = excluded.resolved_at, value = excluded.value, threshold = excluded.threshold,
           n = excluded.n, acknowledged = excluded.acknowledged, silenced_by = excluded.silenced_by, spike_id = coalesce(excluded.spike_id, incidents.spike_id)`,
        [
          incident.id,
          incident.ruleId,
          incident.ruleName,
          incident.kind,
          incident.topic,
          incident.severity,
          incident.state,
          incident.startsAt,
          incident.resolvedAt,
          incident.value,
          incident.threshold,
          incident.n,
          incident.acknowledged && JSON.stringify(incident.acknowledged),
          incident.silencedBy,
          incident.spikeId,
        ],
      );
    },
    async append(tx, id, event) {
      await tx.query(
        'insert into incident_events (incident_id, at, kind, from_state, to_state, reason, value, threshold, n, by_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
        [
          id,
          event.at,
          event.kind,
          event.from ?? null,
          event.to ?? null,
          event.reason,
          event.value ?? null,
          event.threshold ?? null,
          event.n ?? null,
          event.by ?? null,
        ],
      );
    },
  };
}
