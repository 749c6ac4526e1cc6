import type { Words } from '../i18n/words.ts';

export const words = {
  title: ['API 文档', 'API documentation'],
  lead: [
    '由服务器自己的 OpenAPI 3.1 描述生成；这里看到的就是它接受的。',
    'Drawn from the server’s own OpenAPI 3.1 description: what you read is what it accepts.',
  ],
  raw: ['openapi.json', 'openapi.json'],
  find: ['查找接口', 'Find a route'],
  none: ['没有匹配“{q}”的接口', 'No route matches “{q}”'],
  toc: ['目录', 'Contents'],
  auth: ['验证', 'Authentication'],
  authText: [
    '在本机未设密码时不需要验证。否则请带上密钥：Authorization: Bearer wm_…（在“来源 › API 密钥”新建）。',
    'On this machine without a password none is needed. Otherwise send a key: Authorization: Bearer wm_… (make one under Sources › API keys).',
  ],
  errors: [
    '错误一律是 RFC 9457 的 application/problem+json，含 code、requestId 与 errors[]。',
    'Every error is application/problem+json (RFC 9457) with code, requestId and errors[].',
  ],
  lists: [
    '列表用不透明的 cursor 翻页：把回答里的 next 作为下一次的 cursor。',
    'Lists page by an opaque cursor: send the answer’s next as the following cursor.',
  ],
  parameters: ['参数', 'Parameters'],
  body: ['请求体', 'Request body'],
  answer: ['回答', 'Answer'],
  example: ['例子', 'Example'],
  copyExample: ['复制例子：{path}', 'Copy the example of {path}'],
  name: ['名称', 'Name'],
  where: ['位置', 'In'],
  type: ['类型', 'Type'],
  required: ['必填', 'required'],
  inPath: ['路径', 'path'],
  inQuery: ['查询', 'query'],
  inHeader: ['头', 'header'],
  other: ['其他', 'Other'],
  count: ['{n} 个接口', '{n} {n:route|routes}'],
} as const satisfies Words;
