import type { Config } from '../../config/config.ts';
import { Extensions } from '../../config/directory/extensions.ts';
import type { WebContext } from '../web-context.ts';

/** Created once for each configuration, for it goes through all extensions. */
const FOR_ALL = new WeakMap<Config, Extensions>();

/** The extensions of a server. @param server absent: only the extensions that are there for all servers */
export function extensionsOf(context: WebContext, server: string | undefined): Extensions {
  const { config } = context;
  const hasList = config.servers.some((one) => one.server !== '');
  if (server !== undefined || !hasList) return context.extensions(server);
  let forAll = FOR_ALL.get(config);
  if (forAll === undefined) {
    forAll = new Extensions(config);
    FOR_ALL.set(config, forAll);
  }
  return forAll;
}
