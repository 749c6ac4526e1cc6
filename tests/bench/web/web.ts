import { benchGrowth } from './growth.ts';
import { benchUpdateCost } from './update-cost.ts';

/** The browser's side: cost of an update, growth over an hour of posts, silence of a hidden tab. */
export async function bench(): Promise<void> {
  await benchUpdateCost();
  await benchGrowth();
}
