import { cueOf, judge, scale, type Reading } from './reading.ts';

const DEFENCE = 2;
const TELLS_OFF =
  /别|不要|休想|少|再.{0,4}就|凭什么|先|怕不是|什么心态|散了|歇歇|收了钱|你行你|看看|算了吧|拿出|适可而止|见好就收|够了|一律/;
const ATTACKERS =
  /^(?:那些|有些|一些|某些|张口闭口|一口一个|一上来就|天天|动不动就|一个个)?(?:说|骂|黑|喷|嘲|质疑|给|吐槽)/;

/**
 * Turning on those who attack a topic defends it: 黑梁文锋的人怕不是收了钱 → 梁文锋 +; 别带节奏 → +.
 */
export function readDefence(reading: Reading): void {
  const { text, clauses } = reading;
  /** The next 的. */
  let of = text.indexOf('的');
  for (const clause of clauses) {
    const cue = cueOf(clause, 'defend');
    if (of !== -1 && of < clause.start) of = text.indexOf('的', clause.start);
    if (cue === undefined && (of === -1 || of >= clause.end)) continue;
    const words = text.slice(clause.start, clause.end);
    const attackers =
      ATTACKERS.test(words) &&
      /的(?:人|都|是|就|,|$|先|看|网友|朋友|那|你|一律|人家|怕|要么|建议)/.test(words) &&
      clause.mentions.some((m) => m.topic >= 0);
    const rest = text.slice(
      clause.start,
      clauses.findLast((other) => other.sentence <= clause.sentence + 1)?.end,
    );
    const whole = cueOf(clause, 'defend', 'whole');
    if (!attackers && whole === undefined && !(cue !== undefined && TELLS_OFF.test(rest))) continue;
    const cause = whole ?? cue ?? { start: clause.start, end: clause.start + 1 };
    for (const other of clauses) {
      if (other.index < clause.index - (attackers ? 0 : 1) || other.sentence > clause.sentence + 1)
        continue;
      for (const judgement of other.judgements)
        if (judgement.value < 0) scale(judgement, 0, 'defence', cause);
    }
    const judgement = judge(clause, 'eval', DEFENCE, 'defence', cause);
    // 马斯克质疑X…拿出证据: the one who attacks is told off, the other defended.
    const target = clause.mentions.find((mention) => mention.start >= cause.end);
    const attacker = clause.mentions.findLast((mention) => mention.end <= cause.start);
    if (target !== undefined && attacker !== undefined && attacker.topic !== target.topic) {
      judgement.shares = [
        { topic: target.topic, factor: 1 },
        { topic: attacker.topic, factor: -0.7 },
      ];
    }
    return;
  }
}
