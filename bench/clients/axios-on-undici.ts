import type { AxiosAdapter, RawAxiosResponseHeaders } from 'axios';
import { benchPackage } from '../harness/bench-package.ts';

/**
 * An adapter for axios on undici's Pool, as lean as it can be: its `dispatch`, and the answer as a string. It has no
 * deadlines and no guard; it shows what could be gained.
 */
export function undiciAdapter(origin: string, connections: number): AxiosAdapter {
  const { Pool } = benchPackage<{ Pool: new (origin: string, options: object) => Dispatcher }>('undici');
  const pool = new Pool(origin, { connections, headersTimeout: 0, bodyTimeout: 0 });
  return (config) =>
    new Promise((resolve, reject) => {
      const { url = '', method = 'get', headers } = config;
      const chunks: Buffer[] = [];
      let status = 0;
      let answered: RawAxiosResponseHeaders = {};
      pool.dispatch(
        { path: url.slice(origin.length), method: method.toUpperCase(), headers: headers.toJSON(), body: config.data },
        {
          onRequestStart: () => undefined,
          onResponseStart: (_, code, its) => {
            status = code;
            answered = its;
          },
          onResponseData: (_, chunk) => chunks.push(chunk),
          onResponseEnd: () =>
            resolve({ status, statusText: '', headers: answered, data: Buffer.concat(chunks).toString(), config }),
          onResponseError: (_, error) => reject(error),
        },
      );
    });
}

interface Dispatcher {
  dispatch(request: object, handler: Handler): void;
}

interface Handler {
  onRequestStart(): void;
  onResponseStart(controller: unknown, status: number, headers: RawAxiosResponseHeaders): void;
  onResponseData(controller: unknown, chunk: Buffer): void;
  onResponseEnd(): void;
  onResponseError(controller: unknown, error: Error): void;
}
