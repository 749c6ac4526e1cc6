import type { Storyline } from './storyline.ts';

export const NEWS: Storyline = {
  name: 'news',
  perDay: [110, 120, 110, 100, 130, 130, 260, 520, 420],
  bursts: [
    { at: '20T20:50', peak: 60, halfLifeHours: 2 },
    { at: '27T09:40', peak: 90, halfLifeHours: 2.5 },
    { at: '27T21:20', peak: 110, halfLifeHours: 2 },
  ],
  tags: ['早知道', '新闻', '今日关注'],
  isNews: true,
  families: [
    {
      mood: 'plain',
      expect: { deepseek: 'neutral' },
      weight: 4,
      patterns: [
        '【{早报|午间速览|晚间要闻}】1、DeepSeek{下载量继续上升|发布技术报告}；2、{多家券商讨论算力需求|三大指数震荡}；3、{春运客流进入高峰|全国多地迎来雨雪}。',
        '据{公开资料|工商信息}，DeepSeek成立于2023年{7月|}，总部位于杭州，员工{不足140人|多为应届毕业生}。',
        '{分析人士|业内人士}认为，DeepSeek的训练方法{值得关注|可能影响算力投资节奏}，但{长期效果有待观察|结论尚早}。',
        '{一图看懂|梳理}：DeepSeek{从2023年到现在|三代模型}的{时间线|参数与价格}。',
      ],
    },
    {
      mood: 'plain',
      expect: { deepseek: 'neutral' },
      weight: 6,
      from: '20T20:40',
      until: '21T12:00',
      patterns: [
        '【{DeepSeek发布推理模型R1|国产推理模型上线}】{20日晚|当日}，深度求索公布新模型权重与技术报告，采用MIT许可证，同时上线网页、App与接口。',
        '【{快讯|科技}】DeepSeek-R1{正式发布|上线}，接口价格为每百万输出标记16元，{模型权重同步公开|支持蒸馏}。',
      ],
    },
    {
      mood: 'plain',
      expect: { deepseek: 'neutral', chatgpt: 'neutral' },
      weight: 4,
      from: '27T08:00',
      until: '28T12:00',
      patterns: [
        '【{数据|榜单}】{截至{9|12|18}时|27日}，DeepSeek应用位列{中国区|美国区}免费榜第一，ChatGPT列第二。',
      ],
    },
    {
      mood: 'plain',
      expect: { deepseek: 'neutral' },
      weight: 2,
      from: '27T10:00',
      patterns: [
        '【{现场|访谈}】记者走访{杭州拱墅区|某写字楼}，DeepSeek办公地{大门紧闭，前台称已放假|访客登记簿写满了名字}。',
      ],
    },
    {
      mood: 'plain',
      expect: { deepseek: 'neutral' },
      weight: 6,
      from: '27T21:15',
      until: '28T18:00',
      patterns: [
        '【{公告|快讯}】DeepSeek：{近期线上服务受到大规模恶意攻击，暂时限制部分号段注册|服务状态页显示网页与接口异常，正在修复}。',
      ],
    },
    {
      mood: 'plain',
      expect: { nvidia: 'neutral' },
      weight: 1.2,
      patterns: [
        '【美股】{盘前|开盘}英伟达{报价变动较大|成交活跃}，{费城半导体指数同步波动|台积电、博通等同步调整}。',
        '【财经日历】本周关注：{美联储议息|多家科技公司财报}，英伟达将于{下月末|二月}公布业绩。',
      ],
    },
    {
      mood: 'plain',
      expect: { chatgpt: 'neutral' },
      from: '22T08:00',
      patterns: [
        '【科技】OpenAI宣布{o3-mini将在近期开放|与合作方启动数据中心项目}。',
        '【科技】OpenAI{调整|更新}部分产品{定价|条款}，{企业用户可查看说明|具体时间未公布}。',
      ],
    },
    {
      mood: 'plain',
      expect: { deepseek: 'neutral', chatgpt: 'neutral' },
      from: '27T22:30',
      patterns: [
        '【国际】OpenAI负责人{发文|在社交平台}谈及DeepSeek R1，称{将继续推进自家模型|欢迎新的竞争者}。',
      ],
    },
    {
      mood: 'plain',
      expect: { 'chip-ban': 'neutral' },
      patterns: [
        '【国际观察】围绕芯片出口管制的{效果|范围}，{多家智库发表不同看法|有议员提出新提案}。',
      ],
    },
    {
      mood: 'plain',
      expect: {},
      weight: 2.5,
      patterns: [
        '【天气】{今夜到明天|29日前}，{华北|江南|西南}{有小雪|阴有小雨|晴间多云}，气温{下降4至6度|回升}，出行请注意保暖。',
        '【春运】{今日|全国铁路}预计发送旅客{1300|1420|1450}万人次，{增开列车近千列|秩序平稳}。',
        '【票房】春节档{预售|总预售}{已突破|突破}{4|6|8}亿元，{哪吒|唐探|封神}等片{排片居前|竞争激烈}。',
        '【TikTok】关于TikTok在美去向的{最新消息|谈判}：{禁令暂缓75天|多方表示有意收购}，{尚无定论|双方未回应}。',
      ],
    },
  ],
};
