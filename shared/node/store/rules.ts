import { randomUUID } from 'node:crypto';
import { ruleSchema, type Rule } from '../../alert/rule.ts';
import { checkRule, type RuleProblem } from '../../alert/check-rule.ts';
import type { RuleStatus } from '../../alert/next-incident.ts';
import { AppError } from '../../wire/errors.ts';
import { inTransaction, type Db } from '../postgres/pool.ts';

export interface StoredRule {
  rule: Rule;
  version: number;
  createdAt: number;
  updatedAt: number;
  status: RuleStatus | null;
  /** Minutes before this are decided; null: never evaluated. */
  evaluatedTo: number | null;
}

export interface RulesStore {
  list(): Promise<StoredRule[]>;
  get(id: string): Promise<StoredRule>;
  create(rule: Omit<Rule, 'id'> & { id?: string }): Promise<StoredRule>;
  createIfAbsent(rule: Rule): Promise<void>;
  /** A change of what the rule measures starts its machine anew; an open incident is closed by the evaluator. */
  update(id: string, change: Partial<Rule>, version?: number): Promise<StoredRule>;
  remove(id: string): Promise<void>;
}

interface Row {
  id: string;
  rule: unknown;
  version: number;
  created_at: number;
  updated_at: number;
  state: RuleStatus | null;
  evaluated_to: number | null;
}
const SELECT =
  'select r.id, r.rule, r.version, r.created_at, r.updated_at, s.state, s.evaluated_to from rules r left join rule_states s on s.rule_id = r.id';
const fromRow = (row: Row): StoredRule => ({
  rule: ruleSchema.parse(row.rule),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  status: row.state,
  evaluatedTo: row.evaluated_to,
});

/** Fields that decide when a rule fires: after a change of one of them the past says nothing about the present. */
const MEASURED: readonly (keyof Rule)[] = [
  'kind',
  'topic',
  'source',
  'keyword',
  'windowMinutes',
  'comparator',
  'critical',
  'warning',
  'recovery',
  'minPosts',
];

export function createRulesStore(db: Db): RulesStore {
  const get = async (id: string): Promise<StoredRule> => {
    const { rows } = await db.query<Row>(`${SELECT} where r.id = $1`, [id]);
    if (!rows[0]) throw new AppError('rule/not-found', 'There is no such rule.');
    return fromRow(rows[0]);
  };
  return {
    async list() {
      const { rows } = await db.query<Row>(`${SELECT} order by r.created_at`);
      return rows.map(fromRow);
    },
    get,
    async create(input) {
      const rule = ruleSchema.parse({ ...input, id: input.id ?? randomUUID().slice(0, 8) });
      refuseProblems(rule);
      const now = Date.now();
      await db.query(
        'insert into rules (id, rule, created_at, updated_at) values ($1, $2, $3, $3)',
        [rule.id, JSON.stringify(rule), now],
      );
      return get(rule.id);
    },
    async createIfAbsent(rule) {
      await db.query(
        'insert into rules (id, rule, created_at, updated_at) values ($1, $2, $3, $3) on conflict do nothing',
        [rule.id, JSON.stringify(rule), Date.now()],
      );
    },
    async update(id, change, version) {
      const before = await get(id);
      if (version !== undefined && version !== before.version)
        throw new AppError(
          'stale-edit',
          `The rule was changed by somebody else (version ${before.version}). Reload it and repeat your change.`,
        );
      const rule = ruleSchema.parse({ ...before.rule, ...change, id });
      refuseProblems(rule);
      const anew = MEASURED.some(
        (field) => JSON.stringify(rule[field]) !== JSON.stringify(before.rule[field]),
      );
      await inTransaction(db, async (tx) => {
        await tx.query(
          'update rules set rule = $2, version = version + 1, updated_at = $3 where id = $1',
          [id, JSON.stringify(rule), Date.now()],
        );
        if (anew || !rule.enabled) {
          await tx.query(
            `update incidents set state = 'resolved', resolved_at = $2 where rule_id = $1 and state <> 'resolved'`,
            [id, Date.now()],
          );
          await tx.query('delete from rule_states where rule_id = $1', [id]);
        }
      });
      return get(id);
    },
    async remove(id) {
      await inTransaction(db, async (tx) => {
        const { rowCount } = await tx.query('delete from rules where id = $1', [id]);
        if (rowCount === 0) throw new AppError('rule/not-found', 'There is no such rule.');
        await tx.query(
          `update incidents set state = 'resolved', resolved_at = $2 where rule_id = $1 and state <> 'resolved'`,
          [id, Date.now()],
        );
      });
    },
  };
}

const WORDS: Record<RuleProblem['code'], string> = {
  'rule/topic-missing': 'a rule of this kind needs a topic',
  'rule/source-missing': 'a rule of this kind needs a source',
  'rule/keyword-missing': 'a keyword rule needs a keyword',
  'rule/threshold-order': 'must lie before the critical threshold',
  'rule/recovery-order': 'must lie before the trigger',
  'rule/threshold-range': 'is outside the range of this kind',
  'rule/zone-unknown': 'is not a time zone',
  'rule/time-invalid': 'is not a time of day',
};

/** Throws what the schema cannot see: order and range of thresholds, missing parts. */
export function refuseProblems(rule: Rule): void {
  const errors = checkRule(rule).map(({ code, field }) => ({
    field: `/${field.replaceAll('.', '/')}`,
    message: WORDS[code],
    code,
  }));
  if (errors.length === 0) return;
  const order = errors.some(
    (error) => error.code === 'rule/threshold-order' || error.code === 'rule/recovery-order',
  );
  throw new AppError(
    order ? 'rule/threshold-order' : 'rule/invalid',
    errors.map((error) => `${error.field.slice(1)} ${error.message}`).join('; '),
    { errors: errors.map(({ field, message }) => ({ field, message })) },
  );
}
