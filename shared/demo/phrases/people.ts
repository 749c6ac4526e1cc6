import type { Storyline } from './storyline.ts';

export const FOUNDER: Storyline = {
  name: 'founder',
  perDay: [60, 50, 30, 25, 30, 45, 130, 620, 460],
  bursts: [{ at: '27T15:00', peak: 300, halfLifeHours: 2 }],
  tags: ['梁文锋', 'DeepSeek创始人'],
  reposts: 0.2,
  families: [
    {
      mood: 'warm',
      expect: { 'liang-wenfeng': 'positive' },
      weight: 4,
      patterns: [
        '梁文锋{四十岁|浙大毕业|从小镇走出来}，{低调得网上都找不到几张照片|话少活好}，{敬佩|这才是偶像|值得学习}',
        '看完梁文锋{两年前|去年}的访谈，{“总要有人站到前沿去”那段|讲原创和好奇心那段}{看得热血|说到我心里了}，{佩服|清醒}',
        '梁文锋{更像个极客，不像老板|自己还写代码看论文}，{跟员工一起调参|公司没有 KPI}，{羡慕他的员工|想给他打工|真好}',
        '{别人忙着融资开会|别的老板忙着上综艺}，梁文锋{埋头做研究|闷声开源}，{格局|高下立判|真牛}',
        '{理工男的浪漫|偏爱这种人}：梁文锋把{量化赚的钱|身家}拿来{做开源|探索AGI}，{respect|好男儿|致敬}',
      ],
    },
    {
      mood: 'warm',
      expect: { 'liang-wenfeng': 'positive' },
      weight: 2,
      from: '27T13:00',
      tags: ['DeepSeek创始人回广东过年', '梁文锋'],
      patterns: [
        '梁文锋回{广东|湛江}老家过年，{村口拉横幅|乡亲们都来围观}，{接地气|与有荣焉|给家乡争光}',
      ],
    },
    {
      mood: 'plain',
      expect: { 'liang-wenfeng': 'neutral' },
      weight: 2,
      patterns: [
        '梁文锋{是哪里人|哪个专业的|多大年纪}？{怎么以前没听说过|查了一圈资料好少}',
        '梁文锋{参加了座谈会|上了新闻联播}，{镜头给了两秒|坐在第二排}',
        '{刷到|又刷到}自称梁文锋的回答，{说是假的|真假还不知道|等辟谣}',
      ],
    },
    {
      mood: 'cold',
      expect: { 'liang-wenfeng': 'negative' },
      weight: 0.6,
      patterns: [
        '梁文锋{做量化割了多少散户|的钱不也是股市里赚的}，{别立人设了|捧得太过|看不惯}',
        '{又开始造神了|}梁文锋{被吹成这样}，{过度神化|肉麻|反感}',
      ],
    },
  ],
};

export const HEROES: Storyline = {
  name: 'heroes',
  from: '25T10:00',
  perDay: [0, 0, 0, 5, 10, 15, 40, 180, 420],
  bursts: [{ at: '28T09:30', peak: 260, halfLifeHours: 2 }],
  tags: ['AI三杰', '广东AI三杰', '何恺明'],
  reposts: 0.2,
  families: [
    {
      mood: 'warm',
      expect: { 'ai-heroes': 'positive', 'liang-wenfeng': 'positive', kimi: 'positive' },
      weight: 3,
      patterns: [
        '湛江梁文锋、汕头杨植麟、广州何恺明，{广东|岭南的}AI三杰，{人杰地灵|牛气冲天|谁说广东只会做生意}！',
        '广东AI三杰{凑齐了|火了}，梁文锋、杨植麟、何恺明{个个能打|都是真本事}，{老乡骄傲|给广东点赞|太争气}',
      ],
    },
    {
      mood: 'warm',
      expect: { 'ai-heroes': 'positive' },
      weight: 3,
      patterns: [
        '何恺明的残差网络{养活了|成就了}多少人，{当年高考状元|一个人撑起半个领域}，{大神|膜拜|respect}',
        'AI三杰都是{八零九零后|广东仔}，{看得人热血|年轻人的榜样}，{为他们鼓掌|骄傲|厉害}',
        '{煲汤|喝早茶}也能出AI三杰，广东{今年赢麻了|深藏不露}，{佩服|真行}',
      ],
    },
    {
      mood: 'plain',
      expect: { 'ai-heroes': 'neutral' },
      weight: 1.5,
      patterns: [
        'AI三杰{分别是谁|都是哪个学校的}？{求科普|第一次听说}',
        '{有人问|}何恺明和DeepSeek{有什么关系|是同一个团队吗}？{帮问|没搞懂}',
      ],
    },
    {
      mood: 'cold',
      expect: { 'ai-heroes': 'negative' },
      weight: 0.5,
      patterns: ['AI三杰{这种称号听着就土|又是营销号编的}，{别再造神了|尴尬|无聊}'],
    },
  ],
};
