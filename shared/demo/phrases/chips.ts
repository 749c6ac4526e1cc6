import type { Storyline } from './storyline.ts';

export const NVIDIA: Storyline = {
  name: 'nvidia',
  perDay: [130, 140, 190, 150, 140, 110, 150, 420, 480],
  bursts: [
    { at: '22T09:00', peak: 70, halfLifeHours: 2 },
    { at: '27T19:40', peak: 420, halfLifeHours: 1.3 },
    { at: '27T22:30', peak: 780, halfLifeHours: 1.6 },
  ],
  tags: ['英伟达', '美股'],
  reposts: 0.2,
  families: [
    {
      mood: 'cold',
      expect: { nvidia: 'negative' },
      weight: 2,
      patterns: [
        '{抄底|补仓}<nv>{抄在半山腰|又被埋了}，{手贱|肠子悔青|亏麻了}',
        '<nv>显卡{又涨价|溢价溢上天}，{老黄的刀法真狠|抢不到还贵|买不起}，{心痛|告辞|过分}',
        '<nv>{驱动一更新就黑屏|新卡又缺货}，{客服只会复读|等了仨月}，{无语|差评|难受}',
      ],
    },
    {
      mood: 'cold',
      expect: { nvidia: 'negative' },
      weight: 12,
      from: '27T19:00',
      patterns: [
        '{满仓|重仓}<nv>的{我|朋友|同事}{一夜回到解放前|已经不说话了|把软件卸了}，{心疼|惨|太难了}',
        '<nv>{十七个点|一成七}的跌幅，{见证历史了|这辈子头一回见}，{惨烈|吓人|腿软}',
        '<nv>{盘前就跌了一成多|一晚上跌掉百分之十七|跌得妈都不认识}，{我的养老钱|满仓的我人没了|哭晕在厕所}',
        '{几千亿美元|五六千亿美元}市值一夜没了，<nv>这一跤{摔得真惨|史上最大}，{泡沫终究要破|神话破了}',
        '原来不用那么多卡也行，<nv>的{故事讲不下去了|逻辑被捅了一刀}，{老黄睡不着了吧|皮衣都凉了}',
        '老黄{天价卖卡|涨价涨得欢}的日子{到头了|要结束了}，{早该跌了|活该|大快人心}',
        '<nv>{拖着整个纳指下去|带崩了半导体}，{基金绿得发光|打开账户手抖}，<bad>',
      ],
    },
    {
      mood: 'warm',
      expect: { nvidia: 'positive' },
      weight: 2.5,
      from: '22T06:00',
      until: '27T18:00',
      patterns: ['<nv>{重回全球市值第一|又是第一}，{老黄牛|这壁垒没人能撼动}，{拿住|看好}'],
    },
    {
      mood: 'warm',
      expect: { nvidia: 'positive' },
      weight: 1.5,
      from: '27T20:00',
      patterns: [
        '{恐慌什么|别人恐慌我贪婪}，<nv>{生态摆在那|算力需求只会更大}，{捡便宜的好机会|继续看好|坚定持有}',
      ],
    },
    {
      mood: 'warm',
      expect: { nvidia: 'positive' },
      weight: 1.2,
      patterns: [
        '{拿了<num>年|一直拿着}<nv>，{没让我失望过|养老就靠它了}，{感谢老黄|真香|稳}',
        '新显卡{到手|抢到了}，<nv>{性能翻倍|画质太香}，{开心|老黄懂我|值}',
      ],
    },
    {
      mood: 'plain',
      expect: { nvidia: 'neutral' },
      weight: 1.6,
      patterns: [
        '<nv>{今晚几点开盘|盘前多少了|财报什么时候}？',
        '<nv> {H800 和 H100 差在哪|H20 还能买到吗}，{有人科普一下吗|求问}',
        '老黄{来北京吃火锅|来中国参加年会}{跳秧歌|给员工发红包}的视频{刷到了|又被翻出来}',
      ],
    },
    {
      mood: 'warm',
      expect: { deepseek: 'positive', nvidia: 'negative' },
      weight: 4,
      from: '27T20:00',
      patterns: [
        '<ds>{一篇论文|一个免费 App}{干掉|打掉}<nv>几千亿，{这是什么四两拨千斤|爽文都不敢这么写|太牛了}',
        '{量化出身的|做基金的}<ds>{随手一发|开个源}，<nv>就{跪了|崩了}，{高手|杀人诛心|牛啊}',
      ],
    },
  ],
};

export const CHIP_BAN: Storyline = {
  name: 'chip-ban',
  perDay: [120, 110, 90, 80, 100, 110, 150, 280, 300],
  bursts: [
    { at: '20T23:30', peak: 70, halfLifeHours: 1.5 },
    { at: '28T11:00', peak: 260, halfLifeHours: 2 },
  ],
  tags: ['芯片', '科技圈'],
  reposts: 0.15,
  families: [
    {
      mood: 'cold',
      expect: { 'chip-ban': 'negative' },
      weight: 3,
      patterns: [
        '{越封越强|卡来卡去}，芯片禁令{就是个笑话|搬起石头砸自己的脚}，{打脸|白忙活|丢人}',
        '出口管制{管了个寂寞|没挡住人家|害人害己}，{反倒逼出了新路子|谁也没捞着好}，{失败|可笑}',
        '天天{断供|卡脖子}，{欺负人|不讲规矩}，{烦透了|恶心}',
        '实体清单{又加了一堆|没完没了}，{霸道|这吃相真难看}',
      ],
    },
    {
      mood: 'warm',
      expect: { deepseek: 'positive', 'chip-ban': 'negative' },
      weight: 2,
      from: '20T22:00',
      patterns: [
        '芯片禁运{拦不住|没困住}<ds>，{人家用算法把差距补回来了|两千来张卡干了一万六千张的活}，{提气|漂亮|长脸}',
        '卡脖子？<ds>{用实力回答|把脖子抻出来了}，{管制成了催化剂|禁令白下了}，{解气|牛}',
      ],
    },
    {
      mood: 'cold',
      expect: { deepseek: 'negative' },
      weight: 2,
      from: '24T12:00',
      patterns: [
        '{马斯克|有大佬}说<ds>{肯定藏了五万张卡|芯片数目对不上}，{我也觉得有水分|这成本不可信|不信能这么便宜}',
        '{五百多万美元|不到六百万美元}训练出来？<ds>这账{没算前期研发吧|糊弄外行呢}，{别忽悠了|存疑}',
      ],
    },
    {
      mood: 'warm',
      expect: { deepseek: 'positive' },
      weight: 1.5,
      from: '24T15:00',
      patterns: [
        '马斯克{急了|酸了}，{自己十万张卡没做出来|论文都开源了还不信}，<ds>{清清白白|不怕验}，{支持|挺到底}',
        '质疑<ds>芯片数量的，{麻烦自己复现一遍|人家方法都公开了}，{输不起|酸味太重}，我信<ds>',
      ],
    },
    {
      mood: 'plain',
      expect: { 'chip-ban': 'neutral' },
      weight: 1.5,
      from: '20T22:00',
      until: '22T00:00',
      patterns: [
        '{就职典礼当天|选在今天}发模型，{外媒说是给芯片出口管制看的|有人联想到出口管制}，{是不是巧合|纯属巧合吧}？',
      ],
    },
    {
      mood: 'plain',
      expect: { 'chip-ban': 'neutral' },
      weight: 1.5,
      patterns: ['芯片出口管制{下一步会怎么走|会不会再收紧}，{分析师意见不一|等新政府表态}'],
    },
  ],
};
