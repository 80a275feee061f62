import { argon2Sync, randomBytes } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import * as z from 'zod';
import { type RunningOptions, type RunningService, startService } from './running-service.ts';

export const PASSWORD = 'correct horse';
export const READ_TOKEN = 'reading-token-0123456789';
export const WRITE_TOKEN = 'writing-token-0123456789';

/** A hash that costs nothing: tests try many passwords. */
export function cheapHash(password: string): string {
  const nonce = randomBytes(16);
  const tag = argon2Sync('argon2id', { message: password, nonce, memory: 8, passes: 1, parallelism: 1, tagLength: 32 });
  const plain = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=8,t=1,p=1$${plain(nonce)}$${plain(tag)}`;
}

/** `web:` with a password, one user who may read, and a token of each kind. @param more keys, in flow style */
export function webSettings(more = ''): string {
  return `web: { enabled: true, port: 0, password: "${cheapHash(PASSWORD)}", users: [{ name: desk, password: "${cheapHash('desk')}", access: read }], tokens: [{ name: reader, token: ${READ_TOKEN}, access: read }, { name: writer, token: ${WRITE_TOKEN}, access: write }]${more === '' ? '' : `, ${more}`} }`;
}

export interface Asked {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body of the API. */
  json(): unknown;
}

export interface AskOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** One request, by Node's own client: it sends every header as it is given, Host too. */
export async function ask(url: string, { method = 'GET', headers = {}, body }: AskOptions = {}): Promise<Asked> {
  return new Promise((resolve, reject) => {
    // Node sends the body of a DELETE without its length, unless it is given.
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(url, { method, headers: { ...length, ...headers }, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

export interface ServedPage extends RunningService {
  /** The page's address, without the slash at its end. */
  readonly url: string;
  /** Asks as a browser that is where the page is; with the cookies that it was given. */
  browse(path: string, options?: AskOptions & { form?: Record<string, string> }): Promise<Asked>;
  login(password?: string, user?: string): Promise<Asked>;
  /** Asks the API as a program does. Every answer is compared with the OpenAPI document. */
  api(method: string, path: string, body?: unknown, token?: string): Promise<Asked>;
}

/** The whole service with its page. */
export async function servePage(
  extensions: (url: string) => string = () => '  "101": {}',
  settings = webSettings(),
  more = '',
  options: RunningOptions = {},
): Promise<ServedPage> {
  const one = await startService(extensions, `${settings}\n${more}`, options);
  await one.log.until((lines) => lines.some(({ msg }) => String(msg).startsWith('page and API: ')));
  const url = (one.service.webUrl ?? '').replace(/\/$/, '');
  const cookies = new Map<string, string>();
  const browse: ServedPage['browse'] = async (path, { form, headers, ...rest } = {}) => {
    const asked = await ask(url + path, {
      ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form).toString() }),
      ...rest,
      headers: {
        'sec-fetch-site': 'same-origin',
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(cookies.size > 0 && { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...headers,
      },
    });
    for (const cookie of asked.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return asked;
  };
  let document: OpenapiDocument | undefined;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  return {
    ...one,
    url,
    browse,
    login: (password = PASSWORD, user = '') => browse('/login', { form: { password, user } }),
    async api(method, path, body, token = WRITE_TOKEN) {
      document ??= (await ask(`${url}/api/v1/openapi.json`, { headers: bearer(READ_TOKEN) })).json() as OpenapiDocument;
      const answer = await ask(`${url}/api/v1${path}`, {
        method,
        headers: { ...bearer(token), ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      checkAnswer(document, method, path, answer);
      return answer;
    },
  };
}

interface OpenapiDocument {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
  components: { schemas: object };
}

/** @throws when an answer is another than the document says */
export function checkAnswer(document: OpenapiDocument, method: string, path: string, { status, headers, text }: Asked) {
  const [pathname = ''] = path.split('?');
  const declared = Object.entries(document.paths).find(([template]) =>
    new RegExp(`^${template.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
  );
  const { responses } = declared?.[1][method.toLowerCase()] ?? {};
  if (responses === undefined) {
    if (status === 404 || status === 405) return;
    throw new Error(`${method} ${path} is not in the OpenAPI document`);
  }
  const response = responses[status] ?? responses.default;
  const [type = ''] = headers['content-type']?.split(';') ?? [];
  const schema = response?.content?.[type]?.schema;
  if (schema === undefined) {
    if (text === '' && response?.content === undefined) return;
    throw new Error(`${method} ${path}: ${status} ${type} is not in the OpenAPI document: ${text}`);
  }
  const { components } = document;
  // JSON Schema finds definitions at its own root.
  const whole = JSON.parse(
    JSON.stringify({ ...schema, $defs: components.schemas }).replaceAll('#/components/schemas/', '#/$defs/'),
  );
  z.fromJSONSchema(whole).parse(JSON.parse(text));
}
