import { judge, type Clause, type Reading } from './reading.ts';

interface Pattern {
  name: string;
  /** Bounded and without nested repetition: runs on hostile text. */
  regex: RegExp;
  value: number;
  example: string;
  /** What every match holds: a character of the first and one of the second. */
  needs: readonly [string, string];
}

/**
 * Evaluations that no single word carries: what takes long, what cannot be done, what needs one try only.
 * They count where no word of the lexicon has spoken at the same place.
 */
const PATTERNS: readonly Pattern[] = [
  {
    name: 'pattern:effort',
    regex:
      /(?:[等催修拖]了|等到?第|排队?了|排队|返修|电话打了|投诉了|改了|重启了|卡了).{0,3}?(?:[两三四五六七八九十几半百]|\d{1,4}).{0,1}(?:多?个?小时|分钟|次|遍|天|个月|周|个星期|回|趟|年)/,
    value: -1.3,
    example: '客服电话打了五天',
    needs: ['等催修拖排返电投改重卡', '时钟次遍天月周期回趟年'],
  },
  {
    name: 'pattern:cannot',
    regex:
      /[打登连上进找加载刷收传充点听看读答算修刹领抢约退取认跑搜查发][不没](?:了|上|开|动|出|来|起|到|着|住|进|去|完|懂|通|对|准|清)/,
    value: -1.1,
    example: '图片传不上',
    needs: ['打登连上进找加载刷收传充点听看读答算修刹领抢约退取认跑搜查发', '不没'],
  },
  {
    name: 'pattern:even',
    regex: /连.{1,10}?[都也](?:不|没|无|做不|算不|答不|会错|错|编|搞不)/,
    value: -1.5,
    example: '连小学题都算不对',
    needs: ['连', '都也'],
  },
  {
    name: 'pattern:rather-not',
    regex: /还?不如(?:直接|干脆)?(?:在家|自己|去|回|买|用|找|睡|吃|喝|看|不)/,
    value: -1.6,
    example: '不如在家睡觉',
    needs: ['不', '如'],
  },
  {
    name: 'pattern:wrong',
    regex:
      /(?:问|叫|让|要|喊).{1,12}?(?:它|他|她|却|偏|愣是|居然|竟|硬是|给我|非要|非得)(?:.{0,2})(?:说|答|回|给|编|扯|来|背|推|讲|算)/,
    value: -1,
    example: '问它今天几号，它给我背了一首诗',
    needs: ['问叫让要喊', '说答回给编扯来背推讲算'],
  },
  {
    name: 'pattern:at-once',
    regex:
      /(?:一|两|三|几|十|\d{1,3})(?:十)?(?:秒|分钟|遍|次|下|口气)(?:钟|之内|不到|内)?(?:就|便|搞|解|出|读|写|改|跑|完|直接)/,
    value: 1.4,
    example: '三十秒就写完了',
    needs: ['秒分遍次下口', '就便搞解出读写改跑完直'],
  },
  {
    name: 'pattern:helped',
    regex:
      /(?:帮|替|给|教|陪|为)(?:我|我们|我妈|我爸|孩子|大家|咱|老人).{0,8}?(?:好了|完了|明白|出来|搞定|省|解决|理清|改|会了|度过|熬过|到了)/,
    value: 1.4,
    example: '帮我把思路理清了',
    needs: ['帮替给教陪为', '我孩大咱老'],
  },
  {
    name: 'pattern:no-more',
    regex: /(?:再也|终于|总算)(?:不用|不必|不需要|不怕|不愁|能|可以)/,
    value: 1.4,
    example: '再也不用加班做表了',
    needs: ['再终总', '不能可'],
  },
  {
    name: 'pattern:still-works',
    regex:
      /(?:用|开|穿|骑|戴)了?(?:[两三四五六七八九十几]|\d{1,2})(?:多)?年.{0,6}?(?:还|没坏|没换|不卡|依旧|照样|跟新)/,
    value: 1.4,
    example: '用了五年还跟新的一样',
    needs: ['用开穿骑戴', '年'],
  },
  {
    name: 'pattern:who-else',
    regex: /(?:认准|只认|就认|还得是|还是得|还得看|还得靠|非.{1,6}莫属|才是永远|排第二.{0,4}没人)/,
    value: 1.6,
    example: '还得是DeepSeek',
    needs: ['认得莫永排', '认得莫永排'],
  },
  {
    name: 'pattern:as-if',
    regex:
      /(?:像|跟|宛如|犹如|仿佛).{0,4}?(?:机器人|念稿|念经|敷衍|应付|白开水|坐牢|上坟|上刑|挤牙膏|蜗牛|乌龟|PPT|ppt|幻灯片|纸糊|玩具|抽风|傻子|便秘)/,
    value: -1.7,
    example: '快递慢得像蜗牛',
    needs: ['像跟宛犹仿', '机念敷应白坐上挤蜗乌pP幻纸玩抽傻便'],
  },
  {
    name: 'pattern:like-good',
    regex:
      /(?:像|跟|宛如|犹如|仿佛).{0,5}?(?:老师|朋友|真人|专家|家人|艺术品|开了挂|开挂|老友|大片|丝绸|坐飞机|享受)/,
    value: 1.4,
    example: '讲得像老师一样',
    needs: ['像跟宛犹仿', '老朋真专家艺开大丝坐享'],
  },
];

/**
 * Which patterns a character may begin to answer (low half) and complete (high half), by its low bits: characters that share
 * them only cost a look that finds nothing.
 */
const HINTS = new Int32Array(4096);
const HALF = 16;
PATTERNS.forEach(({ needs }, bit) => {
  needs.forEach((characters, part) => {
    for (let i = 0; i < characters.length; i++)
      HINTS[characters.charCodeAt(i) & (HINTS.length - 1)]! |= 1 << (bit + part * HALF);
  });
});

/** A clause longer than this is no clause a person wrote. */
const LONGEST = 120;

export function judgePatterns({ text, clauses }: Reading): void {
  for (let c = 0; c < clauses.length; c++) {
    const clause = clauses[c]!;
    if (clause.end - clause.start > LONGEST) continue;
    let hints = 0;
    for (let i = clause.start; i < clause.end; i++)
      hints |= HINTS[text.charCodeAt(i) & (HINTS.length - 1)]!;
    const possible = hints & (hints >>> HALF);
    if (possible !== 0) judgeClause(clause, text.slice(clause.start, clause.end), possible);
  }
}

function judgeClause(clause: Clause, words: string, possible: number): void {
  for (let bit = 0; bit < PATTERNS.length; bit++) {
    if ((possible & (1 << bit)) === 0) continue;
    const pattern = PATTERNS[bit]!;
    const found = pattern.regex.exec(words);
    if (found === null) continue;
    const start = clause.start + found.index;
    const end = start + found[0].length;
    if (isFree(clause, start, end))
      judge(clause, 'eval', pattern.value, pattern.name, { start, end });
  }
}

function isFree(clause: Clause, start: number, end: number): boolean {
  return !clause.judgements.some(
    (judgement) => judgement.kind !== 'emo' && judgement.start < end && judgement.end > start,
  );
}

/** For the test that every pattern reads its example. */
export const PATTERN_EXAMPLES: readonly Readonly<Pattern>[] = PATTERNS;
