import * as statusApi from './api/status.ts';
import type { WebContext } from './context.ts';
import * as overview from './pages/overview.ts';
import * as settings from './pages/settings.ts';
import type { Site } from './site.ts';

/** Every file of pages and of the API, in the order of the OpenAPI document. */
const PARTS: readonly { register(site: Site, context: WebContext): void }[] = [overview, settings, statusApi];

export function registerAll(site: Site, context: WebContext): void {
  for (const part of PARTS) part.register(site, context);
}
