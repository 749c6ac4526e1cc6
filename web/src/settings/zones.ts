/** Zones this audience uses most, before the long list. */
const COMMON = [
  'Asia/Shanghai',
  'Asia/Hong_Kong',
  'Asia/Taipei',
  'Asia/Singapore',
  'Asia/Tokyo',
  'UTC',
  'Europe/London',
  'America/New_York',
  'America/Los_Angeles',
];

export function allZones(): string[] {
  const others = Intl.supportedValuesOf('timeZone').filter((zone) => !COMMON.includes(zone));
  return [...COMMON, ...others];
}
