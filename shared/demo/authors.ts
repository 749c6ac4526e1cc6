import type { PostAuthor } from '../post/post.ts';
import { mixSeed, normal, pick, randomFrom, weightedIndex, type Random } from './random.ts';

/** Invented people: enough that a chart of distinct authors means something. */
const PEOPLE = 20_000;
/** Invented media and expert accounts, verified, with many followers. */
const MEDIA = [
  '科技早班车',
  '硅谷夜航船',
  '数码前哨站',
  '财经夜读君',
  '芯片观察笔记',
  '算力茶馆',
  '极客日课',
  '大模型周记',
  '互联网边角料',
  '湾区科技客',
  '开源青年',
  '盘前五分钟',
  '城市晚点',
  '新知放映室',
  '老金说产业',
  '程序员阿洛',
  '江边电台',
  '每日热闻速递',
  '理想国读报',
  '南方冷知识',
] as const;
/** The few accounts behind the copied text. */
const COPIERS = 42;

/** Somebody who writes: few people write daily, most write once; the busiest about 0.3 % of all posts. */
export function somebody(random: Random): PostAuthor {
  return person(Math.floor(PEOPLE * random() ** 1.7));
}

/** Somebody whose posts are passed on: an ordinary name with many followers. */
export function wellKnown(random: Random): PostAuthor {
  const index = Math.floor(300 * random() ** 1.5);
  const known = person(PEOPLE + index);
  return {
    ...known,
    followers: 20_000 + (mixSeed(index, 31) % 900_000),
    verified: mixSeed(index, 3) % 3 > 0,
  };
}

export function mediaAccount(random: Random): PostAuthor {
  const index = Math.floor(random() ** 1.6 * MEDIA.length);
  return {
    id: `m${index}`,
    name: MEDIA[index] ?? MEDIA[0],
    followers: 180_000 + (mixSeed(index, 77) % 3_000_000),
    verified: true,
    region: REGIONS[mixSeed(index, 5) % 6] ?? '北京',
  };
}

export function copier(random: Random): PostAuthor {
  const index = Math.floor(random() * COPIERS);
  const own = randomFrom(mixSeed(index, 4_242));
  return {
    id: `c${index}`,
    name: `用户${String(7_100_000_000 + Math.floor(own() * 899_999_999))}`,
    followers: Math.floor(own() * 40),
    verified: false,
    region: pick(own, REGIONS),
  };
}

const people = new Map<number, PostAuthor>();

function person(index: number): PostAuthor {
  const known = people.get(index);
  if (known) return known;
  const random = randomFrom(mixSeed(index, 90_210));
  const author: PostAuthor = {
    id: `p${index}`,
    name: nameFrom(random),
    followers: Math.min(2_000_000, Math.round(Math.exp(4.6 + 1.7 * normal(random)))),
    verified: random() < 0.03,
    region: REGIONS[weightedIndex(random, REGION_WEIGHTS)] ?? '其他',
  };
  people.set(index, author);
  return author;
}

const REGIONS = [
  '广东',
  '北京',
  '上海',
  '浙江',
  '江苏',
  '四川',
  '山东',
  '河南',
  '湖北',
  '湖南',
  '福建',
  '河北',
  '安徽',
  '陕西',
  '辽宁',
  '重庆',
  '江西',
  '广西',
  '天津',
  '黑龙江',
  '云南',
  '山西',
  '吉林',
  '贵州',
  '内蒙古',
  '甘肃',
  '海南',
  '新疆',
  '香港',
  '美国',
  '日本',
  '英国',
] as const;
const REGION_WEIGHTS = [
  14, 9, 8, 9, 8, 6, 6, 5, 4, 4, 4, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 1.5, 1.5, 1.3, 1, 1, 0.8, 0.8,
  0.8, 0.8, 0.5, 0.4,
];

const WHO = [
  '小鱼',
  '阿橘',
  '大白',
  '林夕',
  '豆沙包',
  '南瓜',
  '老周',
  '阿宁',
  '小满',
  '青山',
  '木木',
  '夏天',
  '阿福',
  '一一',
  '可乐',
  '栗子',
  '晚舟',
  '星河',
  '阿北',
  '石头',
  '团子',
  '芝麻糊',
  '大橙子',
  '阿禾',
  '西西',
  '糯米',
  '酸奶',
  '陈皮',
  '阿川',
  '桃桃',
  '半夏',
  '松果',
  '山药',
  '雪梨',
  '阿喵',
  '多多',
  '三水',
  '子非鱼',
  '云朵',
  '阿满',
] as const;
const DOES = [
  '爱吃火锅',
  '想早睡',
  '不加班',
  '在路上',
  '今天也很困',
  '会发光',
  '没有伞',
  '要上岸',
  '退堂鼓一级',
  '减肥失败',
  '写代码',
  '炒股亏麻了',
  '带娃',
  '钓鱼',
  '考研中',
  '画图',
  '睡不醒',
  '跑步',
  '喝茶',
  '看球',
] as const;
const JOBS = [
  '程序员',
  '产品经理',
  '数学老师',
  '大三学生',
  '插画师',
  '外贸人',
  '股民',
  '护士',
  '律师',
  '研究生',
  '文案',
  '会计',
  '工程师',
  '博士后',
  '店主',
] as const;
const HANDLES = [
  'momo',
  'Rainy_',
  'KevinZ',
  'luna',
  'oldtree',
  'mint',
  'Echo',
  'Sunny',
  'neo',
  'panda',
  'coco',
  'Leo',
  'yuki',
  'Miao',
] as const;

function nameFrom(random: Random): string {
  switch (Math.floor(random() * 7)) {
    case 0:
      return `${pick(random, WHO)}${pick(random, DOES)}`;
    case 1:
      return `${pick(random, DOES)}的${pick(random, WHO)}`;
    case 2:
      return `${pick(random, JOBS)}${pick(random, WHO)}`;
    case 3:
      return `${pick(random, HANDLES)}${Math.floor(random() * 9_000)}`;
    case 4:
      return `用户${String(5_000_000_000 + Math.floor(random() * 2_900_000_000))}`;
    case 5:
      return `${pick(random, WHO)}_${pick(random, HANDLES)}`;
    default:
      return `${pick(random, WHO)}${pick(random, ['同学', '酱', '哥', '爱吃糖', '在杭州', '在深圳', '日记', '本人', '呀', '2025', '不是猫', '看世界'])}`;
  }
}
