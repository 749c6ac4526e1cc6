import type { Storyline } from './storyline.ts';

export const COMPARISON: Storyline = {
  name: 'comparison',
  perDay: [160, 260, 220, 180, 240, 280, 520, 1_050, 900],
  bursts: [{ at: '27T22:50', peak: 160, halfLifeHours: 2 }],
  tags: ['DeepSeek', 'AI大战', '大模型'],
  reposts: 0.15,
  families: [
    {
      mood: 'warm',
      expect: { deepseek: 'positive', chatgpt: 'negative' },
      weight: 4,
      patterns: [
        '<ds><task>{比<gpt>强太多|完胜<gpt>|把<gpt>甩开一条街}，{会员白充了|订阅已取消|这个月就不续了}',
        '{退了|取消了}<gpt>的会员，{二十刀一个月不如<ds>免费的|有<ds>了还花那钱干嘛}，{真香|省下的钱吃火锅}',
        '<gpt>{还在挤牙膏|又贵又抠|动不动降智}，<ds>{直接开源免费|一口气全放了}，{高下立判|谁更 Open 一目了然}',
        '同一段{古文|诗词|代码}，<gpt>{译得干巴巴|还在绕圈子}，<ds>{译得有滋有味|一步到位}，{差距肉眼可见|服了}',
        '真正 open 的{原来在杭州，叫|是}<ds>，OpenAI {改名叫 CloseAI 吧|脸红不红}',
      ],
    },
    {
      mood: 'plain',
      expect: { deepseek: 'neutral', chatgpt: 'neutral' },
      weight: 2,
      patterns: [
        '<ds>和<gpt>各问了十道题，{五五开|互有胜负}，{表格在图里|具体看图}',
        '{写代码|做题}用<gpt>，{写中文|聊天}用<ds>，{目前是这么分工的|各用各的}',
      ],
    },
    {
      mood: 'plain',
      expect: { deepseek: 'neutral', chatgpt: 'neutral' },
      weight: 1,
      from: '27T22:40',
      patterns: [
        '<openai>{回应了|说会加快发布节奏|夸了一句 R1}，<ds>{还没说话|那边没表态}，{等下一步|围观}',
      ],
    },
    {
      mood: 'cold',
      expect: { deepseek: 'negative', chatgpt: 'positive' },
      weight: 1,
      patterns: [
        '{说句得罪人的|客观讲}，<gpt>{稳定性|长文|多模态}还是{比<ds>强|甩<ds>好几条街}，{用着踏实|差距还在}',
      ],
    },
    {
      mood: 'cold',
      expect: { deepseek: 'negative', chatgpt: 'positive' },
      weight: 1,
      from: '27T21:20',
      patterns: [
        '<ds>挂了一晚上，{灰溜溜|还是}回来用<gpt>，{人家从来不卡|一次就答对了}，{真稳|还得是它}',
        '<ds>{刷不出来|登不上}，{打开|换回}<gpt>{秒回|一句话就解决}，{服务这块没得比|关键时刻还是<gpt>靠谱}',
      ],
    },
    {
      mood: 'warm',
      expect: { deepseek: 'positive', ernie: 'negative' },
      weight: 1.6,
      patterns: [
        '<ds>出来以后，<ernie>{更没人提了|显得好尴尬}，{付费版谁还买|当年收我 59.9 的账还没算}',
        '{搜索起家的|大厂的}<ernie>{做了两年|烧了那么多钱}还不如<ds>{一百来人|一个小团队}，{丢不丢人|唏嘘|真打脸}',
      ],
    },
    {
      mood: 'warm',
      expect: { deepseek: 'positive', doubao: 'negative' },
      weight: 1,
      patterns: [
        '从<doubao>换到<ds>，{回不去了|像换了个脑子}，<doubao>{太水了|只会说好听的|答得太浅}',
        '<doubao>{卖萌可以|声音挺甜}，{一问正经题就露馅|动脑子的活不行}，{还得|认真干活还是}<ds>，{靠谱|强}',
      ],
    },
  ],
};

export const ERNIE: Storyline = {
  name: 'ernie',
  perDay: [190, 170, 150, 130, 115, 100, 95, 110, 80],
  tags: ['文心一言', '百度'],
  families: [
    {
      mood: 'cold',
      expect: { ernie: 'negative' },
      weight: 3,
      patterns: [
        '<ernie>{又让我画鱼香肉丝|画个夫妻肺片差点报警}，{没救了|笑不出来|丢人}',
        '<ernie>{答非所问|翻来覆去就那几句}，{问三句想卸载|难用}，{拜托上点心|失望}',
        '<ernie>{会员|付费版}{自动续费扣了我 59.9|退订藏得真深}，{坑人|再也不用|气}',
        '{两年了|发布会吹得震天响}，<ernie>{还是老样子|进步在哪|越用越笨}，{百度醒醒吧|拉胯|叹气}',
        '百度{起了个大早赶了个晚集|搜索全是广告，AI 也没做好}，{可惜|唏嘘|看不到希望}',
      ],
    },
    {
      mood: 'warm',
      expect: { ernie: 'positive' },
      weight: 1,
      patterns: [
        '<ernie>{写公文|画国风插画}其实{还不错|挺好用的|比想象中好}，{被骂惨了|别一棍子打死}',
        '{查资料|问百科}<ernie>{还是挺靠谱|来源标得清楚}，{给个好评|用着顺手}',
      ],
    },
    {
      mood: 'plain',
      expect: { ernie: 'neutral' },
      weight: 1,
      patterns: [
        '<ernie>{现在免费吗|会员还要钱吗}？{好久没打开了|听说有活动}',
        '百度{下个月|近期}有{财报|发布会}，{不知道会不会提文心|先看看}',
        '<who>还在用<ernie>，{说习惯了|主要查菜谱}',
      ],
    },
  ],
};

export const DOUBAO: Storyline = {
  name: 'doubao',
  perDay: [520, 430, 380, 330, 300, 240, 200, 170, 120],
  bursts: [{ at: '24T12:10', peak: 90, halfLifeHours: 1.5 }],
  tags: ['豆包', '豆包实时语音', '字节'],
  reposts: 0.12,
  families: [
    {
      mood: 'warm',
      expect: { doubao: 'positive' },
      weight: 3,
      patterns: [
        '<doubao>{实时语音|打电话功能}{太真实了|会喘气会笑|还会唱两句}，{跟真人一样|我妈以为我谈恋爱了|聊到停不下来}',
        '{开车|做饭|带娃}时喊一声<doubao>，{什么都能接上|讲故事一流}，{方便|喜欢|点赞}',
        '{让<doubao>和<gpt>对骂|看<doubao>跟ChatGPT辩论}，{<haha>笑出鹅叫|节目效果拉满}，<doubao>{好可爱|嘴好甜}',
        '<doubao>{陪我练口语|陪娃背古诗}，{耐心|发音还特别好听}，{夸夸|真不错|满意}',
      ],
    },
    {
      mood: 'plain',
      expect: { doubao: 'neutral' },
      weight: 1.5,
      patterns: [
        '<doubao>{怎么换声音|能不能改成东北话|音色在哪设置}？',
        '<doubao>{更新了新版本|上了视频通话}，{还没试|晚上看看}',
      ],
    },
    {
      mood: 'cold',
      expect: { doubao: 'negative' },
      weight: 1.6,
      patterns: [
        '<doubao>{一问难题就打哈哈|算个税都能算错}，{花瓶|差点意思|失望}',
        '<doubao>{最近越来越啰嗦|老推销东西}，{烦|卸了|不想用了}',
      ],
    },
    {
      mood: 'cold',
      expect: { doubao: 'negative' },
      weight: 1,
      from: '24T11:50',
      until: '25T12:00',
      tags: ['字节取消下午茶'],
      patterns: ['字节连下午茶都{砍了|抠掉了|省了}，{打工人太难了|寒心|这福利越来越差}'],
    },
    {
      mood: 'plain',
      expect: { doubao: 'neutral' },
      weight: 0.8,
      from: '24T11:50',
      until: '25T12:00',
      tags: ['字节取消下午茶'],
      patterns: [
        '字节{下午茶没了|取消了下午茶}的{消息|截图}{传开了|上热搜了}，{员工福利要调整|听说改发补贴}',
      ],
    },
  ],
};

export const KIMI: Storyline = {
  name: 'kimi',
  perDay: [110, 240, 170, 120, 110, 100, 110, 140, 130],
  bursts: [{ at: '21T17:00', peak: 190, halfLifeHours: 2 }],
  tags: ['Kimi', '月之暗面'],
  families: [
    {
      mood: 'warm',
      expect: { kimi: 'positive' },
      weight: 3,
      from: '20T22:00',
      until: '24T00:00',
      patterns: [
        '<kimi>新模型{数学和看图都上来了|长思考很能打}，{同一天放大招|悄悄追上来了}，{厉害|期待|加油}',
        '<kimi> k1.5 {论文写得真坦诚|技术细节给得很足}，{对标 o1 不是吹的|一口气看完}，{赞|佩服}',
      ],
    },
    {
      mood: 'plain',
      expect: { kimi: 'neutral' },
      weight: 1,
      from: '20T22:00',
      until: '23T00:00',
      patterns: ['<kimi>和 R1 {同一天发的|撞车了}，{论文方法还挺像|有人对比过吗}'],
    },
    {
      mood: 'warm',
      expect: { kimi: 'positive' },
      weight: 3,
      patterns: [
        '<kimi>读{三百页|一整本}PDF{眼都不眨|还能挑出错字}，{写论文的神器|研究生救星|爱用}',
        '<kimi>{做PPT|整理会议纪要}{一把好手|又快又漂亮}，{老用户表示满意|稳|推荐}',
      ],
    },
    {
      mood: 'plain',
      expect: { kimi: 'neutral' },
      weight: 1.5,
      patterns: [
        '<kimi>{网页版|小程序}{能传几个文件|支持图片吗}？{有人知道吗|问问}',
        '{用<kimi>|让Kimi}把{今天的会议|这份报告}{总结成三段|列了个提纲}',
      ],
    },
    {
      mood: 'cold',
      expect: { kimi: 'negative' },
      weight: 1,
      patterns: [
        '<kimi>{高峰期又在排队|又让我稍后再试}，{打赏才能插队是什么操作|烦人}',
        '<kimi>{联网引用的都是营销号|总结漏了关键结论}，{不放心|差评}',
      ],
    },
  ],
};

export const QWEN: Storyline = {
  name: 'qwen',
  perDay: [60, 70, 65, 60, 75, 90, 110, 130, 180],
  bursts: [{ at: '28T09:00', peak: 45, halfLifeHours: 3 }],
  tags: ['通义千问', 'Qwen', '开源'],
  families: [
    {
      mood: 'warm',
      expect: { qwen: 'positive' },
      weight: 3,
      patterns: [
        '<qwen>{又开源了新的视觉模型|更新得真勤快|小模型也很能打}，{开发者有福了|良心|好评}',
        '{本地跑的|手机上跑的}<qwen>{流畅得意外|又小又灵}，{阿里这次做对了|赞|省钱}',
      ],
    },
    {
      mood: 'warm',
      expect: { qwen: 'positive' },
      weight: 1,
      from: '20T23:00',
      patterns: ['R1 的蒸馏版就是拿<qwen>当底座的，{功劳簿上也该有它|低调又扎实}，{点赞|牛}'],
    },
    {
      mood: 'plain',
      expect: { qwen: 'neutral' },
      weight: 1.3,
      patterns: [
        '<qwen> {7B|14B|72B} {选哪个合适|显存够吗}？{求经验|新手求问}',
        '阿里{股价|云业务}{这两天有人关注吗|怎么看}',
      ],
    },
    {
      mood: 'cold',
      expect: { qwen: 'negative' },
      patterns: [
        '<qwen> App {存在感太低|入口难找}，{广告打得稀烂|可惜了}',
        '<qwen>{又把我的题看错了|安全提示太多，话都说不完}，{难受|烦}',
      ],
    },
  ],
};

export const CHATGPT: Storyline = {
  name: 'chatgpt',
  perDay: [170, 170, 190, 170, 160, 150, 160, 260, 240],
  tags: ['ChatGPT', 'OpenAI'],
  families: [
    {
      mood: 'cold',
      expect: { chatgpt: 'negative' },
      weight: 3,
      patterns: [
        '<openai>{两百刀一个月| Pro 会员贵得离谱}，{抢钱呢|谁用得起|吃相难看}',
        '<gpt>{又降智了|今天又抽风|回答越来越敷衍}，{退钱|心塞|什么情况}',
        '{国内用不了|注册还要国外手机号}，<gpt>{再好也白搭|折腾死人}',
        '<openai>{股东内斗|高管又走了一个}，{乱糟糟|一地鸡毛}，{看着悬|走下坡了}',
      ],
    },
    {
      mood: 'warm',
      expect: { chatgpt: 'positive' },
      weight: 1.8,
      patterns: [
        '<gpt>{写代码|改英文邮件}{还是稳|依旧顺手}，{两年的老朋友了|用习惯了|靠谱}',
        '<gpt>的{语音|画图}{进步好大|越来越自然}，{喜欢|厉害}',
      ],
    },
    {
      mood: 'plain',
      expect: { chatgpt: 'neutral' },
      weight: 1.6,
      patterns: [
        '<gpt>{国内平替|替代品}有哪些？{列个表|求推荐}',
        '<gpt>{会员| Plus}{怎么续费|能拼车吗}？{问问|求指路}',
      ],
    },
    {
      mood: 'plain',
      expect: { chatgpt: 'neutral' },
      weight: 1,
      from: '22T08:00',
      patterns: [
        '<openai>和软银、甲骨文搞的“星际之门”要投{五千亿美元|几千亿}，{数字太大没概念|钱从哪来}',
        'o3-mini {要免费开放|快上线}了，{<openai>要加速了？|等等看|据说就这几天}',
      ],
    },
  ],
};
