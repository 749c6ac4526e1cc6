import { benchGrowth } from './growth.ts';
import { benchUpdateCost } from './update-cost.ts';

/** The browser's side: cost of an update, growth over an hour of posts, silence of a hidden tab. BENCH_PART=growth: that alone. */
export async function bench(): Promise<void> {
  if (process.env['BENCH_PART'] !== 'growth') await benchUpdateCost();
  await benchGrowth();
}
