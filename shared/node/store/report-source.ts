import type { SpikeExplanation } from '../../alert/spike.ts';
import { reportStepMs } from '../../report/build-report.ts';
import type { ReportData, ReportQuery, ReportSource } from '../../report/report-data.ts';
import type { Db } from '../postgres/pool.ts';
export interface ReportSourceOptions {
  explainSpike?: (id: string) => Promise<SpikeExplanation | null>;
}
export function createReportSource(db: Db, options: ReportSourceOptions = {}): ReportSource {
  return {
    async load(query: ReportQuery): Promise<ReportData> {
      void db;
      void options;
      void reportStepMs;
      throw new Error(query.zone);
    },
  };
}
