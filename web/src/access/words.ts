import type { Words } from '../i18n/words.ts';

export const words = {
  signIn: ['登录微脉', 'Sign in to Weimai'],
  name: ['用户名', 'User name'],
  password: ['密码', 'Password'],
  submit: ['登录', 'Sign in'],
  setup: ['设置管理员密码', 'Set the administrator password'],
  setupText: [
    '微脉正在别人也能访问的地址上运行，而还没有人能登录。请用管理密钥证明是你启动的，再设第一个密码。',
    'Weimai runs on an address others can reach, and nobody can sign in yet. Prove with an admin key that you started it, then set the first password.',
  ],
  token: ['管理密钥', 'Admin key'],
  tokenHint: [
    '以 wm_live_ 开头，在本机“来源 › API 密钥”里建立。',
    'Begins with wm_live_; made on the machine itself under Sources › API keys.',
  ],
  tokenWrong: ['管理密钥不对或已过期。', 'The admin key is wrong or has expired.'],
  rule: ['至少 10 个字符；可用一句话。', 'At least 10 characters; a phrase works well.'],
  create: ['设置并登录', 'Set it and sign in'],
  tooShort: ['还差 {n} 个字符。', '{n} more {n:character|characters} needed.'],
} as const satisfies Words;
