import type { Words } from '../i18n/words.ts';

export const words = {
  signIn: ['登录微脉', 'Sign in to Weimai'],
  name: ['用户名', 'User name'],
  password: ['密码', 'Password'],
  submit: ['登录', 'Sign in'],
  wrong: ['用户名或密码不对。', 'The user name or password is wrong.'],
  setup: ['设置管理员密码', 'Set the administrator password'],
  setupText: [
    '首次在本机以外的地址运行。先设一个密码，之后所有人都须登录。',
    'Weimai runs on an address others can reach. Set a password first; everyone signs in from then on.',
  ],
  rule: ['至少 10 个字符；可用一句话。', 'At least 10 characters; a phrase works well.'],
  create: ['设置并登录', 'Set it and sign in'],
  tooShort: ['还差 {n} 个字符。', '{n} more {n:character|characters} needed.'],
} as const satisfies Words;
