import { hash } from 'node:crypto';
import { readWebAsset } from '../package-root.ts';

export interface Asset {
  type: string;
  text: string;
  etag: string;
}

const TYPES = {
  'style.css': 'text/css; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

/** The files of every page (script, style), read once, by their names. */
export function loadAssets(): ReadonlyMap<string, Asset> {
  return new Map(
    Object.entries(TYPES).map(([name, type]) => {
      const text = readWebAsset(name);
      return [name, { type, text, etag: `"${hash('sha256', text).slice(0, 16)}"` }];
    }),
  );
}
