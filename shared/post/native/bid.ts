const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * Weibo's short id in links to its long one: groups of 4 base62 characters from the right are 7 decimal digits each.
 * `z0JH2lOMb` → `z` `0JH2` `lOMb` → `35` `0175648` `5200075` → `3501756485200075`.
 */
export function midOfBid(bid: string): string | undefined {
  if (!/^[0-9a-zA-Z]{5,12}$/.test(bid)) return undefined;
  let mid = '';
  for (let end = bid.length; end > 0; end -= 4) {
    const digits = String(base62(bid.slice(Math.max(0, end - 4), end)));
    if (digits.length > 7) return undefined;
    mid = (end > 4 ? digits.padStart(7, '0') : digits) + mid;
  }
  return mid;
}

/** The mid of a post link: `https://weibo.com/1234567890/P9aBcDeFg`, `https://m.weibo.cn/status/5124…`. */
export function midOfWeiboUrl(url: string): string | undefined {
  const m =
    /^https?:\/\/(?:www\.|m\.)?weibo\.(?:com|cn)\/(?:\d{1,20}|status|detail)\/([0-9a-zA-Z]{5,20})(?:[/?#]|$)/.exec(
      url,
    );
  const key = m?.[1];
  if (key === undefined) return undefined;
  return /^\d{14,20}$/.test(key) ? key : midOfBid(key);
}

function base62(text: string): number {
  let value = 0;
  for (const character of text) value = value * 62 + ALPHABET.indexOf(character);
  return value;
}
